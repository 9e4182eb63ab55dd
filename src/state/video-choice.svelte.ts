import type { OverBudget } from '#domain/budget.ts';
import type { AnyPicturePart, PicturePart, VideoPart } from '#domain/conversation.ts';
import { FailureError, toFailure, type Failure } from '#domain/failure.ts';
import {
  footageCost,
  footageText,
  frameLimit,
  mostFrames,
  type FootageCost,
  type FootageTerms,
  type FrameLimit,
} from '#domain/footage-costs.ts';
import {
  evenMoments,
  momentsAround,
  sceneMoments,
  transcriptNote,
  type FrameChoice,
} from '#domain/frame-plan.ts';
import type { Detail, PixelSize } from '#domain/image-tokens.ts';
import type { ModelPrice } from '#domain/money.ts';
import { roughTokens } from '#domain/text-tokens.ts';
import { readSubtitles, toWebVtt, type SubtitleProblem, type Transcript } from '#domain/transcript.ts';
import type { SceneSample, VideoFacts, VideoRefusal } from '#media';
import type { RetryWait } from './answer.svelte.ts';
import type { Chat } from './chat.svelte.ts';
import { DeploymentSuggestions } from './deployment-suggestions.svelte.ts';
import { keepFrame, recallDeployment, rememberDeployment } from './footage-keeping.ts';
import { costOfMeter } from './meter-price.ts';
import type { Services } from './services.ts';
import { judgeTranscribing, transcribe, unitsOf } from './transcribing.ts';

/** The conversation that a video is prepared for. */
export type VideoChat = Pick<Chat, 'connection' | 'capabilities' | 'conversation' | 'settings'> & {
  readonly draft: Pick<Chat['draft'], 'pictures' | 'putVideo'>;
  readonly estimate: Pick<Chat['estimate'], 'current'>;
};

export interface VideoSubject {
  readonly services: Services;
  readonly chat: VideoChat;
  /** Null: the file of `edited` is to be found. */
  readonly file: File | null;
  /** A video of the draft that is prepared anew. */
  readonly edited: { readonly part: VideoPart; readonly frames: readonly PicturePart[] } | null;
}

export type FrameSide = (typeof frameSides)[number];
export const frameSides = [512, 768, 1024, 'original'] as const;

export type Speech = 'none' | 'service' | 'file';

/** What is under way, and how far it is. */
export type VideoWork =
  | { readonly kind: 'scenes' | 'frames'; readonly done: number; readonly total: number }
  | { readonly kind: 'sound' | 'words'; readonly doneSeconds: number; readonly totalSeconds: number };

/** Where the file stands. */
export type VideoState =
  | { readonly kind: 'looking' | 'reading' | 'needs-file' | 'other-file' | 'ready' }
  | { readonly kind: 'refused'; readonly refusal: VideoRefusal }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A small frame of the preview. */
export interface StripFrame {
  readonly atSeconds: number;
  readonly url: string;
}

