import type {
  AnyPicturePart,
  Draft as DraftRecord,
  Part,
  PicturePart,
  UserMessage,
  VideoDocumentPart,
  VideoPart,
} from '#domain/conversation.ts';
import { isPicture, textOf, wholeOf } from '#domain/conversation.ts';
import type { Failure } from '#domain/failure.ts';
import type { Detail } from '#domain/image-tokens.ts';
import type { Area, PicturePlan } from '#domain/picture-plan.ts';
import type { RequestSettings } from '#domain/settings.ts';
import type { PictureRead } from '#media';
import type { Services } from './services.ts';

/** What is attached, or on its way, or refused: one tile each, in the order in which they were added. */
export type Attachment =
  | { readonly key: string; readonly kind: 'reading'; readonly name: string; readonly bytes: number }
  | {
      readonly key: string;
      readonly kind: 'refused';
      readonly name: string;
      readonly refusal: Refusal;
      readonly file: File;
    }
  | {
      readonly key: string;
      readonly kind: 'picture';
      readonly part: AnyPicturePart;
      /** The picture could not be written down: it is in memory only, and a reload loses it. */
      readonly unsaved: Failure | null;
    }
  | VideoAttachment
  /** A video's file, until it is chosen what the model is shown of it. In memory only: it may have gigabytes. */
  | { readonly key: string; readonly kind: 'video-file'; readonly name: string; readonly file: File };

/** A video: its frames are no attachments of their own. */
export interface VideoAttachment {
  readonly key: string;
  readonly kind: 'video';
  readonly part: VideoPart | VideoDocumentPart;
  /** What the model is shown of it, in order; none where the service looks into it by itself. */
  readonly frames: readonly PicturePart[];
}

/** `not-loaded`: the part of the page that reads pictures could not be fetched. */
export type Refusal =
  Extract<PictureRead, { ok: false }> | { readonly reason: 'not-loaded'; readonly bytes: number };

const saveMs = 300;

