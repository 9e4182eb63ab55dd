import type { Segment } from '#domain/transcript.ts';
import type { Api } from './asked.ts';
import { findHearing, operationNotSupported, type HearingDeployment } from './hearing.ts';
import { soundIn } from './media-length.ts';
import type { Memory } from './memory.ts';
import { missing } from './read-messages.ts';
import { deploymentNotFound, invalidRequest, Refusal } from './refusal.ts';
import { findScenario } from './scenarios.ts';
import { simulatedSpeech } from './speech.ts';
import type { Surroundings } from './surroundings.ts';

const MOST_BYTES = 25 * 1024 * 1024;
const LEAST_SECONDS = 0.1;
const EXTENSIONS = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];
const USUAL_MS = 600;

/**
 * Transcriptions: nothing is listened to, and the text says so. Its times come from the real length of the sound, where
 * the container tells it. `deployment` is null on v1, where the form names it.
 */
export async function answerTranscription(
  request: Request,
  api: Api,
  deployment: string | null,
  around: Surroundings,
  memory: Memory,
): Promise<Response> {
  const named = deployment === null ? null : hearingNamed(deployment);
  const form = await readForm(request);
  const hearing = named ?? hearingNamed(textField(form, 'model') || missingModel());
  const apiVersion = api.family === 'v1' ? 'v1' : api.apiVersion;
  hearing.refuse?.({ deployment: hearing, memory, nowMs: around.now(), apiVersion });

  const asked = readAsked(form, hearing);
  const file = form.get('file');
  if (file === null) throw missing('file');
  if (typeof file === 'string') throw unreadable();
  const seconds = await listen(file);
  const segments = simulatedSpeech(seconds, asked.language);
  const firstByteMs = around.delayMs({ before: 'first-byte', tokens: 1, usualMs: USUAL_MS });
  if (firstByteMs > 0) await around.sleep(firstByteMs, request.signal);
  return toAnswer(asked, segments, seconds);
}

function missingModel(): never {
  throw missing('model');
}

function hearingNamed(name: string): HearingDeployment {
  const hearing = findHearing(name);
  if (hearing) return hearing;
  const other = findScenario(name);
  throw other ? operationNotSupported('audioTranscription', other.name) : deploymentNotFound();
}

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    throw invalidRequest('Could not parse multipart form');
  }
}

interface AskedTranscription {
  readonly format: string;
  readonly language: string;
  readonly withWords: boolean;
  readonly withSegments: boolean;
}

function textField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function readAsked(form: FormData, { formats, model }: HearingDeployment): AskedTranscription {
  const format = textField(form, 'response_format') || 'json';
  if (!['json', 'text', 'srt', 'verbose_json', 'vtt'].includes(format)) {
    throw invalidRequest(
      `Invalid value: '${format}'. Supported values are: 'json', 'text', 'srt', 'verbose_json', and 'vtt'.`,
      'response_format',
      'invalid_value',
    );
  }
  if (!formats.includes(format)) {
    // Seen on Azure (esperanto#263).
    throw invalidRequest(
      `response_format '${format}' is not compatible with model '${model}'. Use 'json' or 'text' instead.`,
      'response_format',
      'unsupported_value',
    );
  }
  const temperature = textField(form, 'temperature');
  if (temperature !== '' && !(Number(temperature) >= 0 && Number(temperature) <= 1)) {
    throw invalidRequest(
      `Invalid 'temperature': expected a value between 0 and 1, but got ${temperature} instead.`,
      'temperature',
      'invalid_value',
    );
  }
  const granularities = form.getAll('timestamp_granularities[]');
  if (granularities.length > 0 && format !== 'verbose_json') {
    throw invalidRequest(
      "'timestamp_granularities' is only supported with 'response_format' set to 'verbose_json'.",
      'timestamp_granularities',
    );
  }
  const language = textField(form, 'language') || 'en';
  if (!/^[a-z]{2}$/.test(language)) {
    throw invalidRequest(
      `Invalid language '${language}'. Language parameter must be specified in ISO-639-1 format.`,
      'language',
      'invalid_language_format',
    );
  }
  return {
    format,
    language,
    withWords: granularities.includes('word'),
    withSegments: granularities.length === 0 || granularities.includes('segment'),
  };
}

