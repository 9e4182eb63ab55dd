import { gatewayError, rateLimited, Refusal } from './refusal.ts';
import type { Memory } from './memory.ts';

/** A deployment that transcribes. Its model is none of the catalogue's, which lists what sees. */
export interface HearingDeployment {
  readonly name: string;
  readonly model: string;
  /** Formats of an answer; times are Whisper's alone. */
  readonly formats: readonly string[];
  /** One sentence, in English: what happens there. */
  readonly does: string;
  readonly refuse?: (visit: HearingVisit) => void;
}

export interface HearingVisit {
  readonly deployment: HearingDeployment;
  readonly memory: Memory;
  readonly nowMs: number;
  /** `v1`, or the dated version. */
  readonly apiVersion: string;
}

const WHISPER_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'];
/** Seen on Azure (esperanto#263). */
const GPT_FORMATS = ['json', 'text'];

export const hearingDeployments: readonly HearingDeployment[] = [
  { name: 'whisper', model: 'whisper', formats: WHISPER_FORMATS, does: 'Transcribes, with times.' },
  {
    name: 'gpt-4o-transcribe',
    model: 'gpt-4o-transcribe',
    formats: GPT_FORMATS,
    does: 'Transcribes without times: verbose_json is refused.',
  },
  {
    name: 'gpt-4o-mini-transcribe',
    model: 'gpt-4o-mini-transcribe',
    formats: GPT_FORMATS,
    does: 'Transcribes without times: verbose_json is refused.',
  },
  {
    name: 'whisper-limited',
    model: 'whisper',
    formats: WHISPER_FORMATS,
    refuse: limitedTwice,
    does: 'Refuses twice in a minute with 429 and "retry after 2 seconds", then transcribes.',
  },
  {
    name: 'whisper-failing',
    model: 'whisper',
    formats: WHISPER_FORMATS,
    refuse: failing,
    does: '500, every time.',
  },
];

export function findHearing(name: string): HearingDeployment | null {
  return hearingDeployments.find((deployment) => deployment.name === name.toLowerCase()) ?? null;
}

const REFUSED_A_MINUTE = 2;

function limitedTwice({ deployment, memory, nowMs, apiVersion }: HearingVisit): void {
  if (memory.countCall(deployment.name, nowMs) > REFUSED_A_MINUTE) return;
  throw rateLimited(
    '429',
    `Requests to the Transcriptions_Create Operation under Azure OpenAI API version ${apiVersion} have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 2 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.`,
    2,
  );
}

function failing(): never {
  throw gatewayError(
    500,
    'InternalServerError',
    'The model was unable to complete inference due to an internal error',
  );
}

/** A model that is asked for what it does not do. */
export function operationNotSupported(operation: string, model: string): Refusal {
  return new Refusal(400, {
    error: {
      code: 'OperationNotSupported',
      message: `The ${operation} operation does not work with the specified model, ${model}. Please choose different model and try again. You can learn more about which models can be used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.`,
    },
  });
}
