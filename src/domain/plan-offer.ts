import type { ModelCapabilities } from './connection.ts';
import type { AnyPicturePart } from './conversation.ts';
import { pictureTokensOf, type Estimate } from './estimate.ts';
import {
  countSent,
  planOf,
  replan,
  toSent,
  type PictureChoice,
  type PicturePlan,
  type PictureRule,
  type PlannedPicture,
} from './picture-plan.ts';

/** The request that is being written, as far as its pictures decide. */
export interface Situation {
  /** The pictures before the draft, oldest first. */
  readonly planned: readonly PlannedPicture[];
  readonly draftPictures: number;
  readonly rule: PictureRule;
  readonly estimate: Estimate | null;
  readonly capabilities: ModelCapabilities | null;
  /** A request that costs more is asked about; null: none is. */
  readonly ceilingNanos: number | null;
}

/** A limit that is near or passed, and a rule that keeps the request under it. */
export interface PlanOffer {
  readonly reason: 'pictures' | 'context' | 'ceiling';
  readonly isOver: boolean;
  /** Pictures, input tokens, or whole nano-dollars of the input: now, the most there may be, and under the suggestion. */
  readonly now: number;
  readonly limit: number;
  readonly after: number;
  readonly suggestion: PictureRule;
  /** The own choices that the suggestion leaves: all of them, or, where they stand in its way, what they leave out. */
  readonly plan: PicturePlan;
}

/** From this share of a limit on. */
const nearFrom = 0.8;
/** As many of the newest stay as attached as long as older ones can give way. */
const keptFull = 5;
/** `leftOutNote` in either encoding, and its line break, with some to spare. */
const noteTokens = 16;

/**
 * What to say about the pictures before the request is sent; null: nothing. What is passed comes before what is near.
 * Where no rule about pictures helps, nothing is offered, except that too many pictures can always be left out.
 */
export function planOffer(situation: Situation): PlanOffer | null {
  const { estimate, capabilities, ceilingNanos } = situation;
  const contextTokens = capabilities?.contextTokens ?? null;
  const offers: (PlanOffer | null)[] = [offerForPictures(situation)];
  if (estimate && contextTokens !== null) {
    offers.push(offerForInput(situation, 'context', contextTokens, (tokens) => tokens));
  }
  if (estimate?.inputNanos != null && ceilingNanos !== null) {
    const { inputNanos, inputTokens } = estimate;
    // A long request's price per token only falls as it gets shorter: this is the most it may cost.
    const cost = (tokens: number): number => Math.ceil((inputNanos * tokens) / Math.max(1, inputTokens));
    offers.push(offerForInput(situation, 'ceiling', ceilingNanos, cost));
  }
  const made = offers.filter((offer) => offer !== null);
  return made.find(({ isOver }) => isOver) ?? made[0] ?? null;
}

function offerForPictures({ planned, draftPictures, rule, capabilities }: Situation): PlanOffer | null {
  if (!capabilities?.takesPictures) return null;
  const limit = capabilities.maxPictures;
  const now = countSent(planned, rule, draftPictures);
  const isOver = now > limit;
  const isNear = now >= limit * nearFrom && planned.length > 0;
  // A rule that sends no more than the limit settles it, unless own choices outdo it.
  const isSettled = rule.newestSent !== null && rule.newestSent <= limit;
  if (!isOver && (!isNear || isSettled)) return null;

  const suggestion = { ...rule, newestSent: Math.min(limit, rule.newestSent ?? limit) };
  const after = (plan: PicturePlan): number =>
    countSent(replan(planned, suggestion, plan, draftPictures), suggestion, draftPictures);
  const plan = plansOf(planned).find((one) => after(one) <= limit) ?? {};
  return { reason: 'pictures', isOver, now, limit, after: after(plan), suggestion, plan };
}

/** With all own choices; where there are some, also with those alone that leave a picture out. */
function plansOf(planned: readonly PlannedPicture[]): readonly PicturePlan[] {
  const all = planOf(planned);
  const leftOut = planOf(planned.filter(({ choice }) => choice.kind === 'left-out'));
  return Object.keys(leftOut).length < Object.keys(all).length ? [all, leftOut] : [all];
}

/** `measure` tells from input tokens what the limit is about. */
function offerForInput(
  situation: Situation,
  reason: 'context' | 'ceiling',
  limit: number,
  measure: (tokens: number) => number,
): PlanOffer | null {
  const { planned, estimate } = situation;
  const now = measure(estimate?.inputTokens ?? 0);
  const isOver = now > limit;
  if (now < limit * nearFrom) return null;
  const isClear = (tokens: number): boolean => measure(tokens) < limit * nearFrom;
  const isUnder = (tokens: number): boolean => measure(tokens) <= limit;
  for (const isGood of isOver ? [isClear, isUnder] : [isClear]) {
    for (const plan of plansOf(planned)) {
      const found = gentlestRule(situation, plan, isGood);
      if (!found) continue;
      const { suggestion, tokens } = found;
      return { reason, isOver, now, limit, after: measure(tokens), suggestion, plan };
    }
  }
  return null;
}

