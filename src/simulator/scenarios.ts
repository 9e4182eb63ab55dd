import { findModelByReportedName } from '#catalog';
import type { Memory } from './memory.ts';
import type { Api } from './asked.ts';
import {
  aboutToBeGone,
  badGateway,
  bodyTooLarge,
  emptyAnswer,
  errorInside200,
  firewall,
  highDemand,
  htmlAnswer,
  keysDisabled,
  limitedForADay,
  limitedTwice,
  promptBlocked,
  promptBlockedAsObserved,
  redirected,
  serverError,
  timedOut,
  tooManyHeaders,
  unavailableTwice,
  unreadable,
  virtualNetwork,
} from './refusing.ts';

/** A deployment of the simulator: a model, and what is wrong with it, if anything. */
export interface Scenario {
  readonly name: string;
  /** Id of a row of the catalogue. */
  readonly model: string;
  /** One sentence: what happens here. */
  readonly does: string;
  /** An answer instead of the model's, or null to go on. May throw a `Refusal`. */
  readonly refuse?: (visit: Visit) => Response | null;
  readonly says?: Saying;
  readonly fault?: WireFault;
  readonly pace?: Pace;
  /** The model that answers when the deployment only passes on. */
  readonly routesTo?: string;
  /** This deployment has no eyes, whatever its model can do. */
  readonly textOnly?: true;
}

export interface Visit {
  readonly request: Request;
  readonly api: Api;
  readonly scenario: Scenario;
  readonly memory: Memory;
  readonly nowMs: number;
}

export type Saying =
  | 'long-answer'
  | 'markdown-tour'
  | 'refusal'
  | 'blocked'
  | 'nothing'
  | 'cut-short'
  | 'reasoning-only'
  | 'unsure-grounding'
  | 'emoji-first'
  | 'wrong-citations'
  | 'video-failure';

export type WireFault =
  | 'cut'
  | 'reset'
  | 'stalled'
  | 'silent'
  | 'error-mid-stream'
  | 'no-done'
  | 'no-usage'
  | 'no-filters'
  | 'json-when-stream'
  | 'odd-framing'
  | 'asynchronous-filter'
  | 'filtered-midway'
  | 'filtered-late'
  | 'filter-failed';

export interface Pace {
  readonly firstByteMs: number;
  readonly tokensPerSecond: number;
}

export const usualPace: Pace = { firstByteMs: 400, tokensPerSecond: 60 };

const gpt4o = 'gpt-4o@2024-11-20';
const gpt41 = 'gpt-4.1@2025-04-14';

/** Named by their model, as most people name deployments. */
const plain: readonly Scenario[] = [
  [
    'gpt-4-vision-preview',
    'gpt-4@vision-preview',
    'The model of the first vision API: 10 pictures, 16 tokens unless told, no JSON mode.',
  ],
  [
    'gpt-4-turbo',
    'gpt-4@turbo-2024-04-09',
    'Takes no JSON mode together with pictures; 16 tokens unless told.',
  ],
  ['gpt-4o', gpt4o, 'Answers about what it was sent.'],
  ['gpt-4o-mini', 'gpt-4o-mini@2024-07-18', 'Answers; a picture costs 33 times the tokens of gpt-4o.'],
  ['gpt-4.1', gpt41, 'Answers about what it was sent.'],
  ['gpt-4.1-mini', 'gpt-4.1-mini@2025-04-14', 'Answers; counts pictures in patches.'],
  ['gpt-4.1-nano', 'gpt-4.1-nano@2025-04-14', 'Answers; counts pictures in patches.'],
  ['o1', 'o1@2024-12-17', 'Reasons first, and does not stream.'],
  ['o4-mini', 'o4-mini@2025-04-16', 'Reasons first.'],
  ['gpt-5', 'gpt-5@2025-08-07', 'Reasons first; takes max_completion_tokens and no temperature.'],
  ['gpt-5-mini', 'gpt-5-mini@2025-08-07', 'Reasons first.'],
  ['gpt-5-pro', 'gpt-5-pro@2025-10-06', 'Answers the Responses API only: chat is refused.'],
  ['gpt-5.1', 'gpt-5.1@2025-11-13', 'Reasons unless the effort is none; then it takes a temperature.'],
  ['gpt-5.2', 'gpt-5.2@2025-12-11', 'Reasons unless the effort is none.'],
  ['gpt-5.4', 'gpt-5.4@2026-03-05', 'Reasons unless the effort is none.'],
  ['gpt-5.4-mini', 'gpt-5.4-mini@2026-03-17', 'Reasons unless the effort is none.'],
  ['gpt-5.5', 'gpt-5.5@2026-04-24', 'Sees pictures in their original size unless told otherwise.'],
  ['gpt-5.6-sol', 'gpt-5.6-sol@2026-07-09', 'Bills what it writes to its prompt cache.'],
  ['gpt-5.6-terra', 'gpt-5.6-terra@2026-07-09', 'Bills what it writes to its prompt cache.'],
  ['gpt-5.6-luna', 'gpt-5.6-luna@2026-07-09', 'Bills what it writes to its prompt cache.'],
  [
    'gpt-6-astra',
    'gpt-6-astra@2026-09-03',
    'Sees pictures in their original size; says how many tokens they were.',
  ],
].map(([name = '', model = '', does = '']) => ({ name, model, does }));