/** What is being written and attached. Saved as it changes, so that it survives a reload. */
export class Draft {
  #id: string;
  #text = $state('');
  #attachments = $state.raw<readonly Attachment[]>([]);
  #editing = $state<string | null>(null);
  #plan = $state.raw<PicturePlan>({});
  #skipsReading = $state(false);
  #connectionId: string | null = null;
  #settings: RequestSettings | null = null;
  readonly #services: Services;
  readonly #onchange: () => void;
  readonly #showThumbnail: (attachmentId: string, thumbnail: Blob) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reads = new Map<string, AbortController>();
  /** What was in the composer when editing began; it comes back afterwards. */
  #setAside: { text: string; attachments: readonly Attachment[] } | null = null;
  readonly #pictures = $derived(
    this.#attachments.flatMap((one): readonly AnyPicturePart[] => {
      if (one.kind === 'video') return one.frames;
      return one.kind === 'picture' ? [one.part] : [];
    }),
  );
  readonly #videos = $derived(this.#attachments.flatMap((one) => (one.kind === 'video' ? [one.part] : [])));

  constructor(
    services: Services,
    id: string,
    hooks: { onchange(): void; showThumbnail(attachmentId: string, thumbnail: Blob): void },
  ) {
    this.#services = services;
    this.#id = id;
    this.#onchange = hooks.onchange;
    this.#showThumbnail = hooks.showThumbnail;
  }

  get id(): string {
    return this.#id;
  }
  get text(): string {
    return this.#text;
  }
  get attachments(): readonly Attachment[] {
    return this.#attachments;
  }
  /** Frames of videos among them. */
  get pictures(): readonly AnyPicturePart[] {
    return this.#pictures;
  }
  get videos(): readonly (VideoPart | VideoDocumentPart)[] {
    return this.#videos;
  }
  /** Id of the prompt that is being edited, or null. */
  get editing(): string | null {
    return this.#editing;
  }

  /** What the next request does with earlier pictures, where that is not the conversation's rule. */
  get plan(): PicturePlan {
    return this.#plan;
  }
  /** This prompt's pictures are not read first. */
  get skipsReading(): boolean {
    return this.#skipsReading;
  }
  get connectionId(): string | null {
    return this.#connectionId;
  }
  get settings(): RequestSettings | null {
    return this.#settings;
  }
  /** Nothing to send. */
  get isEmpty(): boolean {
    return this.#text.trim() === '' && this.#pictures.length === 0 && this.#videos.length === 0;
  }
  /** A file is still being read, or a video waits for what is to be shown of it. */
  get isReading(): boolean {
    return this.#attachments.some(({ kind }) => kind === 'reading' || kind === 'video-file');
  }

  async load(): Promise<void> {
    const saved = await this.#services.store.readDraft(this.#id);
    if (!saved) return;
    // Typed before the store answered: what the person wrote wins.
    if (this.#text === '') this.#text = saved.text;
    this.#attachments = [
      ...this.#toAttachments([...(saved.videos ?? []), ...saved.pictures]),
      ...this.#attachments,
    ];
    this.#editing = saved.editing;
    this.#plan = saved.plan;
    this.#skipsReading = saved.skipsReading === true;
    this.#connectionId = saved.connectionId;
    this.#settings = saved.settings;
    this.#onchange();
  }

  setText(text: string): void {
    this.#text = text;
    this.#changed();
  }

  setPlan(plan: PicturePlan): void {
    this.#plan = plan;
    this.#changed();
  }

  setSkipsReading(skips: boolean): void {
    this.#skipsReading = skips;
    this.#changed();
  }

  setConnection(id: string): void {
    this.#connectionId = id;
    this.#changed();
  }

  setSettings(settings: RequestSettings): void {
    this.#settings = settings;
    this.#changed();
  }

  /** Reads and keeps files; each settles by itself, and a refused one disturbs no other. */
  async addFiles(files: readonly File[]): Promise<void> {
    const added = files.map((file) => ({ key: this.#services.newId(), file }));
    this.#attachments = [
      ...this.#attachments,
      ...added.map(({ key, file }) => ({ key, kind: 'reading' as const, name: file.name, bytes: file.size })),
    ];
    await Promise.all(added.map(({ key, file }) => this.#read(key, file)));
  }

  /** A picture that the service fetches itself. */
  addUrl(url: string): void {
    this.#attachments = [
      ...this.#attachments,
      this.#toAttachment({ kind: 'picture-url', url, detail: 'auto' }),
    ];
    this.#changed();
  }

  /** A part of a picture to ask about: it goes with the whole, which then shows at low detail where the part is. */
  addRegion(from: PicturePart, area: Area): void {
    const whole = wholeOf(from);
    const isOfIt = (one: Attachment): boolean =>
      one.kind === 'picture' && one.part.kind === 'picture' && one.part.attachmentId === whole.attachmentId;
    const part = this.#toAttachment({ ...whole, crop: area, detail: 'high' });
    const rest = this.#attachments.map((one) =>
      isOfIt(one) && one.kind === 'picture' && !('crop' in one.part)
        ? { ...one, part: { ...one.part, detail: 'low' as const } }
        : one,
    );
    const last = rest.findLastIndex(isOfIt);
    this.#attachments =
      last < 0
        ? [...rest, this.#toAttachment({ ...whole, detail: 'low' }), part]
        : rest.toSpliced(last + 1, 0, part);
    this.#changed();
  }

  /** A video with what is shown of it, all of it saved already; takes the place of the same one. */
  putVideo(part: VideoPart, frames: readonly PicturePart[]): void {
    this.#putVideo({ key: this.#services.newId(), kind: 'video', part, frames });
  }

  /** A video of an index, which the service looks into by itself. */
  addVideoDocument(part: VideoDocumentPart): void {
    this.#putVideo({ key: this.#services.newId(), kind: 'video', part, frames: [] });
  }

  /** Reads a refused file once more. */
  async retry(key: string): Promise<void> {
    const refused = this.#attachments.find((attachment) => attachment.key === key);
    if (refused?.kind !== 'refused') return;
    const { file, name } = refused;
    this.#replace(key, { key, kind: 'reading', name, bytes: file.size });
    await this.#read(key, file);
  }

  remove(key: string): void {
    this.#reads.get(key)?.abort();
    this.#attachments = this.#attachments.filter((attachment) => attachment.key !== key);
    this.#changed();
  }

  /** Moves an attachment to another place in the order in which they are sent. */
  move(key: string, to: number): void {
    const moved = this.#attachments.find((attachment) => attachment.key === key);
    if (!moved) return;
    const others = this.#attachments.filter((attachment) => attachment !== moved);
    const at = Math.min(Math.max(0, to), others.length);
    this.#attachments = [...others.slice(0, at), moved, ...others.slice(at)];
    this.#changed();
  }

  setDetail(key: string, detail: Detail): void {
    this.#changePart(key, (part) => ({ ...part, detail }));
  }

  setSize(key: string, size: PicturePart['size']): void {
    this.#changePart(key, (part) => (part.kind === 'picture' ? { ...part, size } : part));
  }

  setStripMetadata(key: string, stripMetadata: boolean): void {
    this.#changePart(key, (part) => (part.kind === 'picture' ? { ...part, stripMetadata } : part));
  }

  /** Size of a picture by URL, once the person asked to see it. */
  setUrlSize(url: string, widthPx: number, heightPx: number): void {
    for (const { key, ...attachment } of this.#attachments) {
      if (
        attachment.kind === 'picture' &&
        attachment.part.kind === 'picture-url' &&
        attachment.part.url === url
      ) {
        this.#changePart(key, (part) => ({ ...part, widthPx, heightPx }));
      }
    }
  }

  beginEditing(message: UserMessage): void {
    if (this.#editing === null) this.#setAside = { text: this.#text, attachments: this.#attachments };
    this.#editing = message.id;
    this.#text = textOf(message);
    this.#attachments = this.#toAttachments(message.parts);
    this.#changed();
  }

  cancelEditing(): void {
    if (this.#editing !== null) this.sent();
  }

  /** The prompt is safe in the store: the composer is empty again, or shows what was set aside. */
  sent(): void {
    this.#editing = null;
    this.#plan = {};
    this.#skipsReading = false;
    this.#text = this.#setAside?.text ?? '';
    this.#attachments = this.#setAside?.attachments ?? [];
    this.#setAside = null;
    this.#changed();
  }

  /** The new conversation has an id now. */
  moveTo(id: string): void {
    const left = this.#id;
    this.#id = id;
    // Written once more while the prompt was being saved, it would come back in the next new conversation.
    this.#services.store.forgetDraft(left).catch(() => undefined);
    this.#connectionId = null;
    this.#settings = null;
  }

  toParts(): readonly Part[] {
    const text = this.#text.trim();
    const parts = this.#attachments.flatMap((one): readonly Part[] => {
      if (one.kind === 'video') return [one.part, ...one.frames];
      return one.kind === 'picture' ? [one.part] : [];
    });
    return [...parts, ...(text === '' ? [] : [{ kind: 'text' as const, text }])];
  }

  /** Writes the draft down now. */
  async flush(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { store, clock } = this.#services;
    const record: DraftRecord = {
      id: this.#id,
      text: this.#text,
      pictures: this.#pictures,
      ...(this.#videos.length > 0 ? { videos: this.#videos } : {}),
      settings: this.#settings,
      connectionId: this.#connectionId,
      editing: this.#editing,
      plan: this.#plan,
      ...(this.#skipsReading ? { skipsReading: true } : {}),
      updatedAt: clock.now(),
    };
    const isBlank =
      record.text === '' &&
      record.pictures.length === 0 &&
      this.#videos.length === 0 &&
      !record.settings &&
      !record.editing &&
      Object.keys(record.plan).length === 0;
    await (
      isBlank && record.connectionId === null ? store.forgetDraft(this.#id) : store.saveDraft(record)
    ).catch(() => {
      // Still on screen; the next change tries again.
      this.#timer ??= setTimeout(() => void this.flush(), saveMs * 10);
    });
  }

  async #read(key: string, file: File): Promise<void> {
    const reading = new AbortController();
    this.#reads.set(key, reading);
    const notLoaded: Attachment = {
      ...{ key, kind: 'refused', name: file.name, file },
      refusal: { reason: 'not-loaded', bytes: file.size },
    };
    try {
      const reader = await import('./attach-file.ts').catch(() => null);
      const attached = await reader?.attachFile(
        key,
        file,
        this.#services,
        reading.signal,
        this.#showThumbnail,
      );
      if (reading.signal.aborted) return;
      this.#replace(key, attached ?? notLoaded);
      this.#changed();
    } catch (thrown) {
      if (!reading.signal.aborted) throw thrown;
    } finally {
      this.#reads.delete(key);
    }
  }

  #toAttachment(part: AnyPicturePart): Attachment {
    return { key: this.#services.newId(), kind: 'picture', part, unsaved: null };
  }

  /** Frames go to their videos, each of which stands where its first frame does. */
  #toAttachments(parts: readonly Part[]): readonly Attachment[] {
    const videos = parts.filter((part) => part.kind === 'video' || part.kind === 'video-document');
    const isTaken = new Set<string>();
    const toVideo = (part: VideoPart | VideoDocumentPart): Attachment => ({
      key: this.#services.newId(),
      kind: 'video',
      part,
      frames: part.kind === 'video' ? framesOf(part, parts) : [],
    });
    const others = parts.filter(isPicture).flatMap((part): readonly Attachment[] => {
      const videoId = part.kind === 'picture' ? part.frame?.videoId : undefined;
      const video = videos.find((one) => one.kind === 'video' && one.videoId === videoId);
      if (!video) return [this.#toAttachment(part)];
      if (isTaken.has(video.videoId)) return [];
      isTaken.add(video.videoId);
      return [toVideo(video)];
    });
    return [...videos.filter(({ videoId }) => !isTaken.has(videoId)).map(toVideo), ...others];
  }

  #putVideo(video: VideoAttachment): void {
    const at = this.#attachments.findIndex(
      (one) =>
        one.kind === 'video' && one.part.kind === video.part.kind && one.part.videoId === video.part.videoId,
    );
    this.#attachments =
      at < 0
        ? [...this.#attachments, video]
        : this.#attachments.with(at, { ...video, key: this.#attachments[at]!.key });
    this.#changed();
  }

  #changePart(key: string, change: (part: AnyPicturePart) => AnyPicturePart): void {
    const attachment = this.#attachments.find((one) => one.key === key);
    if (attachment?.kind !== 'picture') return;
    this.#replace(key, { ...attachment, part: change(attachment.part) });
    this.#changed();
  }

  #replace(key: string, next: Attachment): void {
    this.#attachments = this.#attachments.map((attachment) => (attachment.key === key ? next : attachment));
  }

  #changed(): void {
    this.#onchange();
    // Not put off by the next letter: someone who types without a pause must not lose a paragraph.
    this.#timer ??= setTimeout(() => void this.flush(), saveMs);
  }
}

function framesOf(video: VideoPart, parts: readonly Part[]): readonly PicturePart[] {
  return parts.flatMap((part) =>
    part.kind === 'picture' && part.frame?.videoId === video.videoId ? [part] : [],
  );
}
