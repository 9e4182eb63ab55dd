import type { DeploymentType } from './connection.ts';

/** What a meter counts; `other`: nothing that this app buys, or a name that could not be read. */
export type Bought =
  | 'input'
  | 'cached'
  | 'cache-write'
  | 'output'
  | 'image-analysis-group-1'
  | 'image-analysis-group-2'
  | 'video-ingestion'
  | 'video-query'
  | 'transcription'
  | 'other';

/** What the name of a meter tells. */
export interface MeterReading {
  readonly bought: Bought;
  /** A plain spelling that meters and services can be compared by, such as `gpt-4.1-mini`; '': no model is named. */
  readonly model: string;
  /** Month and day of the model's version (`0806`), where the meter names it. */
  readonly version: string | null;
  /** Null: the name does not say. */
  readonly deployment: DeploymentType | null;
  readonly longContext: boolean;
  readonly tier: 'priority' | 'flex' | null;
}

export type ModelName = Pick<MeterReading, 'model' | 'version'>;

/**
 * Reads a meter's name, tolerantly: they are abbreviations without a rule (`GPT 5 Rsng cchd Inpt Glbl 1M Tokens`,
 * `5.6 luna ShortCo Cd Inp Std DZ`, `gpt 4o mini0718 BatchOutp DataZone Tokens`). Spellings by the Retail Prices API's
 * dump of 2025-08-25 (modelmeters.com) and meters that public projects quote up to 2026-10.
 * @param product the meter's subcategory or product, such as `Computer Vision`
 */
export function readMeter(meter: string, product = ''): MeterReading {
  const vision = readVisionMeter(meter, product);
  if (vision) return { ...nothing, bought: vision };
  if (/provisioned|\bptus?\b/i.test(meter)) return { ...nothing, deployment: 'provisioned' };

  const words = wordsOf(meter.replace(/-\s*preview\s*$/i, ''));
  const has = (kind: ReadonlySet<string>): boolean => words.some((word) => kind.has(word));
  const bought = boughtOf(has);
  const isModel = bought !== 'other' && bought !== 'transcription';
  return {
    ...(isModel ? toModelName(words.filter((word) => !qualifiers.has(word))) : { model: '', version: null }),
    bought,
    deployment: deploymentOf(has),
    longContext: has(longContext),
    tier: has(priority) ? 'priority' : has(flex) ? 'flex' : null,
  };
}

/** The model as a service reports it (`gpt-4o-2024-08-06`) in the spelling of `readMeter`. */
export function readModelName(reported: string): ModelName {
  const plain = reported.trim().replace(/-fp8\b/i, '');
  const dated = /^(.*?)[-@ ]?(\d{4})-(\d{2})-(\d{2})$/.exec(plain);
  const words = wordsOf(dated ? dated[1]! : plain);
  const name = toModelName(words.filter((word) => !namesOnly.test(word)));
  return dated ? { ...name, version: `${dated[3]!}${dated[4]!}` } : name;
}

/** How many units of one meter a quantity of 1 is: 1,000 of `1K`, 1 of `Tokens`. Null: an hour or another measure. */
export function unitsIn(measure: string): number | null {
  if (measure.trim() === '' || /hour|minute|second|day|month|year|\bgb\b/i.test(measure)) return null;
  const match = /^\s*([\d,.]+)\s*([kmb](?![a-z]))?/i.exec(measure);
  if (!match) return 1;
  const count = Number(match[1]!.replace(/[.,](?=\d{3})/g, ''));
  const times = { k: 1e3, m: 1e6, b: 1e9 }[match[2]?.toLowerCase() ?? ''] ?? 1;
  return Number.isSafeInteger(count * times) && count > 0 ? count * times : null;
}

/** Seconds in a quantity of 1 of `1 Hour` or `100 Minutes`; null: not a measure of time. */
export function secondsIn(measure: string): number | null {
  const match = /^\s*(\d{0,9})\s*(hour|minute|second)/i.exec(measure);
  if (!match) return null;
  const unit = match[2]!.toLowerCase();
  return (match[1] === '' ? 1 : Number(match[1])) * (unit === 'hour' ? 3600 : unit === 'minute' ? 60 : 1);
}

const nothing: MeterReading = {
  bought: 'other',
  model: '',
  version: null,
  deployment: null,
  longContext: false,
  tier: null,
};

/**
 * Computer Vision's meters carry plain names. That OCR and the enhancements are billed as group 2 is told from their
 * price ($1.50 for 1,000), not from a page.
 */