const stripFrames = 24;
const stripSidePx = 160;
const usualFrames = 20;
/** A scene of two seconds is found; an hour is looked through in as many steps as ten minutes are. */
const sceneStepSeconds = 1;
const mostSceneSamples = 240;
const jpegQuality = 0.85;
/** Kept for playing the times of an answer; a larger file is picked again. */
export const mostKeptBytes = 500_000_000;
/** As Learn's quickstarts name them after their models. */
const usualDeployments = ['whisper', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe'];
/** One video that is prepared for a question: which frames of it are shown to the model, and which words go along. */
export class VideoChoice {
  #state = $state.raw<VideoState>({ kind: 'looking' });
  #file = $state.raw<File | null>(null);
  #facts = $state.raw<VideoFacts | null>(null);
  #strip = $state.raw<readonly StripFrame[]>([]);
  #way = $state<FrameChoice['kind']>('even');
  #count = $state(usualFrames);
  #picked = $state.raw<readonly number[]>([]);
  #samples = $state.raw<readonly SceneSample[] | null>(null);
  #side = $state<FrameSide>(768);
  #detail = $state<Detail>('auto');
  #speech = $state<Speech>('none');
  #deployment = $state('');
  #transcript = $state.raw<Transcript | null>(null);
  #subtitles = $state('');
  #subtitleProblem = $state<SubtitleProblem | null>(null);
  #work = $state.raw<VideoWork | null>(null);
  #isTaking = $state(false);
  #wait = $state.raw<RetryWait | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #question = $state.raw<OverBudget | null>(null);
  #price = $state.raw<ModelPrice | null | undefined>(undefined);
  #speechNanos = $state<number | null>(null);
  #counted = $state.raw<{ readonly text: string; readonly tokens: number } | null>(null);
  readonly #subject: VideoSubject;
  readonly #videoId: string;
  readonly #gone = new AbortController();
  readonly #deployments = new DeploymentSuggestions();
  #running: AbortController | null = null;
  readonly #stopFollowing: () => void;

  readonly #limit = $derived.by(() => this.#findLimit());
  readonly #moments = $derived.by(() => this.#planMoments());
  /** The words of the request that belong to it; empty until the file was read. */
  readonly #text = $derived(
    this.#facts
      ? footageText(this.name, this.#facts.durationSeconds, this.#moments, this.transcript?.segments ?? [])
      : '',
  );
  readonly #cost = $derived.by(() => this.#costNow());

  constructor(subject: VideoSubject) {
    this.#subject = subject;
    const { edited, services } = subject;
    this.#videoId = edited?.part.videoId ?? services.newId();
    if (edited) this.#takeOver(edited);
    this.#stopFollowing = $effect.root(() => {
      $effect(() => this.#followPrice());
      $effect(() => this.#followText());
    });
  }

  get state(): VideoState {
    return this.#state;
  }
  get name(): string {
    return this.#file?.name ?? this.#subject.edited?.part.name ?? '';
  }
  get bytes(): number | null {
    return this.#file?.size ?? null;
  }
  /** Null until the file was read. */
  get facts(): VideoFacts | null {
    return this.#facts;
  }
  /** Small frames over the whole length; more come while they are read. */
  get strip(): readonly StripFrame[] {
    return this.#strip;
  }
  get stripTotal(): number {
    return stripFrames;
  }
  get way(): FrameChoice['kind'] {
    return this.#way;
  }
  /** Frames wanted, within the limit. */
  get count(): number {
    return Math.min(this.#count, this.limit?.frames ?? mostFrames);
  }
  get maxFrames(): number {
    return this.limit?.frames ?? mostFrames;
  }
  get limit(): FrameLimit {
    return this.#limit;
  }
  /** Moments picked on the strip, in order. */
  get picked(): readonly number[] {
    return this.#picked;
  }
  /** The moments that will be shown, as far as they are known; scenes are found first. */
  get moments(): readonly number[] {
    return this.#moments;
  }
  /** The scenes were looked for. */
  get hasScenes(): boolean {
    return this.#samples !== null;
  }
  get side(): FrameSide {
    return this.#side;
  }
  get detail(): Detail {
    return this.#detail;
  }
  get speech(): Speech {
    return this.#speech;
  }
  get deployment(): string {
    return this.#deployment;
  }
  /** Deployments to transcribe with: those that the resource still lists, else the usual names. */
  get deployments(): readonly string[] {
    const listed = this.#deployments.found.filter(({ name, model }) =>
      /whisper|transcribe/i.test(`${name} ${model ?? ''}`),
    );
    return listed.length > 0 ? listed.map(({ name }) => name) : usualDeployments;
  }
  get transcript(): Transcript | null {
    return this.#speech === 'none' ? null : this.#transcript;
  }
  /** The words as WebVTT, as the person sees and corrects them. */
  get subtitles(): string {
    return this.#subtitles;
  }
  get subtitleProblem(): SubtitleProblem | null {
    return this.#subtitleProblem;
  }
  get work(): VideoWork | null {
    return this.#work;
  }
  /** The frames are on their way into the message. */
  get isTaking(): boolean {
    return this.#isTaking;
  }
  get wait(): RetryWait | null {
    return this.#wait;
  }
  /** What stopped the last thing asked for. */
  get failure(): Failure | null {
    return this.#failure;
  }
  /** A budget speaks against transcribing. */
  get question(): OverBudget | null {
    return this.#question;
  }
  get cost(): FootageCost {
    return this.#cost;
  }
  /** Whole nano-dollars of transcribing it; null: not known. */
  get speechNanos(): number | null {
    return this.#speechNanos;
  }
  get isPriceKnown(): boolean {
    return this.#price !== undefined;
  }
  /** The size of a frame as it will be made; null until the file was read. */
  get frameSize(): PixelSize | null {
    const { facts } = this;
    if (!facts) return null;
    const { widthPx, heightPx } = facts;
    const scale = Math.min(1, this.#sidePx(facts) / Math.max(widthPx, heightPx));
    const side = (px: number): number => Math.max(1, Math.round(px * scale));
    return { widthPx: side(widthPx), heightPx: side(heightPx) };
  }
  /** It can be added now. */
  get canTake(): boolean {
    if (this.#state.kind !== 'ready' || this.#work || this.#isTaking) return false;
    if (this.#subject.chat.capabilities?.takesPictures === false) return false;
    if (this.#way === 'moments' && this.#picked.length === 0) return false;
    if (this.#speech === 'service') return this.#transcript ? this.#hasWords : this.#deployment.trim() !== '';
    return this.#speech === 'none' || this.#hasWords;
  }
  get #hasWords(): boolean {
    return this.#transcript !== null && this.#subtitleProblem === null;
  }

  /** Reads the file, or looks for the kept one. Never rejects: `state` says what became of it. */
  async open(): Promise<void> {
    const { file, edited, services, chat } = this.#subject;
    if (chat.connection)
      void recallDeployment(chat.connection.id, services).then((name) => {
        if (name !== null && this.#deployment === '') this.#deployment = name;
      });
    if (file) return this.takeFile(file);
    const fingerprint = edited?.part.fingerprint ?? '';
    const kept = await services.store.readVideoFile(fingerprint).catch(() => null);
    if (this.#gone.signal.aborted) return;
    if (kept && edited) await this.takeFile(new File([kept], edited.part.name, { type: kept.type }));
    else this.#state = { kind: 'needs-file' };
  }

  /** A file that was picked for it. */
  async takeFile(file: File): Promise<void> {
    const { services, edited } = this.#subject;
    const { signal } = this.#gone;
    this.#state = { kind: 'reading' };
    this.#file = file;
    try {
      const videos = await services.loadVideos();
      const read = await videos.readVideo(file, signal);
      if (signal.aborted) return;
      if (!read.ok) {
        this.#state = { kind: 'refused', refusal: read };
      } else if (edited && read.fingerprint !== edited.part.fingerprint) {
        this.#state = { kind: 'other-file' };
      } else {
        this.#facts = read;
        this.#state = { kind: 'ready' };
        void this.#loadStrip(read, file);
        void this.#followSpeechPrice();
      }
    } catch (thrown) {
      if (!signal.aborted) this.#state = { kind: 'failed', failure: toFailure(thrown) };
    }
  }

  /** Scenes are looked for as soon as they are wanted: how many there are decides what is paid. */
  setWay(way: FrameChoice['kind']): void {
    if (this.#work?.kind === 'scenes') this.cancel();
    this.#way = way;
    if (way === 'scenes' && !this.#samples && !this.#work)
      void this.#run((signal) => this.#findScenes(signal));
  }
  setCount(count: number): void {
    this.#count = Math.max(1, Math.min(mostFrames, Math.round(count)));
  }
  /** Picks a moment, or takes it back. */
  pick(atSeconds: number): void {
    const others = this.#picked.filter((at) => at !== atSeconds);
    this.#picked =
      others.length < this.#picked.length ? others : [...others, atSeconds].sort((a, b) => a - b);
    this.#count = Math.max(this.#count, this.#picked.length);
  }
  setSide(side: FrameSide): void {
    this.#side = side;
  }
  setDetail(detail: Detail): void {
    this.#detail = detail;
  }
  setSpeech(speech: Speech): void {
    this.#speech = speech;
    this.#failure = null;
    const { chat, services } = this.#subject;
    const { connection } = chat;
    if (speech !== 'service' || !connection) return;
    this.#deployments.look({
      key: connection.id,
      endpoint: connection.endpoint,
      fetch: services.connections.fetchFor(connection),
      credential: () => services.connections.credentialFor(connection),
    });
  }
  setDeployment(deployment: string): void {
    this.#deployment = deployment;
  }
  /** Words as the person pastes or corrects them: SRT or WebVTT. */
  setSubtitles(text: string, from: 'file' | 'typed' = 'typed'): void {
    this.#subtitles = text;
    const read = readSubtitles(text);
    this.#subtitleProblem = read.ok ? null : read.reason;
    const language = this.#transcript?.language ?? null;
    if (read.ok) this.#transcript = { segments: read.segments, language, from };
    else if (read.reason === 'empty') this.#transcript = null;
  }
  async openSubtitles(file: File): Promise<void> {
    try {
      this.setSubtitles(await file.text(), 'file');
    } catch (thrown) {
      this.#failure = toFailure(thrown, 'unexpected');
    }
  }

  /** Asks the transcription deployment; what it says can be corrected before it is taken. */
  async transcribe(options: { readonly approved?: boolean } = {}): Promise<void> {
    await this.#run((signal) => this.#transcribe(signal, options.approved === true));
  }

  dismissQuestion(): void {
    this.#question = null;
  }
  dismissFailure(): void {
    this.#failure = null;
  }

  /** What is under way ends at once. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Makes the frames, keeps them and puts the video into the message. True: it is there. */
  async take(): Promise<boolean> {
    if (!this.canTake) return false;
    let isDone = false;
    this.#isTaking = true;
    await this.#run(async (signal) => {
      if (this.#speech === 'service' && !this.#transcript) await this.#transcribe(signal, false);
      if (this.#question || (this.#speech !== 'none' && !this.#hasWords)) return;
      if (this.#way === 'scenes' && !this.#samples) await this.#findScenes(signal);
      await this.#takeFrames(signal);
      isDone = true;
    });
    this.#isTaking = false;
    return isDone;
  }

  dispose(): void {
    this.#gone.abort();
    this.#running?.abort();
    this.#stopFollowing();
    this.#deployments.stop();
    for (const { url } of this.#strip) URL.revokeObjectURL(url);
    this.#strip = [];
  }

  /** One thing at a time; what goes wrong is said, what was cancelled is not. */
  async #run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#running) return;
    const running = (this.#running = new AbortController());
    this.#failure = null;
    this.#question = null;
    try {
      await work(running.signal);
    } catch (thrown) {
      if (!running.signal.aborted) this.#failure = toFailure(thrown);
    } finally {
      this.#running = null;
      this.#work = null;
      this.#wait = null;
    }
  }

  #sidePx({ widthPx, heightPx }: VideoFacts): number {
    return this.#side === 'original' ? Math.max(widthPx, heightPx) : this.#side;
  }

  #stepSeconds({ durationSeconds }: VideoFacts): number {
    return Math.max(sceneStepSeconds, durationSeconds / mostSceneSamples);
  }

  #planMoments(): readonly number[] {
    const { facts, count } = this;
    if (!facts) return [];
    const { durationSeconds } = facts;
    switch (this.#way) {
      case 'even':
        return evenMoments(durationSeconds, count);
      case 'moments':
        return momentsAround(this.#picked, Math.max(count, 1), durationSeconds);
      case 'scenes':
        return this.#samples ? sceneMoments(this.#samples, count) : evenMoments(durationSeconds, count);
    }
  }

  #terms(): FootageTerms {
    const { capabilities } = this.#subject.chat;
    return { capabilities, price: this.#price ?? null, size: this.frameSize, detail: this.#detail };
  }

  #findLimit(): FrameLimit {
    const { draft, estimate, settings } = this.#subject.chat;
    const isOwn = (part: AnyPicturePart): boolean =>
      part.kind === 'picture' && part.frame?.videoId === this.#videoId;
    const others = (estimate.current?.sources ?? []).filter(
      (one) => one.kind !== 'picture' || !isOwn(one.picture),
    );
    const words = this.transcript ? roughTokens(transcriptNote(this.transcript.segments)) : 0;
    return frameLimit(this.#terms(), {
      pictures: draft.pictures.filter((part) => !isOwn(part)).length,
      tokens: others.reduce((sum, { tokens }) => sum + tokens, words + settings.maxTokens),
    });
  }

  #costNow(): FootageCost {
    const counted = this.#counted?.text === this.#text ? this.#counted.tokens : null;
    return footageCost(this.#terms(), this.#moments.length, this.#text, counted);
  }

  /** The price of the connection that answers; it may be changed behind the dialog. */
  #followPrice(): () => void {
    const { connection } = this.#subject.chat;
    let isOld = false;
    this.#price = undefined;
    const price = connection ? this.#subject.services.connections.price(connection, null) : null;
    Promise.resolve(price).then(
      (known) => {
        if (!isOld) this.#price = known;
      },
      () => {
        if (!isOld) this.#price = null;
      },
    );
    return () => (isOld = true);
  }

  /** Counted once it stands still; without the tokenizer the figure stays rough. */
  #followText(): () => void {
    const text = this.#text;
    const encoding = this.#subject.chat.capabilities?.encoding ?? 'o200k_base';
    let isOld = false;
    const timer = setTimeout(() => {
      if (text === '') return;
      this.#subject.services
        .loadCounter()
        .then((counter) => counter.count(text, encoding))
        .then(
          ({ tokens, exact }) => {
            if (!isOld && exact) this.#counted = { text, tokens };
          },
          () => undefined,
        );
    }, 200);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }

  async #followSpeechPrice(): Promise<void> {
    const { chat, services } = this.#subject;
    if (!chat.connection || !this.#facts?.sound) return;
    const units = await unitsOf(this.#facts.durationSeconds, chat.connection, services).catch(() => null);
    this.#speechNanos = units && costOfMeter(units);
  }

  /** Frames that were made before are kept where they were. */
  #takeOver({ part, frames }: NonNullable<VideoSubject['edited']>): void {
    const [first] = frames;
    this.#way = 'moments';
    this.#picked = frames.flatMap(({ frame }) => (frame ? [frame.atSeconds] : []));
    this.#count = Math.max(1, frames.length);
    if (first) {
      this.#detail = first.detail;
      const longest = Math.max(first.widthPx, first.heightPx);
      this.#side = frameSides.find((side) => side === longest) ?? 'original';
    }
    if (!part.transcript) return;
    this.#speech = part.transcript.from === 'service' ? 'service' : 'file';
    this.#transcript = part.transcript;
    this.#subtitles = toWebVtt(part.transcript.segments);
  }

  /** The preview is a convenience: what cannot be read of it is said when the frames are made. */
  async #loadStrip({ durationSeconds }: VideoFacts, file: File): Promise<void> {
    const { signal } = this.#gone;
    const moments = evenMoments(durationSeconds, stripFrames);
    const options = {
      maxSidePx: stripSidePx,
      toleranceSeconds: durationSeconds / stripFrames / 2,
      quality: 0.7,
    };
    try {
      const videos = await this.#subject.services.loadVideos();
      for await (const { atSeconds, blob } of videos.frames(file, moments, options, signal)) {
        if (signal.aborted) return;
        this.#strip = [...this.#strip, { atSeconds, url: URL.createObjectURL(blob) }];
      }
    } catch {
      // Said by the frames themselves.
    }
  }

  async #findScenes(signal: AbortSignal): Promise<void> {
    const { facts } = this;
    const file = this.#file;
    if (!facts || !file) return;
    const step = this.#stepSeconds(facts);
    const total = Math.max(1, Math.floor(facts.durationSeconds / step));
    const moments = evenMoments(facts.durationSeconds, total);
    const samples: SceneSample[] = [];
    this.#work = { kind: 'scenes', done: 0, total };
    const videos = await this.#subject.services.loadVideos();
    for await (const sample of videos.scenes(file, moments, step / 2, signal)) {
      samples.push(sample);
      this.#work = { kind: 'scenes', done: samples.length, total };
    }
    signal.throwIfAborted();
    this.#samples = samples;
    this.#work = null;
  }

  async #transcribe(signal: AbortSignal, isApproved: boolean): Promise<void> {
    const { chat, services } = this.#subject;
    const { connection } = chat;
    const { facts } = this;
    const file = this.#file;
    const deployment = this.#deployment.trim();
    if (!connection || deployment === '')
      throw new FailureError({ kind: 'connection-incomplete', detail: '' });
    if (!facts?.sound || !file) return;
    const { durationSeconds: totalSeconds } = facts;
    this.#work = { kind: 'sound', doneSeconds: 0, totalSeconds };
    const verdict = await judgeTranscribing(totalSeconds, connection, services);
    if (verdict.kind !== 'within' && (verdict.kind === 'block' || !isApproved)) {
      this.#question = verdict;
      return;
    }
    await rememberDeployment(connection.id, deployment, services);
    const conversationId = chat.conversation?.id ?? null;
    const transcript = await transcribe({ file, deployment, connection, conversationId }, services, signal, {
      onStage: (kind, doneSeconds) => (this.#work = { kind, doneSeconds, totalSeconds }),
      onWait: (wait) => (this.#wait = wait),
    });
    signal.throwIfAborted();
    this.#transcript = transcript;
    this.#subtitles = transcript.segments.length > 0 ? toWebVtt(transcript.segments) : '';
    this.#subtitleProblem = null;
    this.#work = null;
  }

  async #takeFrames(signal: AbortSignal): Promise<void> {
    const { chat, services } = this.#subject;
    const { facts, moments } = this;
    const file = this.#file;
    if (!facts || !file) return;
    const total = moments.length;
    const options = {
      maxSidePx: this.#sidePx(facts),
      toleranceSeconds: this.#toleranceSeconds(facts),
      quality: jpegQuality,
    };
    this.#work = { kind: 'frames', done: 0, total };
    const videos = await services.loadVideos();
    const of = { videoId: this.#videoId, videoName: file.name, detail: this.#detail };
    const kept: Promise<PicturePart>[] = [];
    for await (const frame of videos.frames(file, moments, options, signal)) {
      const keeping = keepFrame(frame, of, services, signal);
      // Awaited with all others; until then a failure must not go about unheard.
      keeping.catch(() => undefined);
      kept.push(keeping);
      this.#work = { kind: 'frames', done: kept.length, total };
    }
    const frames = await Promise.all(kept);
    signal.throwIfAborted();
    if (frames.length === 0) throw new FailureError({ kind: 'video-unreadable', detail: 'no frame' });
    const { durationSeconds, fingerprint } = facts;
    const part: VideoPart = {
      kind: 'video',
      videoId: this.#videoId,
      name: file.name,
      durationSeconds,
      transcript: this.transcript?.segments.length ? this.transcript : null,
      fingerprint,
    };
    chat.draft.putVideo(part, frames);
    // Without it, the file is asked for again before a time is played.
    if (file.size <= mostKeptBytes)
      void services.store.keepVideoFile(fingerprint, file).catch(() => undefined);
  }

  /** A key frame that is near enough spares decoding everything before it. */
  #toleranceSeconds({ durationSeconds }: VideoFacts): number {
    switch (this.#way) {
      case 'even':
        return (durationSeconds / this.count) * 0.45;
      case 'moments':
        return 0.9;
      case 'scenes':
        // They were found at key frames wherever there were any.
        return 0.001;
    }
  }
}
