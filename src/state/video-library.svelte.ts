import type { BlobSasCheck } from '#azure';
import type { Connection } from '#domain/connection.ts';
import type { VideoDocumentPart } from '#domain/conversation.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import { isOver, type MetadataField, type Video, type VideoHit, type VideoIndex } from '#domain/video.ts';
import type { VideoRead } from '#media';
import { newDraftId } from './chat.svelte.ts';
import { costOfMeter } from './meter-price.ts';
import type { Services } from './services.ts';
import { spentOnVideos } from './video-costs.ts';
import { Ingestions } from './video-ingestions.ts';
import {
  changeVideo,
  minutesOf,
  openContainer,
  openRetrieval,
  readContainer,
  signedAddress,
  videoUnits,
  writeDownVideo,
} from './video-service.ts';
import { VideoUpload } from './video-upload.svelte.ts';
import { hasVision, isVisionSimulated } from './vision-access.ts';

export type IndexesState = 'unasked' | 'loading' | 'ready' | 'failed';

/** Where a video stands, for its row. */
export type VideoStage =
  | { readonly kind: 'uploading'; readonly upload: VideoUpload }
  /** The file is not at hand any more: picked again, it goes on. */
  | { readonly kind: 'broken-off' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'ingesting'; readonly mode: 'add' | 'remove' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly problem: { readonly code: string; readonly message: string } | null };

export type AddRefusal =
  | { readonly kind: 'refused'; readonly read: Extract<VideoRead, { ok: false }> }
  | { readonly kind: 'other-file' }
  | { readonly kind: 'address'; readonly code: string };

export interface FoundHit extends VideoHit {
  readonly video: Video | null;
}

export interface NewIngest {
  readonly indexName: string;
  readonly videos: readonly {
    readonly id: string;
    readonly documentId: string;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
  readonly includesTranscript: boolean;
}

/** The videos of a connection: on their way into its container, in its indexes, and what they cost. */
export class VideoLibrary {
  #connectionId = $state<string | null>(null);
  #all = $state.raw<readonly Video[]>([]);
  #isLoaded = $state(false);
  #indexes = $state.raw<readonly VideoIndex[]>([]);
  #indexesState = $state<IndexesState>('unasked');
  #container = $state.raw<BlobSasCheck | null>(null);
  #uploads = $state.raw<ReadonlyMap<string, VideoUpload>>(new Map());
  #elsewhere = $state.raw<ReadonlySet<string>>(new Set());
  #spent = $state.raw<ReadonlyMap<string, number | null>>(new Map());
  #hits = $state.raw<readonly FoundHit[] | null>(null);
  #work = $state<'index' | 'ingest' | 'search' | 'add' | null>(null);
  #problem = $state.raw<Failure | null>(null);
  readonly #services: Services;
  readonly #ingestions: Ingestions;
  /** What is uploaded, for as long as this page lives. */
  readonly #files = new Map<string, File>();
  /** By video: what holds its lock in this tab, or did. */
  readonly #runs = new Map<string, Promise<void>>();
  /** Uploads of other tabs whose end is waited for. */
  readonly #awaited = new Set<string>();
  readonly #closed = new AbortController();
  #stopListening: () => void = () => undefined;
  readonly #videos = $derived(this.#all.filter(({ connectionId }) => connectionId === this.#connectionId));

  constructor(services: Services) {
    this.#services = services;
    this.#ingestions = new Ingestions(services, { onFailure: (failure) => (this.#problem = failure) });
  }