/** Refused before a model is reached. */
const refusing: readonly Scenario[] = [
  {
    name: 'rate-limited',
    model: gpt4o,
    refuse: limitedTwice,
    does: 'Refuses twice in a minute with 429 and "retry after 2 seconds", then answers.',
  },
  {
    name: 'rate-limited-for-a-day',
    model: gpt4o,
    refuse: limitedForADay,
    does: '429: retry after 86400 seconds, every time.',
  },
  {
    name: 'rate-limited-high-demand',
    model: gpt4o,
    refuse: highDemand,
    does: '429 for lack of capacity: retry after 20 seconds, every time.',
  },
  {
    name: 'blocked-prompt',
    model: gpt4o,
    refuse: promptBlocked,
    does: '400: the filter stops the prompt, in the documented form.',
  },
  {
    name: 'blocked-prompt-inner-error',
    model: gpt4o,
    refuse: promptBlockedAsObserved,
    does: '400: the filter stops the prompt, in the form seen in use.',
  },
  { name: 'key-disabled', model: gpt4o, refuse: keysDisabled, does: '403: takes no keys, only tokens.' },
  { name: 'firewall', model: gpt4o, refuse: firewall, does: '403 from network rules, readable by a page.' },
  {
    name: 'firewall-virtual-network',
    model: gpt4o,
    refuse: virtualNetwork,
    does: '403: a virtual network is set up, use its endpoint.',
  },
  {
    name: 'no-cors',
    model: gpt4o,
    refuse: unreadable,
    does: '403 that no page can read, because it has no CORS headers.',
  },
  { name: 'timeout-408', model: gpt4o, refuse: timedOut, does: '408, every time.' },
  { name: 'gone-410', model: gpt4o, refuse: aboutToBeGone, does: '410: the model is retired.' },
  { name: 'too-large', model: gpt4o, refuse: bodyTooLarge, does: '413 with HTML, every time.' },
  { name: 'headers-431', model: gpt4o, refuse: tooManyHeaders, does: '431 without a body, every time.' },
  { name: 'server-error', model: gpt4o, refuse: serverError, does: '500, every time.' },
  { name: 'bad-gateway', model: gpt4o, refuse: badGateway, does: '502 with HTML, every time.' },
  {
    name: 'unavailable',
    model: gpt4o,
    refuse: unavailableTwice,
    does: '503 twice in a minute, then answers.',
  },
  { name: 'redirect', model: gpt4o, refuse: redirected, does: '307 to another origin.' },
  { name: 'error-in-200', model: gpt4o, refuse: errorInside200, does: 'An error object with status 200.' },
  { name: 'html-answer', model: gpt4o, refuse: htmlAnswer, does: 'A sign-in page with status 200.' },
  { name: 'empty-answer', model: gpt4o, refuse: emptyAnswer, does: 'Status 200 and nothing else.' },
];

/** Answered, and something goes wrong on the way. */
const breaking: readonly Scenario[] = [
  {
    name: 'cut-stream',
    model: gpt4o,
    fault: 'cut',
    does: 'Ends half way, without a finish reason and without [DONE].',
  },
  { name: 'reset-stream', model: gpt4o, fault: 'reset', does: 'The network connection breaks half way.' },
  { name: 'stalled', model: gpt4o, fault: 'stalled', does: 'Falls silent half way and never goes on.' },
  { name: 'silent', model: gpt4o, fault: 'silent', does: 'Never sends a byte.' },
  {
    name: 'error-mid-stream',
    model: gpt4o,
    fault: 'error-mid-stream',
    does: 'An error object comes half way.',
  },
  {
    name: 'json-when-stream',
    model: gpt4o,
    fault: 'json-when-stream',
    does: 'Answers whole although a stream was asked for.',
  },
  { name: 'no-usage', model: gpt4o, fault: 'no-usage', does: 'Never says what was used.' },
  { name: 'no-done', model: gpt4o, fault: 'no-done', does: 'Ends after the finish reason, without [DONE].' },
  { name: 'no-filters', model: gpt4o, fault: 'no-filters', does: 'Has no content filter results.' },
  {
    name: 'filter-failed',
    model: gpt4o,
    fault: 'filter-failed',
    does: 'The filter did not run, and says so.',
  },
  {
    name: 'odd-framing',
    model: gpt4o,
    fault: 'odd-framing',
    does: 'A byte order mark, CRLF, comments, unknown events, bytes split anywhere.',
  },
];

