import type { VideoDocumentPart, VideoPart } from '#domain/conversation.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import type { Video } from '#domain/video.ts';
import type { VideoRefusal } from '#media';
import { originOf } from './connections.svelte.ts';
import type { Services } from './services.ts';
import { mostKeptBytes } from './video-choice.svelte.ts';

export type PlaybackState =
  | { readonly kind: 'looking' | 'checking' | 'other-file' }
  /** The file is not at hand; `fetchable`: it lies in the person's container and may be fetched from there. */
  | { readonly kind: 'missing'; readonly fetchable: boolean; readonly bytes: number | null }
  | { readonly kind: 'fetching'; readonly bytes: number; readonly totalBytes: number | null }
  | { readonly kind: 'ready'; readonly url: string; readonly captions: string | null }
  | { readonly kind: 'refused'; readonly refusal: VideoRefusal }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** More is not held in memory. */
export const mostFetchedBytes = 200_000_000;

/**
 * A video that was asked about, brought to where it can be played: as it was kept, from the file once it is picked
 * again, or fetched into memory. The page itself may play nothing from elsewhere.
 */
export class VideoPlayback {
  #state = $state.raw<PlaybackState>({ kind: 'looking' });
  readonly #services: Services;
  readonly #video: VideoPart | VideoDocumentPart;
  readonly #gone = new AbortController();
  #fetching: AbortController | null = null;
  #record: Video | null = null;
  #urls: string[] = [];

  constructor(services: Services, video: VideoPart | VideoDocumentPart) {
    this.#services = services;
    this.#video = video;
  }

  get state(): PlaybackState {
    return this.#state;
  }

  /** Never rejects. */
  async open(): Promise<void> {
    const { store } = this.#services;
    try {
      if (this.#video.kind === 'video-document') {
        const { videoId } = this.#video;
        this.#record = (await store.listVideos()).find(({ id }) => id === videoId) ?? null;
      }
      const fingerprint = this.#fingerprint;
      const kept = fingerprint === null ? null : await store.readVideoFile(fingerprint);
      if (this.#gone.signal.aborted) return;
      if (kept) this.#play(kept);
      else this.#state = this.#missing();
    } catch (thrown) {
      if (!this.#gone.signal.aborted) this.#state = { kind: 'failed', failure: toFailure(thrown) };
    }
  }

  /** A file that was picked: played where it is the same one. */
  async take(file: File): Promise<void> {
    const { signal } = this.#gone;
    this.#state = { kind: 'checking' };
    try {
      const videos = await this.#services.loadVideos();
      const read = await videos.readVideo(file, signal);
      if (signal.aborted) return;
      const fingerprint = this.#fingerprint;
      if (!read.ok) this.#state = { kind: 'refused', refusal: read };
      else if (fingerprint !== null && read.fingerprint !== fingerprint) this.#state = { kind: 'other-file' };
      else {
        this.#play(file);
        if (file.size <= mostKeptBytes)
          void this.#services.store.keepVideoFile(read.fingerprint, file).catch(() => undefined);
      }
    } catch (thrown) {
      if (!signal.aborted) this.#state = { kind: 'failed', failure: toFailure(thrown) };
    }
  }

  /** Fetches a video of the library into memory; only ever because the person asked to see it. */
  async fetchWhole(): Promise<void> {
    const fetching = (this.#fetching = new AbortController());
    const signal = AbortSignal.any([fetching.signal, this.#gone.signal]);
    this.#state = { kind: 'fetching', bytes: 0, totalBytes: this.#record?.bytes ?? null };
    try {
      const blob = await this.#fetchBlob(signal);
      this.#play(blob);
    } catch (thrown) {
      if (this.#gone.signal.aborted) return;
      this.#state = signal.aborted ? this.#missing() : { kind: 'failed', failure: toFailure(thrown) };
    } finally {
      this.#fetching = null;
    }
  }

  cancel(): void {
    this.#fetching?.abort();
  }

  dispose(): void {
    this.#gone.abort();
    this.#forget();
  }

  get #fingerprint(): string | null {
    return this.#video.kind === 'video' ? this.#video.fingerprint : (this.#record?.fingerprint ?? null);
  }

  #missing(): PlaybackState {
    const bytes = this.#record?.bytes ?? null;
    const fetchable =
      this.#record !== null && this.#record.blobUrl !== null && (bytes ?? 0) <= mostFetchedBytes;
    return { kind: 'missing', fetchable, bytes };
  }

  #play(blob: Blob): void {
    this.#forget();
    const url = this.#urlOf(blob);
    const transcript = this.#video.kind === 'video' ? this.#video.transcript : null;
    this.#state = { kind: 'ready', url, captions: null };
    if (!transcript) return;
    void import('#domain/transcript.ts').then(({ toWebVtt }) => {
      if (this.#gone.signal.aborted || this.#state.kind !== 'ready' || this.#state.url !== url) return;
      const captions = new Blob([toWebVtt(transcript.segments)], { type: 'text/vtt' });
      this.#state = { kind: 'ready', url, captions: this.#urlOf(captions) };
    });
  }

  #urlOf(blob: Blob): string {
    const url = URL.createObjectURL(blob);
    this.#urls.push(url);
    return url;
  }

  #forget(): void {
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
  }

  async #fetchBlob(signal: AbortSignal): Promise<Blob> {
    const url = await this.#signedUrl();
    const base = url && originOf(url);
    if (!url || !base) throw new FailureError({ kind: 'blob-not-found', detail: '' });
    const send = this.#services.connections.fetchFor({ endpoint: { base, api: 'v1' } });
    let response: Response;
    try {
      response = await send(url, {
        signal,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        redirect: 'error',
      });
    } catch {
      signal.throwIfAborted();
      // The browser's own words may hold the address with its SAS.
      throw new FailureError({ kind: 'blob-unreachable', origin: base, detail: '' });
    }
    const { status } = response;
    if (!response.ok || !response.body) {
      const kind = status === 404 ? 'blob-not-found' : 'sas-refused';
      throw new FailureError({ kind, status, origin: base, detail: '' });
    }
    return this.#collect(response.body, response.headers, signal);
  }

  async #collect(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    headers: Headers,
    signal: AbortSignal,
  ): Promise<Blob> {
    const length = Number(headers.get('content-length') ?? Number.NaN);
    const totalBytes = Number.isFinite(length) ? length : (this.#record?.bytes ?? null);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    for await (const piece of body) {
      signal.throwIfAborted();
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes > mostFetchedBytes)
        throw new FailureError({ kind: 'video-unreadable', limit: mostFetchedBytes, detail: 'too large' });
      this.#state = { kind: 'fetching', bytes, totalBytes };
    }
    return new Blob(pieces, { type: headers.get('content-type') ?? 'video/mp4' });
  }

  /** By the video's own address with its SAS, else by the container's. */
  async #signedUrl(): Promise<string | null> {
    const { store } = this.#services;
    const record = this.#record;
    if (!record?.blobUrl) return null;
    const own = await store.readVideoAddress(record.id);
    if (own !== null) return own;
    const container = await store.readSecret(record.connectionId, 'blobSas');
    if (container === null || !URL.canParse(container.trim())) return null;
    const { origin, pathname, search } = new URL(container.trim());
    const isInside = record.blobUrl.startsWith(`${origin}${pathname.replace(/\/+$/, '')}/`);
    return isInside ? `${record.blobUrl}${search}` : null;
  }
}