  /** Connections that have something to do with videos. */
  get connections(): readonly Connection[] {
    return this.#services.connections.list.filter(
      (connection) => hasVision(connection) || connection.secrets.includes('blobSas'),
    );
  }
  get connection(): Connection | null {
    return this.#connectionId === null ? null : this.#services.connections.find(this.#connectionId);
  }
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get isSimulated(): boolean {
    const { connection } = this;
    return connection !== null && isVisionSimulated(connection, this.#services.connections);
  }
  /** Newest first. */
  get videos(): readonly Video[] {
    return this.#videos;
  }
  get indexes(): readonly VideoIndex[] {
    return this.#indexes;
  }
  get indexesState(): IndexesState {
    return this.#indexesState;
  }
  get hasVision(): boolean {
    return this.connection !== null && hasVision(this.connection);
  }
  /** What the container's SAS allows; null: the connection has none. */
  get container(): BlobSasCheck | null {
    return this.#container;
  }
  get hits(): readonly FoundHit[] | null {
    return this.#hits;
  }
  get work(): 'index' | 'ingest' | 'search' | 'add' | null {
    return this.#work;
  }
  /** What the last thing asked for ran into. */
  get problem(): Failure | null {
    return this.#problem;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  /** Nano-dollars that a video has cost so far; null: not all of it is known. */
  spentOn(videoId: string): number | null {
    return this.#spent.has(videoId) ? this.#spent.get(videoId)! : 0;
  }

  /** A connection by which everything here can be tried without Azure; it is chosen. */
  async useSimulator(): Promise<void> {
    const { connections, clock, newId } = this.#services;
    await this.#saying(async () => {
      const { base } = (await connections.useSimulator()).endpoint;
      const known = connections.list.find(
        ({ endpoint, deployment }) => endpoint.base === base && deployment === simulatedSeed.deployment,
      );
      const { simulatedContainer } = await import('#simulator');
      const now = clock.now();
      const connection =
        known ??
        (await connections.save(
          {
            id: newId(),
            name: simulatedSeed.name,
            endpoint: { base, api: 'classic' },
            authentication: 'api-key',
            deployment: simulatedSeed.deployment,
            model: { kind: 'catalog', id: simulatedSeed.model },
            apiVersion: '2024-02-15-preview',
            visionEndpoint: base,
            secrets: [],
            learned: {},
            createdAt: now,
            updatedAt: now,
            rev: 0,
          },
          { apiKey: 'simulated', visionKey: 'simulated', blobSas: simulatedContainer(base) },
        ));
      await this.choose(connection.id);
    });
  }