/** The first rule that is good enough; one that takes away more comes later. What is being written stays whole. */
function gentlestRule(
  situation: Situation,
  plan: PicturePlan,
  isGood: (tokens: number) => boolean,
): { readonly suggestion: PictureRule; readonly tokens: number } | null {
  const { rule, draftPictures, planned } = situation;
  const all = draftPictures + planned.length;
  const tokensUnder = forecast(situation, plan);
  const sentNow = Math.min(all, rule.newestSent ?? all);
  const fullNow = Math.min(sentNow, rule.newestFull ?? all);
  const least = Math.min(keptFull, all);
  const steps = [
    { what: 'full', to: least },
    { what: 'sent', to: Math.max(draftPictures, least) },
    { what: 'full', to: 0 },
    { what: 'sent', to: draftPictures },
  ] as const;
  let best = { full: fullNow, sent: sentNow };
  for (const { what, to } of steps) {
    const before = best;
    for (let newest = before[what]; newest >= to; newest -= 1) {
      best = { ...before, [what]: newest };
      const tokens = tokensUnder(best.full, best.sent);
      if (!isGood(tokens)) continue;
      const suggestion = {
        newestFull: best.full === fullNow ? rule.newestFull : best.full,
        newestSent: best.sent === sentNow ? rule.newestSent : best.sent,
      };
      return { suggestion, tokens };
    }
    // Low detail saves nothing on some models: there it takes nothing from the pictures either.
    if (tokensUnder(best.full, best.sent) >= tokensUnder(before.full, before.sent)) best = before;
  }
  return null;
}

/** Input tokens if the newest `full` pictures go as attached, and the newest `sent` at all. */
function forecast(
  { estimate, planned, draftPictures, capabilities }: Situation,
  plan: PicturePlan,
): (full: number, sent: number) => number {
  const counted = countedPictures(estimate);
  const count = pictureCounter(planned, estimate, capabilities);
  const tokensOf = (part: PlannedPicture['part'], choice: PictureChoice): number => {
    const sent = toSent({ part, choice });
    return sent ? (count(sent) ?? 0) : noteTokens;
  };
  let rest = estimate?.inputTokens ?? 0;
  const [asFull, asLow, asNote] = [[0], [0], [0]];
  for (const { id, part, choice } of planned.toReversed()) {
    const now = choice.kind === 'left-out' ? noteTokens : (counted.get(id) ?? tokensOf(part, choice));
    rest -= now;
    const isFixed = plan[id] !== undefined;
    const tokensAs = (kind: 'full' | 'low' | 'left-out'): number =>
      isFixed || choice.kind === kind ? now : tokensOf(part, { kind });
    asFull.push(asFull.at(-1)! + tokensAs('full'));
    asLow.push(asLow.at(-1)! + tokensAs('low'));
    asNote.push(asNote.at(-1)! + tokensAs('left-out'));
  }
  const place = (newest: number): number => Math.max(0, newest - draftPictures);
  const sumOf = (sums: readonly number[], from: number, to: number): number =>
    to > from ? sums[to]! - sums[from]! : 0;
  return (full, sent) =>
    rest +
    sumOf(asFull, 0, Math.min(place(full), place(sent))) +
    sumOf(asLow, place(full), place(sent)) +
    sumOf(asNote, place(sent), planned.length);
}

/**
 * What any picture would count here: by the published rule, corrected as the estimate was where it learned from the
 * bills. Null: not known.
 */
export function pictureCounter(
  planned: readonly PlannedPicture[],
  estimate: Estimate | null,
  capabilities: ModelCapabilities | null,
): (picture: AnyPicturePart) => number | null {
  if (!capabilities) return () => null;
  const counted = countedPictures(estimate);
  const byRule = (picture: AnyPicturePart): number => pictureTokensOf(picture, capabilities).tokens;
  let count = 0;
  let published = 0;
  let corrected = 0;
  for (const picture of planned) {
    const sent = toSent(picture);
    const tokens = counted.get(picture.id);
    if (!sent || tokens === undefined) continue;
    count += 1;
    published += byRule(sent);
    corrected += tokens;
  }
  if (!capabilities.imageTokens) {
    const each = corrected === 0 ? null : Math.ceil(corrected / count);
    return () => each;
  }
  const factor = estimate?.calibrated && published > 0 ? corrected / published : 1;
  return (picture) => Math.ceil(byRule(picture) * factor);
}

function countedPictures(estimate: Estimate | null): ReadonlyMap<string, number> {
  return new Map(
    estimate?.sources.flatMap((source) =>
      source.kind === 'picture' ? [[source.id, source.tokens] as const] : [],
    ),
  );
}