function readVisionMeter(meter: string, product: string): Bought | null {
  const group = /image analysis group (\d)/i.exec(meter)?.[1];
  if (group !== undefined) return group === '1' ? 'image-analysis-group-1' : 'image-analysis-group-2';
  if (/video retrieval/i.test(meter)) {
    if (/query/i.test(meter)) return 'video-query';
    return /ingestion/i.test(meter) ? 'video-ingestion' : 'other';
  }
  if (!/computer vision|ai vision/i.test(product)) return null;
  return /\b(read|ocr)\b.*transactions?/i.test(meter) ? 'image-analysis-group-2' : 'other';
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const input = set('inp inpt input in prompt');
const output = set('outp outpt otpt output opt out');
const cached = set('cached cchd cched chd cach cache cd');
const written = set('wr write');
const global = set('global glbl globl gbl gl');
const dataZone = set('datazone dzone dzn dz');
const regional = set('regional regnl rgnl regn rgn regl reg');
const batch = set('batch btch');
const priority = set('priority prio pp');
const flex = set('flex fl');
const longContext = set('longco longctx');
const transcription = set('transcribe transcription trscb tcrb whisper');
/** Bought by others: tuning, sound, drawing, embeddings. */
const elsewhere = set(
  'ft tuned finetuned hosting hstng training trng grader grdr aud audio rt realtime rtime tts img image images dall sora embedding embeddings video speech hosted',
);
const noise = set('tokens token tkns tkn unit units std standard prvw shortco shco txt text 1m 1k m');

const qualifiers: ReadonlySet<string> = new Set(
  [
    input,
    output,
    cached,
    written,
    global,
    dataZone,
    regional,
    batch,
    priority,
    flex,
    longContext,
    noise,
  ].flatMap((kind) => [...kind]),
);

/** What services add to a model's name and meters do not: `-preview`, `-Instruct`, `-128E`, `-FP8`. */
const namesOnly = /^(preview|latest|instruct|\d+e)$/;

function boughtOf(has: (kind: ReadonlySet<string>) => boolean): Bought {
  if (has(transcription)) return 'transcription';
  if (has(elsewhere)) return 'other';
  if (has(cached)) return has(written) ? 'cache-write' : 'cached';
  if (has(output)) return 'output';
  return has(input) ? 'input' : 'other';
}

function deploymentOf(has: (kind: ReadonlySet<string>) => boolean): DeploymentType | null {
  if (has(batch)) return has(dataZone) ? 'data-zone-batch' : 'global-batch';
  if (has(dataZone)) return 'data-zone';
  if (has(global)) return 'global';
  return has(regional) ? 'regional' : null;
}

/** Lower case; words and numbers that were run together apart (`mini0718`, `BatchOutp`), pairs of one meaning joined. */
function wordsOf(text: string): readonly string[] {
  const spaced = text
    .replace(/([a-z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b1\s?[mk] tokens?\b/g, ' ')
    .replace(/data[\s-]*zone/g, 'datazone')
    .replace(/\blong[\s-]*co\b/g, 'longco')
    .replace(/\bsh(?:ort)?[\s-]*co\b/g, 'shortco')
    .replace(/4omini/g, '4o mini')
    .replace(/_/g, ' ');
  return spaced.match(/(?<![a-z])[a-z]\d+(?:\.\d+)?(?![a-z\d])|\d+\.\d+|\d+[a-z](?![a-z])|\d+|[a-z]+/g) ?? [];
}

function toModelName(words: readonly string[]): ModelName {
  let version: string | null = null;
  const kept: string[] = [];
  words.forEach((word, at) => {
    if (/^\d{3,4}$/.test(word) && at > 0) version = word.padStart(4, '0');
    else if (!/^\d+k$/.test(word)) kept.push(word === 'mn' ? 'mini' : word);
  });
  // Newer meters leave the family out: `5.6 luna`, also `56luna`.
  if (/^\d/.test(kept[0] ?? '')) kept.unshift('gpt');
  const isGpt = kept[0] === 'gpt';
  if (isGpt && /^[3-9]\d$/.test(kept[1] ?? '')) kept[1] = `${kept[1]![0]!}.${kept[1]![1]!}`;
  const model = kept
    .map((word) => (word === 'rsng' ? 'reasoning' : word))
    .filter((word) => !(isGpt && word === 'reasoning'))
    .join('-');
  return { model: sameModel[model] ?? model, version };
}

/** `gpt-4-turbo-Vision-128K` is what both of gpt-4's versions with vision were billed by, at one price. */
const sameModel: Readonly<Record<string, string>> = {
  'gpt-4-vision': 'gpt-4-turbo',
  'gpt-4-turbo-vision': 'gpt-4-turbo',
};