  /** Never rejects. */
  async open(): Promise<void> {
    const { connections, preferences, store } = this.#services;
    await this.#saying(async () => {
      if (!connections.isLoaded) await connections.load();
      this.#connectionId = this.#among([preferences.lastConnectionId]);
      this.#stopListening = store.onChange(({ kind }) => {
        if (kind === 'video') void this.#saying(() => this.#read());
        if (kind === 'ledger') void this.#saying(() => this.#count());
      });
      await this.#read();
      this.#isLoaded = true;
      await this.#count();
      await this.#readConnection();
    });
    this.#isLoaded = true;
  }

  /** Looks again, after the page was left: connections may have come, changed or gone. Never rejects. */
  async lookAgain(): Promise<void> {
    this.#connectionId = this.#among([this.#connectionId, this.#services.preferences.lastConnectionId]);
    await this.#saying(() => this.#readConnection());
  }

  /** The first of these that has to do with videos, else any that has. */
  #among(wanted: readonly (string | null)[]): string | null {
    const { connections } = this;
    const has = (id: string | null): boolean => connections.some((one) => one.id === id);
    return wanted.find(has) ?? connections[0]?.id ?? null;
  }

  close(): void {
    this.#stopListening();
    this.#ingestions.close();
    this.#closed.abort();
    // What was sent whole stays with the service; the file cannot be kept over the page's end.
    for (const upload of this.#uploads.values()) upload.pause();
  }

  async choose(connectionId: string): Promise<void> {
    this.#connectionId = connectionId;
    this.#hits = null;
    await this.#saying(() => this.#readConnection());
  }

  async refreshIndexes(): Promise<void> {
    const { connection } = this;
    if (!connection || !hasVision(connection)) return;
    this.#indexesState = 'loading';
    try {
      const client = await openRetrieval(connection, this.#services);
      const indexes = await client.listIndexes({ signal: this.#closed.signal });
      if (this.#connectionId !== connection.id) return;
      this.#indexes = indexes;
      this.#indexesState = 'ready';
    } catch (thrown) {
      if (this.#closed.signal.aborted || this.#connectionId !== connection.id) return;
      this.#indexesState = 'failed';
      this.#problem = toFailure(thrown);
    }
  }

  stageOf(video: Video): VideoStage {
    const upload = this.#uploads.get(video.id);
    // By the record: another tab may have sent the rest.
    if (video.upload && upload && upload.state !== 'done') return { kind: 'uploading', upload };
    if (video.upload) return { kind: this.#elsewhere.has(video.id) ? 'elsewhere' : 'broken-off' };
    const { ingestion } = video;
    if (!ingestion) return { kind: 'uploaded' };
    if (!isOver(ingestion.state)) return { kind: 'ingesting', mode: ingestion.mode };
    return ingestion.state === 'failed' ? { kind: 'failed', problem: ingestion.problem } : { kind: 'ready' };
  }

  /** Begins to upload a file. Null: it is on its way; a failure that is no refusal stands in `problem`. */
  async addFile(file: File, documentId: string): Promise<AddRefusal | null> {
    return this.#adding(async (connection) => {
      const container = await openContainer(connection, this.#services);
      const videos = await this.#services.loadVideos();
      const facts = await videos.readVideo(file, this.#closed.signal);
      if (!facts.ok) return { kind: 'refused', read: facts };
      const { clock, newId, store } = this.#services;
      const blobName = blobNameOf(file.name, facts.fingerprint);
      const known = this.#videos.find(
        (one) => one.fingerprint === facts.fingerprint && one.upload !== null && !this.#uploads.has(one.id),
      );
      const video: Video = known ?? {
        id: newId(),
        connectionId: connection.id,
        name: file.name,
        blobUrl: container.addressOf(blobName).bare,
        bytes: file.size,
        durationSeconds: facts.durationSeconds,
        fingerprint: facts.fingerprint,
        upload: { blobName },
        indexName: null,
        documentId,
        metadata: {},
        ingestion: null,
        simulated: this.isSimulated,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        rev: 0,
      };
      const saved = await store.saveVideo(video);
      void this.#savePoster(video.id, file, facts.durationSeconds);
      void this.#upload(saved.kind === 'saved' ? saved.record : video, file, connection);
      return null;
    });
  }

  /** A video that lies in some container already, by its SAS URL. */
  async addByUrl(text: string, documentId: string | null): Promise<AddRefusal | null> {
    return this.#adding(async (connection) => {
      const { checkVideoSas } = await import('#azure');
      const { clock, newId, store } = this.#services;
      const { problems, bareUrl, signedUrl, fileName } = checkVideoSas(text, clock.now());
      if (problems[0] || bareUrl === null || fileName === null)
        return { kind: 'address', code: problems[0]?.code ?? 'not-a-file' };
      const video: Video = {
        id: newId(),
        connectionId: connection.id,
        name: fileName,
        blobUrl: bareUrl,
        bytes: null,
        durationSeconds: null,
        fingerprint: null,
        upload: null,
        indexName: null,
        documentId: documentId ?? documentIdOf(fileName),
        metadata: {},
        ingestion: null,
        simulated: this.isSimulated,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        rev: 0,
      };
      await store.saveVideo(video, signedUrl);
      return null;
    });
  }

  /** Goes on with an upload that was broken off, with the same file. */
  async goOn(video: Video, file: File): Promise<AddRefusal | null> {
    return this.#adding(async (connection) => {
      const videos = await this.#services.loadVideos();
      const facts = await videos.readVideo(file, this.#closed.signal);
      if (!facts.ok) return { kind: 'refused', read: facts };
      if (file.size !== video.bytes || facts.fingerprint !== video.fingerprint) return { kind: 'other-file' };
      await this.#read();
      if (!this.#elsewhere.has(video.id)) void this.#upload(video, file, connection);
      return null;
    });
  }

  pause(videoId: string): void {
    this.#uploads.get(videoId)?.pause();
  }

  async resume(videoId: string): Promise<void> {
    const video = this.#all.find(({ id }) => id === videoId);
    const upload = this.#uploads.get(videoId);
    if (!video || !upload) return;
    const file = this.#files.get(videoId);
    const connection = this.#services.connections.find(video.connectionId);
    // What was refused may go with the SAS that the connection has by now.
    if (upload.state === 'failed' && file && connection) await this.#upload(video, file, connection);
    else await this.#saying(() => this.#run(video, upload));
  }

  /** Takes a video out of the list. What lies in the container or in an index stays there. */
  async forget(videoId: string): Promise<void> {
    this.#drop(videoId);
    await this.#saying(async () => {
      await this.#services.store.forgetVideo(videoId);
      await this.#read();
    });
  }

  /** True: it is there. */
  async createIndex(index: Omit<VideoIndex, 'createdAt'>): Promise<boolean> {
    return this.#working('index', async (connection) => {
      const client = await openRetrieval(connection, this.#services);
      await client.createIndex(index, { signal: this.#closed.signal });
      await this.refreshIndexes();
    });
  }

  async deleteIndex(name: string): Promise<boolean> {
    return this.#working('index', async (connection) => {
      const client = await openRetrieval(connection, this.#services);
      await client.deleteIndex(name, { signal: this.#closed.signal });
      for (const video of this.#videos)
        if (video.indexName === name)
          await changeVideo(video, { indexName: null, ingestion: null }, this.#services);
      await this.refreshIndexes();
    });
  }

  /** Puts videos into an index. True: the service has begun; how it goes on is in the records. */
  async ingest({ indexName, videos, includesTranscript }: NewIngest): Promise<boolean> {
    return this.#working('ingest', async (connection) => {
      const found = videos.flatMap(({ id, documentId, metadata }) => {
        const video = this.#all.find((one) => one.id === id);
        return video ? [{ video, documentId, metadata }] : [];
      });
      await this.#ingest(connection, indexName, 'add', found, includesTranscript);
    });
  }

  /** Takes a document out of its index (there is no other way than an ingestion). */
  async removeFromIndex(video: Video): Promise<boolean> {
    const { indexName, documentId, metadata } = video;
    if (indexName === null) return false;
    return this.#working('ingest', (connection) =>
      this.#ingest(connection, indexName, 'remove', [{ video, documentId, metadata }], false),
    );
  }

  /** What it will cost, before it begins. */
  async expectIngestion(videos: readonly Video[]): Promise<{ minutes: number | null; nanos: number | null }> {
    const { connection } = this;
    const seconds = videos.map(({ durationSeconds }) => durationSeconds);
    if (!connection || seconds.includes(null)) return { minutes: null, nanos: null };
    const minutes = seconds.reduce<number>((sum, one) => sum + minutesOf(one ?? 0), 0);
    return {
      minutes,
      nanos: costOfMeter(await videoUnits('video-ingestion', minutes, connection, this.#services)),
    };
  }

  /** Looks for words in an index; each time is a query that is billed. */
  async search(
    indexName: string,
    text: string,
    features: readonly ('vision' | 'speech')[],
  ): Promise<boolean> {
    return this.#working('search', async (connection) => {
      const client = await openRetrieval(connection, this.#services);
      const hits = await client.search(
        indexName,
        { text, features, filters: {}, most: mostHits },
        { signal: this.#closed.signal },
      );
      await writeDownVideo(
        { id: this.#services.newId(), kind: 'video-query', quantity: 1 },
        connection,
        this.#services,
      );
      this.#hits = hits.map((hit) => ({
        ...hit,
        video:
          this.#videos.find((one) => one.indexName === indexName && one.documentId === hit.documentId) ??
          null,
      }));
    });
  }

  /** The video as a question takes it; null: it is in no index. */
  toPart({ id, name, documentId, indexName }: Video): VideoDocumentPart | null {
    return indexName === null ? null : { kind: 'video-document', videoId: id, name, documentId, indexName };
  }

  /** Puts a video into what is being written for a new conversation. False: it cannot be asked about yet. */
  async prepareQuestion(video: Video, text: string): Promise<boolean> {
    const part = this.toPart(video);
    if (!part) return false;
    const { clock, store } = this.#services;
    let isReady = false;
    await this.#saying(async () => {
      const draft = await store.readDraft(newDraftId);
      const others = (draft?.videos ?? []).filter(({ kind }) => kind !== 'video-document');
      await store.saveDraft({
        id: newDraftId,
        pictures: draft?.pictures ?? [],
        settings: draft?.settings ?? null,
        editing: null,
        plan: draft?.plan ?? {},
        text: withMoment(draft?.text ?? '', text),
        videos: [part, ...others],
        connectionId: video.connectionId,
        updatedAt: clock.now(),
      });
      isReady = true;
    });
    return isReady;
  }

  /** A small picture of it. */
  readPoster(videoId: string): Promise<Blob | null> {
    return this.#services.store.readPoster(videoId);
  }

  async #ingest(
    connection: Connection,
    indexName: string,
    mode: 'add' | 'remove',
    found: readonly {
      readonly video: Video;
      readonly documentId: string;
      readonly metadata: Readonly<Record<string, string>>;
    }[],
    includesTranscript: boolean,
  ): Promise<void> {
    const { clock, newId } = this.#services;
    const client = await openRetrieval(connection, this.#services);
    const usesManagedIdentity = connection.video?.managedIdentity === true;
    const given = await Promise.all(
      found.map(async ({ video, documentId, metadata }) => {
        const signed = await signedAddress(video, this.#services);
        const url = usesManagedIdentity ? video.blobUrl : signed;
        if (url === null) throw new FailureError({ kind: 'sas-refused', detail: '' });
        return { mode, documentId, url, metadata };
      }),
    );
    const name = `sightline-${newId().replaceAll('-', '').slice(0, 12)}`;
    // Written down first: whatever becomes of this page, the ingestion is followed by its name.
    const ingestion = { name, mode, state: 'not-started', problem: null, startedAt: clock.now() } as const;
    const before = found.map(({ video }) => ({ indexName: video.indexName, ingestion: video.ingestion }));
    const changed = await Promise.all(
      found.map(({ video, documentId, metadata }) =>
        changeVideo(video, { indexName, documentId, metadata, ingestion }, this.#services),
      ),
    );
    try {
      await client.ingest(
        indexName,
        { name, videos: given, includesTranscript, usesManagedIdentity },
        { signal: this.#closed.signal },
      );
    } catch (thrown) {
      // Answered by nobody, it may have begun all the same: following it tells.
      const isRefused = thrown instanceof FailureError && thrown.failure.status !== undefined;
      if (isRefused)
        await Promise.all(
          changed.map((video, at) => video && changeVideo(video, before[at] ?? {}, this.#services)),
        );
      throw thrown;
    } finally {
      await this.#read();
    }
  }

  async #upload(video: Video, file: File, connection: Connection): Promise<void> {
    await this.#saying(async () => {
      const client = await openContainer(connection, this.#services);
      const fingerprint = video.fingerprint ?? '';
      const blobName = video.upload?.blobName ?? blobNameOf(file.name, fingerprint);
      const blobUrl = client.addressOf(blobName).bare;
      // The connection may have another container by now.
      const current =
        blobUrl === video.blobUrl ? video : await changeVideo(video, { blobUrl }, this.#services);
      if (!current) return;
      const upload = new VideoUpload({
        client,
        file,
        blobName,
        fingerprint,
        clock: this.#services.clock,
      });
      this.#files.set(video.id, file);
      this.#setUpload(video.id, upload);
      await this.#run(current, upload);
    });
  }

  /** Until it is whole, paused or failed; what was paused a moment ago lets go first. */
  #run(video: Video, upload: VideoUpload): Promise<void> {
    const before = this.#runs.get(video.id) ?? Promise.resolve();
    const run = before.then(() => this.#runAlone(video, upload));
    this.#runs.set(
      video.id,
      run.catch(() => undefined),
    );
    return run;
  }

  /** Of all tabs one sends. */
  async #runAlone(video: Video, upload: VideoUpload): Promise<void> {
    if (this.#uploads.get(video.id) !== upload) return;
    await navigator.locks.request(lockOf(video.id), { ifAvailable: true }, async (lock) => {
      if (!lock) {
        this.#drop(video.id);
        await this.#read();
        return;
      }
      await upload.run();
      if (upload.state !== 'done') return;
      await changeVideo(video, { upload: null }, this.#services);
      this.#drop(video.id);
    });
  }

  /** Ends what this tab sends of a video. */
  #drop(videoId: string): void {
    this.#uploads.get(videoId)?.pause();
    this.#files.delete(videoId);
    this.#setUpload(videoId, null);
  }

  /** A tab that is closed tells nobody: its lock does. */
  #awaitEnd(videoId: string): void {
    if (this.#awaited.has(videoId)) return;
    this.#awaited.add(videoId);
    void this.#saying(async () => {
      await navigator.locks.request(
        lockOf(videoId),
        { mode: 'shared', signal: this.#closed.signal },
        () => undefined,
      );
      this.#awaited.delete(videoId);
      await this.#read();
    });
  }

  #setUpload(videoId: string, upload: VideoUpload | null): void {
    const uploads = new Map(this.#uploads);
    if (upload) uploads.set(videoId, upload);
    else uploads.delete(videoId);
    this.#uploads = uploads;
  }

  async #savePoster(videoId: string, file: File, durationSeconds: number): Promise<void> {
    try {
      const videos = await this.#services.loadVideos();
      const options = { maxSidePx: 160, toleranceSeconds: durationSeconds, quality: 0.8 };
      for await (const { blob } of videos.frames(file, [durationSeconds / 3], options, this.#closed.signal)) {
        await this.#services.store.savePoster(videoId, blob);
        await this.#read();
      }
    } catch {
      // A video without a small picture is a video all the same.
    }
  }

  async #read(): Promise<void> {
    const all = await this.#services.store.listVideos();
    const held = await navigator.locks.query();
    const names = new Set(held.held?.map(({ name }) => name));
    this.#elsewhere = new Set(
      all.flatMap(({ id }) => (names.has(lockOf(id)) && !this.#uploads.has(id) ? [id] : [])),
    );
    this.#all = all;
    // Taken out of the list by another tab.
    for (const id of this.#uploads.keys()) if (!all.some((one) => one.id === id)) this.#drop(id);
    for (const id of this.#elsewhere) this.#awaitEnd(id);
    this.#ingestions.follow(all);
  }

  async #count(): Promise<void> {
    this.#spent = await spentOnVideos(this.#services.store);
  }

  async #readConnection(): Promise<void> {
    const { connection } = this;
    this.#indexes = [];
    this.#indexesState = 'unasked';
    const container = connection && (await readContainer(connection, this.#services));
    if (this.#connectionId !== (connection?.id ?? null)) return;
    this.#container = container;
    await this.refreshIndexes();
  }

  async #adding(add: (connection: Connection) => Promise<AddRefusal | null>): Promise<AddRefusal | null> {
    let refusal: AddRefusal | null = null;
    await this.#working('add', async (connection) => {
      refusal = await add(connection);
      await this.#read();
    });
    return refusal;
  }

  async #working(
    work: 'index' | 'ingest' | 'search' | 'add',
    verb: (connection: Connection) => Promise<void>,
  ): Promise<boolean> {
    const { connection } = this;
    if (!connection || this.#work !== null) return false;
    this.#work = work;
    this.#problem = null;
    try {
      await verb(connection);
      return true;
    } catch (thrown) {
      if (!this.#closed.signal.aborted) this.#problem = toFailure(thrown);
      return false;
    } finally {
      this.#work = null;
    }
  }

  async #saying(verb: () => Promise<unknown>): Promise<void> {
    try {
      await verb();
    } catch (thrown) {
      if (!this.#closed.signal.aborted) this.#problem = toFailure(thrown);
    }
  }
}

const mostHits = 20;

/** What somebody wrote stays; the moment stands behind it, once. */
function withMoment(written: string, moment: string): string {
  if (moment === '' || written.endsWith(moment)) return written;
  return written.trim() === '' ? moment : `${written.trimEnd()}\n${moment}`;
}

/** The model of the seed page, which alone could be asked about a video of an index. */
const simulatedSeed = {
  name: 'Simulator: GPT-4 Turbo with Vision',
  deployment: 'gpt-4-vision-preview',
  model: 'gpt-4@vision-preview',
};

function lockOf(videoId: string): string {
  return `sightline:upload:${videoId}`;
}

/** The same file goes to the same place, so that what was sent is found again even without its record. */
export function blobNameOf(fileName: string, fingerprint: string): string {
  const safe =
    fileName
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '') || 'video';
  return `${fingerprint.slice(0, 12)}-${safe}`;
}

/** A document id that is legible in answers of the service: of the file's name. */
export function documentIdOf(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFKD')
    .replace(/[^\w-]+/g, '-');
  return stem.replace(/^-+|-+$/g, '').slice(0, 48) || 'video';
}

/** Fields that a document may fill in. */
export function fieldsOf(indexes: readonly VideoIndex[], name: string): readonly MetadataField[] {
  return indexes.find((index) => index.name === name)?.fields ?? [];
}