/** Seconds of the sound, null where its container does not tell them. */
async function listen(file: File): Promise<number | null> {
  if (file.size > MOST_BYTES) {
    throw new Refusal(413, {
      error: {
        message: `Maximum content size limit (${MOST_BYTES}) exceeded (${file.size} bytes read)`,
        type: 'server_error',
        param: null,
        code: null,
      },
    });
  }
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
  if (!EXTENSIONS.includes(extension)) {
    const known = EXTENSIONS.map((one) => `'${one}'`).join(', ');
    throw invalidRequest(`Invalid file format. Supported formats: [${known}]`, 'file');
  }
  const { format, seconds } = soundIn(new Uint8Array(await file.arrayBuffer()));
  if (format === null || format === 'avi' || format === 'asf' || format === 'flv') throw unreadable();
  if (seconds !== null && seconds < LEAST_SECONDS) {
    throw invalidRequest(
      'Audio file is too short. Minimum audio length is 0.1 seconds.',
      'file',
      'audio_too_short',
    );
  }
  return seconds;
}

function unreadable(): Refusal {
  return invalidRequest('The audio file could not be decoded or its format is not supported.', 'file');
}

function toAnswer(asked: AskedTranscription, segments: readonly Segment[], seconds: number | null): Response {
  const text = segments.map((segment) => segment.text).join(' ');
  switch (asked.format) {
    case 'text':
      return plain(`${text}\n`);
    case 'srt':
      return plain(segments.map((one, at) => `${at + 1}\n${cue(one, ',')}\n${one.text}\n\n`).join(''));
    case 'vtt':
      return plain(`WEBVTT\n\n${segments.map((one) => `${cue(one, '.')}\n${one.text}\n\n`).join('')}`);
    case 'verbose_json':
      return Response.json({
        task: 'transcribe',
        language: LANGUAGE_NAMES[asked.language] ?? asked.language,
        duration: Math.round((seconds ?? segments.at(-1)!.endSeconds) * 100) / 100,
        text,
        ...(asked.withWords ? { words: segments.flatMap(toWords) } : {}),
        ...(asked.withSegments ? { segments: segments.map(toSegment) } : {}),
      });
    default:
      return Response.json({ text });
  }
}

/** It answers with names, whatever it was asked with. */
const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'english',
  zh: 'chinese',
  de: 'german',
  es: 'spanish',
  fr: 'french',
  ja: 'japanese',
};

function plain(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function cue({ startSeconds, endSeconds }: Segment, point: ',' | '.'): string {
  return `${stamp(startSeconds, point)} --> ${stamp(endSeconds, point)}`;
}

function stamp(seconds: number, point: ',' | '.'): string {
  const millis = Math.round(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [
    Math.floor(millis / 3_600_000),
    Math.floor(millis / 60_000) % 60,
    Math.floor(millis / 1000) % 60,
  ];
  return `${clock.map(two).join(':')}${point}${String(millis % 1000).padStart(3, '0')}`;
}

function toSegment({ startSeconds, endSeconds, text }: Segment, id: number): object {
  return {
    id,
    seek: Math.floor(startSeconds / 30) * 3000,
    start: startSeconds,
    end: endSeconds,
    text: ` ${text}`,
    tokens: [],
    temperature: 0,
    avg_logprob: -0.3,
    compression_ratio: 1.2,
    no_speech_prob: 0.01,
  };
}

/** Shared out evenly. */
function toWords({ startSeconds, endSeconds, text }: Segment): readonly object[] {
  const words = text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu) ?? [];
  const each = (endSeconds - startSeconds) / words.length;
  return words.map((word, at) => ({
    word,
    start: startSeconds + at * each,
    end: startSeconds + (at + 1) * each,
  }));
}
