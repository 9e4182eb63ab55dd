import type { Endpoint } from '#domain/connection.ts';
import { FailureError } from '#domain/failure.ts';
import type { Segment } from '#domain/transcript.ts';
import { rootOf } from './chat-url.ts';
import { waitToRetry, type RetryDeps, type RetryWait } from './retry.ts';
import type { Credential } from './secrets.ts';
import { createTransport, readTextUpTo, type Outside } from './transport.ts';
import { countIn, listIn, objectIn, parseJson, textIn } from './wire.ts';

/** What was said in a piece of sound. */
export interface Transcription {
  /** Empty where the deployment gives a text without times. */
  readonly segments: readonly Segment[];
  readonly text: string;
  readonly language: string | null;
  /** As the service measured it; null: it did not say. */
  readonly durationSeconds: number | null;
}

export interface TranscriptionTarget {
  readonly endpoint: Endpoint;
  readonly deployment: string;
  /** Null on v1. */
  readonly apiVersion: string | null;
}

export interface TranscriptionOptions {
  readonly signal: AbortSignal;
  /** ISO 639-1; null: the service finds out. */
  readonly language: string | null;
  /** Names and words to expect. */
  readonly prompt: string;
  readonly onWait?: (wait: RetryWait) => void;
}

export interface TranscriptionDeps extends Outside, RetryDeps {}

/** The service's limit for one file (whisper quickstart). */
export const maxSoundBytes = 25 * 1024 * 1024;
/** The first release that knows times (api.md 6); a connection of an older version is asked by a newer one. */
const leastVersion = '2024-06-01';
const versionForOlder = '2024-10-21';
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * Speech to text by a transcription deployment. Times are asked for first; a deployment of the gpt-4o family refuses
 * that form, and is asked for its plain one.
 */
export function createTranscriptionClient(
  target: TranscriptionTarget,
  credential: Credential | null,
  deps: TranscriptionDeps,
): { transcribe(sound: Blob, fileName: string, options: TranscriptionOptions): Promise<Transcription> } {
  const transport = createTransport(target.endpoint.base, credential, deps);
  /** Whether it was refused once: a video comes in many pieces, and each request counts. */
  let refusesTimes = false;

  async function send(form: FormData, options: TranscriptionOptions): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await transport.send({
          url: urlOf(target),
          method: 'POST',
          body: form,
          signal: options.signal,
        });
      } catch (thrown) {
        if (!(thrown instanceof FailureError)) throw thrown;
        if (!(await waitToRetry(thrown.failure, attempt, options, deps))) throw thrown;
      }
    }
  }

  return {
    async transcribe(sound, fileName, options) {
      const ask = (format: Format): Promise<Response> =>
        send(toForm(target, sound, fileName, options, format), options);
      const response = await ask(refusesTimes ? 'json' : 'verbose_json').catch((thrown: unknown) => {
        if (refusesTimes || !isAboutTimes(thrown)) throw thrown;
        refusesTimes = true;
        return ask('json');
      });
      const text = await readTextUpTo(response, maxBodyBytes, options.signal);
      const heard = readTranscription(text, response.headers.get('content-type') ?? '');
      if (heard) return heard;
      const failure = { kind: 'not-a-chat-answer', code: 'not-json', detail: text } as const;
      throw new FailureError(transport.masked({ ...failure, origin: transport.origin }));
    },
  };
}

/** Of `response_format`: with the times of what was said, or its text alone. */
type Format = 'verbose_json' | 'json';

function isAboutTimes(thrown: unknown): boolean {
  if (!(thrown instanceof FailureError)) return false;
  const { status, param = '', detail } = thrown.failure;
  return status === 400 && /response_format|verbose_json|timestamp/i.test(`${param} ${detail}`);
}

function urlOf({ endpoint, deployment, apiVersion }: TranscriptionTarget): string {
  const root = rootOf(endpoint);
  if (endpoint.api === 'v1') return `${root}/v1/audio/transcriptions`;
  const version = apiVersion !== null && apiVersion >= leastVersion ? apiVersion : versionForOlder;
  const name = deployment.trim();
  if (name === '' || name === '.' || name === '..')
    throw new FailureError({ kind: 'connection-incomplete', param: 'deployment', detail: '' });
  return `${root}/deployments/${encodeURIComponent(name)}/audio/transcriptions?api-version=${encodeURIComponent(version)}`;
}

function toForm(
  { deployment }: TranscriptionTarget,
  sound: Blob,
  fileName: string,
  { language, prompt }: TranscriptionOptions,
  format: Format,
): FormData {
  const form = new FormData();
  form.append('file', sound, fileName);
  form.append('model', deployment.trim());
  form.append('response_format', format);
  if (format === 'verbose_json') form.append('timestamp_granularities[]', 'segment');
  if (language !== null) form.append('language', language);
  if (prompt.trim() !== '') form.append('prompt', prompt.trim());
  return form;
}

/** JSON with or without segments; some gateways answer plain text whatever was asked for. Null: it is neither. */
function readTranscription(text: string, contentType: string): Transcription | null {
  const body = objectIn(parseJson(text));
  if (!body && /text\/plain/i.test(contentType))
    return { segments: [], text: text.trim(), language: null, durationSeconds: null };
  // An empty text is what silence comes to; no text at all is another kind of answer.
  if (!body || typeof body['text'] !== 'string') return null;
  return {
    text: textIn(body['text']) ?? '',
    language: textIn(body['language']),
    durationSeconds: countIn(body['duration']),
    segments: listIn(body['segments']).flatMap((value) => {
      const segment = objectIn(value);
      const startSeconds = countIn(segment?.['start']);
      const endSeconds = countIn(segment?.['end']);
      const words = (textIn(segment?.['text']) ?? '').trim();
      return startSeconds === null || endSeconds === null || words === ''
        ? []
        : [{ startSeconds, endSeconds, text: words }];
    }),
  };
}
