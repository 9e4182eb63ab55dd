import type { Connection } from '#domain/connection.ts';
import type { AnyPicturePart, Message } from '#domain/conversation.ts';
import { FailureError, toFailure } from '#domain/failure.ts';
import { nextNumber, toFindings, type Findings, type ReadingOf } from '#domain/findings.ts';
import type { Units } from '#domain/ledger.ts';
import type { PictureAnalysis } from '#domain/picture-analysis.ts';
import { roughTokens, type Encoding } from '#domain/text-tokens.ts';
import type { RetryWait } from './answer.svelte.ts';
import { distinct, unitsOf, type PictureToRead, type ReadingPlan } from './reading-plan.ts';
import type { Services } from './services.ts';
import { isVisionSimulated, visionAccess, type VisionAccess } from './vision-access.ts';

export interface ReadingHooks {
  /** Pictures read so far, of all. */
  onProgress(done: number, total: number): void;
  onWait(wait: RetryWait | null): void;
  /** Something was paid for. */
  onBought(units: readonly Units[]): void;
}

/** At once; a free resource answers 20 calls a minute, a paid one 20 a second (Azure AI Vision FAQ). */
const mostAtOnce = 4;
/** Over the service's limits a picture is sent smaller; at this size a word of a scanned page is still read. */
const fitSidePx = 8_000;

/**
 * Reads the pictures of a plan, those that are not known already, and keeps what was found. Rejects with a FailureError
 * whose `stage` says that it was the reading; what was read until then is kept and need not be paid for again.
 */
export async function readPictures(
  plan: ReadingPlan,
  connection: Connection,
  services: Services,
  signal: AbortSignal,
  hooks: ReadingHooks,
): Promise<readonly ReadingOf[]> {
  const all = distinct(plan.pictures);
  const wanted = all.filter(({ missing }) => missing.length > 0);
  const analyses = new Map(all.flatMap(({ id, known }) => (known ? [[id, known.analysis] as const] : [])));
  if (wanted.length > 0) {
    const access = await visionAccess(connection, services);
    if (!access) throw reading(new FailureError({ kind: 'vision-missing', detail: '' }));
    await readAll(wanted, plan, { access, connection, services, signal, hooks }, analyses);
  }
  return plan.pictures.flatMap(({ id, partIndex, part }) => {
    const analysis = analyses.get(id);
    return analysis ? [{ partIndex, analysisId: id, sizePx: sizeOf(part, analysis), analysis }] : [];
  });
}

/** Numbered lines for the prompt that ends a branch, counted as the model counts them. */
export async function findingsOf(
  readings: readonly ReadingOf[],
  before: readonly Message[],
  budgetTokens: number,
  encoding: Encoding,
  { loadCounter }: Pick<Services, 'loadCounter'>,
): Promise<Findings> {
  const firstNumber = nextNumber(
    before.flatMap((message) => (message.role === 'user' && message.findings ? [message.findings] : [])),
  );
  const lines = new Set<string>();
  const without = (line: string): string => line.replace(/^\[\d+\]/, '');
  toFindings(readings, {
    firstNumber,
    budgetTokens: Infinity,
    tokensOf: (line) => {
      lines.add(without(line));
      return 0;
    },
  });
  const counted = await count([...lines], encoding, loadCounter);
  const tokensOf = (line: string): number => {
    const known = counted.get(without(line)) ?? Math.ceil(roughTokens(line) * roughMargin);
    return known + (line.startsWith('[') ? numberTokens : 0);
  };
  return toFindings(readings, { firstNumber, budgetTokens, tokensOf });
}

/** `[`, up to five digits in at most two tokens, `]`. */
const numberTokens = 4;
/** A rough count is at least three fifths of the true one (tests/domain/text-tokens.test.ts). */
const roughMargin = 5 / 3;

async function count(
  texts: readonly string[],
  encoding: Encoding,
  loadCounter: Services['loadCounter'],
): Promise<ReadonlyMap<string, number>> {
  try {
    const counter = await loadCounter();
    const counts = await Promise.all(texts.map((text) => counter.count(text, encoding)));
    return new Map(texts.map((text, at) => [text, counts[at]?.tokens ?? 0]));
  } catch {
    // Without the tokenizer the budget is kept by rough figures, on the safe side.
    return new Map();
  }
}

interface Means {
  readonly access: VisionAccess;
  readonly connection: Connection;
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly hooks: ReadingHooks;
}