/** What is said is the point. */
const saying: readonly Scenario[] = [
  {
    name: 'blocked-answer',
    model: gpt4o,
    says: 'blocked',
    does: 'The filter stops the answer before its first word.',
  },
  {
    name: 'asynchronous-filter',
    model: gpt4o,
    fault: 'asynchronous-filter',
    does: 'Filter results come apart from the text, and pass.',
  },
  {
    name: 'filtered-midway',
    model: gpt4o,
    fault: 'filtered-midway',
    does: 'An asynchronous filter ends the answer half way.',
  },
  {
    name: 'filtered-late',
    model: gpt4o,
    fault: 'filtered-late',
    does: 'An asynchronous filter withdraws the answer after "stop".',
  },
  { name: 'refusal', model: gpt4o, says: 'refusal', does: 'The model refuses.' },
  { name: 'length', model: gpt4o, says: 'cut-short', does: 'Every answer is cut off after 20 tokens.' },
  { name: 'empty-text', model: gpt4o, says: 'nothing', does: 'Finishes without a word.' },
  {
    name: 'reasoning-exhausted',
    model: 'gpt-5@2025-08-07',
    says: 'reasoning-only',
    does: 'Spends all tokens on reasoning; nothing is left for an answer.',
  },
  {
    name: 'markdown-tour',
    model: gpt41,
    says: 'markdown-tour',
    does: 'Every Markdown construct, and some that must stay harmless.',
  },
  {
    name: 'long-answer',
    model: gpt41,
    says: 'long-answer',
    pace: { firstByteMs: 200, tokensPerSecond: 200 },
    does: '8,000 tokens of mixed Markdown at 200 a second; a prompt may say "write 16000 tokens at 50 tokens per second".',
  },
  {
    name: 'fast-long-answer',
    model: gpt41,
    says: 'long-answer',
    pace: { firstByteMs: 0, tokensPerSecond: Infinity },
    does: '8,000 tokens of mixed Markdown as fast as they go.',
  },
  {
    name: 'slow',
    model: gpt4o,
    pace: { firstByteMs: 8000, tokensPerSecond: 4 },
    does: 'Eight seconds to the first word, then four tokens a second.',
  },
  {
    name: 'grounding-unsure',
    model: 'gpt-4@vision-preview',
    says: 'unsure-grounding',
    does: 'Grounds with a status other than Success, offsets line by line, six corners, and one place beyond the edge.',
  },
  {
    name: 'grounding-emoji',
    model: 'gpt-4@vision-preview',
    says: 'emoji-first',
    does: 'Emoji stand before what is grounded: offsets are code points.',
  },
  {
    name: 'wrong-citations',
    model: gpt41,
    says: 'wrong-citations',
    does: 'Cites, beside what it was sent, a number that does not exist.',
  },
  {
    name: 'video-fails',
    model: 'gpt-4@vision-preview',
    says: 'video-failure',
    does: 'Fails inside a 200 when asked about a video of an index.',
  },
  { name: 'text-only', model: gpt4o, textOnly: true, does: 'Takes no pictures.' },
  {
    name: 'model-router',
    model: 'model-router@2025-11-18',
    routesTo: 'gpt-4.1-mini@2025-04-14',
    does: 'Passes on to gpt-4.1-mini, and says so.',
  },
];

export const scenarios: readonly Scenario[] = [...plain, ...refusing, ...breaking, ...saying];

/** One of the above, or any model of the catalogue under its own name and version: `gpt-5.2-2025-12-11`. */
export function findScenario(name: string): Scenario | null {
  const model = findModelByReportedName(name);
  return (
    byName.get(name.toLowerCase()) ??
    (model && { name, model: model.id, does: `Answers as ${model.model}, version ${model.version}.` })
  );
}

const byName: ReadonlyMap<string, Scenario> = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
