import { FailureError } from '#domain/failure.ts';
import type { Videos } from './videos.ts';

export interface RecordOptions {
  /** Of the file, without its ending: "Screen recording 2026-11-23 10.15". */
  readonly name: string;
  /** Writes the length into what was recorded. */
  readonly videos: Pick<Videos, 'finishRecording'>;
}

/** A screen, a window or a camera on its way into a file. */
export interface Recording {
  /** Such as `video/mp4`. */
  readonly mimeType: string;
  /** Since it began; stands still once it has ended. */
  readonly elapsedSeconds: number;
  /** What was recorded until now; the file is about as large. */
  readonly bytes: number;
  /**
   * The file, also where the recording was ended from outside (the browser's own "Stop sharing", a camera that was
   * pulled out). Rejects with an AbortError when it is cancelled, with a FailureError when it fails.
   */
  readonly finished: Promise<File>;
  /** Ends it; the same as `finished`. */
  stop(): Promise<File>;
  /** Ends it; nothing is kept. */
  cancel(): void;
}

/** In this order: the video service indexes MP4 with H.264 only, all else can be asked about through its frames. */
const mimeTypes = [
  'video/mp4;codecs="avc1.640028,mp4a.40.2"',
  'video/mp4;codecs="avc1.640028,opus"',
  'video/webm;codecs="vp9,opus"',
  'video/webm;codecs="vp8,opus"',
  'video/mp4',
  'video/webm',
];

/** What was recorded leaves the recorder this often: a long recording is not held in one piece. */
const pieceMs = 1_000;
/** Letters on a screen stay sharp; ten minutes are some 200 MB. */
const videoBitsPerSecond = 2_500_000;
const audioBitsPerSecond = 96_000;

/** What can be recorded here. */
export function canRecord(): { readonly screen: boolean; readonly camera: boolean } {
  const isAble = recorderType() !== null;
  // The types promise both; phones lack the first, and pages without TLS the whole of it.
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return {
    screen: isAble && typeof devices?.getDisplayMedia === 'function',
    camera: isAble && typeof devices?.getUserMedia === 'function',
  };
}

/**
 * Records a stream until it is told to stop or the picture ends. The stream is the recording's from now on: its
 * tracks are stopped with it, so that no camera stays on.
 */
export function startRecording(stream: MediaStream, { name, videos }: RecordOptions): Recording {
  const mimeType = recorderType();
  const stopTracks = (): void => stream.getTracks().forEach((track) => track.stop());
  if (mimeType === null) {
    stopTracks();
    throw new FailureError({ kind: 'unexpected', detail: 'This browser records no video.' });
  }
  // The recorder would only say so when it is asked to start.
  if (!stream.active)
    throw new FailureError({ kind: 'unexpected', detail: 'There is nothing to record any more.' });
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond, audioBitsPerSecond });
  const container = mimeType.split(';')[0]!;
  const pieces: Blob[] = [];
  // Recorders take a moment until they have something to record.
  let startedAt: number | null = null;
  recorder.onstart = () => (startedAt = performance.now());
  let endedAt: number | null = null;
  let bytes = 0;
  const cancelled = new AbortController();

  const end = (): void => {
    endedAt ??= performance.now();
    if (recorder.state !== 'inactive') recorder.stop();
    stopTracks();
  };
  // The sound of a microphone would go on after the screen is no longer shared.
  for (const track of stream.getVideoTracks()) track.addEventListener('ended', end);

  const recorded = new Promise<Blob>((done, fail) => {
    recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) pieces.push(data);
      bytes += data.size;
    };
    recorder.onerror = (event) => {
      const { error } = event as Event & { error?: DOMException };
      fail(new FailureError({ kind: 'unexpected', detail: error?.message ?? 'The recorder failed.' }));
      end();
    };
    recorder.onstop = () => {
      end();
      if (bytes > 0) done(new Blob(pieces, { type: container }));
      else fail(new FailureError({ kind: 'unexpected', detail: 'Nothing was recorded.' }));
    };
    cancelled.signal.addEventListener('abort', () => fail(cancelled.signal.reason as Error));
  });
  const finished = recorded.then(async (raw) => {
    const whole = await videos.finishRecording(raw, cancelled.signal).catch((thrown: unknown) => {
      cancelled.signal.throwIfAborted();
      // It can be read and asked about as it is; only players cannot jump in it.
      if (thrown instanceof FailureError) return raw;
      throw thrown;
    });
    cancelled.signal.throwIfAborted();
    return new File([whole], `${name}.${container === 'video/mp4' ? 'mp4' : 'webm'}`, { type: container });
  });
  // Who only cancels need not listen.
  finished.catch(() => undefined);
  recorder.start(pieceMs);

  return {
    mimeType: container,
    get elapsedSeconds() {
      if (startedAt === null) return 0;
      return Math.max(0, (endedAt ?? performance.now()) - startedAt) / 1000;
    },
    get bytes() {
      return bytes;
    },
    finished,
    stop() {
      end();
      return finished;
    },
    cancel() {
      cancelled.abort(new DOMException('The recording was cancelled', 'AbortError'));
      pieces.length = 0;
      end();
    },
  };
}

function recorderType(): string | null {
  if (typeof MediaRecorder === 'undefined') return null;
  return mimeTypes.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}
