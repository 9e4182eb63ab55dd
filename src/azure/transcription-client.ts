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
/** In the specification since 2023-09-01-preview; an older version of a connection is not asked. */
const leastVersion = '2024-06-01';
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
      let response: Response;
      try {
        response = await send(toForm(target, sound, fileName, options, 'verbose_json'), options);
      } catch (thrown) {
        const refuses =
          thrown instanceof FailureError &&
          thrown.failure.status === 400 &&
          /response_format|verbose_json|timestamp/i.test(
            `${thrown.failure.param ?? ''} ${thrown.failure.detail}`,
          );
        if (!refuses) throw thrown;
        response = await send(toForm(target, sound, fileName, options, 'json'), options);
      }
      const text = await readTextUpTo(response, maxBodyBytes, options.signal);
      return readTranscription(text, response.headers.get('content-type') ?? '');
    },
  };
}

function urlOf({ endpoint, deployment, apiVersion }: TranscriptionTarget): string {
  const root = rootOf(endpoint);
  if (endpoint.api === 'v1') return `${root}/v1/audio/transcriptions`;
  const version = apiVersion !== null && apiVersion >= leastVersion ? apiVersion : '2024-10-21';
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
  format: 'verbose_json' | 'json',
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

/** JSON with or without segments; some gateways answer plain text whatever was asked for. */
function readTranscription(text: string, contentType: string): Transcription {
  const body = objectIn(parseJson(text));
  if (!body) {
    if (/text\/plain/i.test(contentType))
      return { segments: [], text: text.trim(), language: null, durationSeconds: null };
    throw new FailureError({ kind: 'not-a-chat-answer', code: 'not-json', detail: text.slice(0, 4000) });
  }
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