async function readAll(
  wanted: readonly PictureToRead[],
  plan: ReadingPlan,
  means: Means,
  analyses: Map<string, PictureAnalysis>,
): Promise<void> {
  const { signal, hooks } = means;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = [...wanted];
  let done = 0;
  let failure: unknown;
  hooks.onProgress(done, wanted.length);
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && failure === undefined; next = queue.shift()) {
      try {
        analyses.set(next.id, await readOne(next, plan, { ...means, signal: either }));
        hooks.onProgress((done += 1), wanted.length);
      } catch (thrown) {
        failure ??= thrown;
        failed.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, wanted.length) }, work));
  signal.throwIfAborted();
  if (failure !== undefined) throw reading(failure);
}

/** What another question, here or in another tab, has found out meanwhile is not asked again. */
function readOne(picture: PictureToRead, plan: ReadingPlan, means: Means): Promise<PictureAnalysis> {
  const { store } = means.services;
  return store.whileReading(picture.id, means.signal, async () => {
    const known = (await store.readAnalyses([picture.id])).get(picture.id);
    const missing = picture.missing.filter((feature) => !known?.features.includes(feature));
    return known && missing.length === 0 ? known.analysis : analyse({ ...picture, missing }, plan, means);
  });
}

/** What was found is kept, and paid for, request by request: one that fails later takes nothing along. */
async function analyse(picture: PictureToRead, plan: ReadingPlan, means: Means): Promise<PictureAnalysis> {
  const { access, connection, services, signal, hooks } = means;
  const { clock, connections, prices, store } = services;
  const { createImageAnalysisClient } = await import('#azure');
  const client = createImageAnalysisClient({ endpoint: access.endpoint }, access.credential, {
    fetch: connections.fetchFor({ endpoint: { base: access.endpoint, api: 'v1' } }),
  });
  const pricing = { catalog: await connections.catalog(), book: prices.book };
  const { part } = picture;
  const askedAt = clock.now();
  let kept: PictureAnalysis | null = null;
  const whole = await client.analyse(await toSend(part, services, signal), {
    features: picture.missing,
    language: plan.settings.language,
    signal,
    onWait: (wait) => hooks.onWait({ ...wait, until: clock.now() + wait.waitMs }),
    canRetry: () => !clock.wasHiddenSince(askedAt),
    async onAnswered(features, analysis) {
      hooks.onWait(null);
      hooks.onBought(unitsOf([{ missing: features }], connection, pricing));
      const record = await store.keepAnalysis({
        id: picture.id,
        picture: part.kind === 'picture' ? part.attachmentId : part.url,
        features,
        language: plan.settings.language,
        analysis,
        simulated: isVisionSimulated(connection, connections),
        createdAt: clock.now(),
      });
      kept = record.analysis;
    },
  });
  return kept ?? whole;
}

/** The original's own pixels, upright: what is found is drawn over the upright picture. */
async function toSend(part: AnyPicturePart, services: Services, signal: AbortSignal) {
  if (part.kind === 'picture-url') return { kind: 'url' as const, url: part.url };
  const { analysisLimits, refuseBeforeAnalysis } = await import('#azure');
  const { widthPx, heightPx } = part;
  const original = await services.store.readAttachment(part.attachmentId);
  if (!original) throw new FailureError({ kind: 'picture-missing', detail: part.name });
  const pictures = await services.loadPictures();
  const longest = Math.max(widthPx, heightPx);
  const isOver = longest >= analysisLimits.maxSidePx || part.bytes > analysisLimits.maxBytes;
  const scale = isOver ? Math.min(1, fitSidePx / longest) : 1;
  const size = { widthPx: Math.round(widthPx * scale), heightPx: Math.round(heightPx * scale) };
  const prepared = await pictures.prepare(
    original,
    {
      mimeType: part.mimeType,
      fit: scale < 1 ? size : null,
      stripMetadata: part.stripMetadata,
      convert: part.converted,
      upright: true,
    },
    signal,
  );
  const refused = refuseBeforeAnalysis({ ...size, bytes: prepared.blob.size });
  if (refused) throw new FailureError(refused);
  return { kind: 'bytes' as const, blob: prepared.blob, mimeType: prepared.mimeType };
}

/** The service fetches a picture by URL itself: what it says of its size is what its places mean. */
function sizeOf(part: AnyPicturePart, analysis: PictureAnalysis) {
  return part.kind === 'picture' ? { widthPx: part.widthPx, heightPx: part.heightPx } : analysis.analysedSize;
}

function reading(thrown: unknown): FailureError {
  return new FailureError({ ...toFailure(thrown), stage: 'reading' });
}
