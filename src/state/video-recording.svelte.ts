import type { Recording } from '#media';
import type { Services } from './services.ts';

export type RecordingSource = 'screen' | 'camera';

export type RecordingProblem = 'denied' | 'no-device' | 'busy' | 'unsupported' | 'failed';

export type RecordingState =
  /** `asking`: the browser asks the person; `finishing`: the file is being made. */
  | { readonly kind: 'idle' | 'asking' | 'finishing' }
  | { readonly kind: 'recording'; readonly stream: MediaStream }
  | { readonly kind: 'problem'; readonly problem: RecordingProblem };

export interface RecordingSubject {
  readonly services: Pick<Services, 'loadVideos' | 'clock'>;
  readonly source: RecordingSource;
  /** What the file is called, without the time and the ending. */
  readonly name: string;
  /** Also where the person ends it outside of this page. */
  readonly onrecorded: (file: File) => void;
}

/** A screen or a camera on its way into a file. */
export class VideoRecording {
  #state = $state.raw<RecordingState>({ kind: 'idle' });
  #elapsedSeconds = $state(0);
  #bytes = $state(0);
  readonly #subject: RecordingSubject;
  #recording: Recording | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isGone = false;

  constructor(subject: RecordingSubject) {
    this.#subject = subject;
  }

  get state(): RecordingState {
    return this.#state;
  }
  get elapsedSeconds(): number {
    return this.#elapsedSeconds;
  }
  get bytes(): number {
    return this.#bytes;
  }

  /** To be called where the person presses a button: browsers ask for a screen only then. Never rejects. */
  async start(): Promise<void> {
    const { source, services } = this.#subject;
    this.#state = { kind: 'asking' };
    try {
      // Asked for first: what is fetched meanwhile would use up the press of the button.
      const asked = streamOf(source);
      const [stream, media, videos] = await Promise.all([asked, import('#media'), services.loadVideos()]);
      if (this.#isGone) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      const name = `${this.#subject.name} ${stampOf(services.clock.now())}`;
      const recording = media.startRecording(stream, { name, videos });
      this.#recording = recording;
      this.#state = { kind: 'recording', stream };
      this.#timer = setInterval(() => this.#measure(recording), 250);
      void this.#follow(recording);
    } catch (thrown) {
      if (!this.#isGone) this.#state = { kind: 'problem', problem: problemOf(thrown) };
    }
  }

  stop(): void {
    this.#recording?.stop().catch(() => undefined);
    if (this.#state.kind === 'recording') this.#state = { kind: 'finishing' };
  }

  /** Ends it; nothing is kept. */
  dispose(): void {
    this.#isGone = true;
    clearInterval(this.#timer);
    this.#recording?.cancel();
  }

  /** It may end without this page: "Stop sharing", or a camera that is pulled out. */
  async #follow(recording: Recording): Promise<void> {
    try {
      const file = await recording.finished;
      if (!this.#isGone) this.#subject.onrecorded(file);
    } catch (thrown) {
      if (!this.#isGone) this.#state = { kind: 'problem', problem: problemOf(thrown) };
    } finally {
      clearInterval(this.#timer);
    }
  }

  #measure({ elapsedSeconds, bytes }: Recording): void {
    // It stands still once it has ended, from wherever.
    if (this.#state.kind === 'recording' && !this.#state.stream.active) this.#state = { kind: 'finishing' };
    this.#elapsedSeconds = Math.floor(elapsedSeconds);
    this.#bytes = bytes;
  }
}

async function streamOf(source: RecordingSource): Promise<MediaStream> {
  // The types promise both; phones lack the first, and pages without TLS the whole of it.
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  if (source === 'screen') {
    if (!devices?.getDisplayMedia) throw new DOMException('', 'NotSupportedError');
    return devices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true });
  }
  if (!devices?.getUserMedia) throw new DOMException('', 'NotSupportedError');
  const video = { width: { ideal: 1280 }, height: { ideal: 720 } };
  return devices.getUserMedia({ video, audio: true }).catch((thrown: unknown) => {
    // A camera without a microphone is a camera all the same.
    if (!(thrown instanceof DOMException) || thrown.name !== 'NotFoundError') throw thrown;
    return devices.getUserMedia!({ video });
  });
}

function problemOf(thrown: unknown): RecordingProblem {
  switch (thrown instanceof DOMException ? thrown.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no-device';
    case 'NotReadableError':
      return 'busy';
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'failed';
  }
}

/** 2026-11-23 10.15: sorted by name is sorted by time, and every file system takes it. */
function stampOf(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}.${two(date.getMinutes())}`;
}

/** What this browser can record from. */
export async function recordableSources(): Promise<readonly RecordingSource[]> {
  const { canRecord } = await import('#media');
  const { screen, camera } = canRecord();
  return [...(screen ? (['screen'] as const) : []), ...(camera ? (['camera'] as const) : [])];
}
