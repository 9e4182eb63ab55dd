import type { AnyPicturePart } from '#domain/conversation.ts';
import type { PictureRule, PlannedPicture } from '#domain/picture-plan.ts';
import type { PlanOffer, Situation } from '#domain/plan-offer.ts';
import { f, m } from '#language';
import { attachmentName } from './attachment-words.ts';

/** How estimates for this deployment compared with its bills. */
export interface AccuracyView {
  readonly samples: number;
  /** The largest deviation, as a ratio: 0.02 is 2 %. */
  readonly deviation: number;
}

/** Rounded up to a tenth of a per cent, and never none of it: "within" must hold. */
export function deviationWords({ deviation }: AccuracyView): string {
  // One step of floating point must not make 2 % into 2.1 %.
  return f().percent(Math.max(1, Math.ceil(deviation * 1000 - 1e-9)) / 1000);
}

export function pictureName(part: AnyPicturePart): string {
  return attachmentName({ key: '', kind: 'picture', part, unsaved: null });
}

/** By `id`: names that occur more than once are numbered, oldest first, so that each choice has a name of its own. */
export function distinctNames(planned: readonly PlannedPicture[]): ReadonlyMap<string, string> {
  const seen = new Map<string, number>();
  return new Map(
    planned.map(({ id, part }) => {
      const name = pictureName(part);
      const place = (seen.get(name) ?? 0) + 1;
      seen.set(name, place);
      return [id, place === 1 ? name : m().planner.planner.again(name, place)];
    }),
  );
}

/** "3 at low detail", "1 left out": what was chosen, and how often. */
export function choiceCounts(planned: readonly PlannedPicture[]): readonly string[] {
  const { kinds } = m().planner.offer;
  return (['full', 'low', 'crop', 'left-out'] as const).flatMap((kind) => {
    const count = planned.filter(({ choice }) => choice.kind === kind).length;
    return count === 0 ? [] : [kinds[kind](count)];
  });
}

/** What is near or passed, what the suggestion makes of it, and the button that takes it. */
export function offerWords(
  offer: PlanOffer,
  { rule, draftPictures }: Situation,
): { readonly what: string; readonly remedy: string; readonly button: string } {
  return { what: limitWords(offer), ...suggestionWords(offer, rule, draftPictures) };
}

function limitWords({ reason, isOver, now, limit }: PlanOffer): string {
  const words = m().planner.offer;
  const { number, money } = f();
  switch (reason) {
    case 'pictures':
      return words.pictures(now, limit);
    case 'context':
      return (isOver ? words.contextOver : words.context)(number(now), number(limit));
    case 'ceiling':
      return (isOver ? words.ceilingOver : words.ceiling)(money(now), money(limit));
  }
}

function suggestionWords(
  { reason, after, suggestion: { newestFull, newestSent } }: PlanOffer,
  rule: PictureRule,
  draftPictures: number,
): { readonly remedy: string; readonly button: string } {
  const words = m().planner.offer;
  const { keepNewest } = m().conversation.limits;
  const isLowered = newestFull !== null && newestFull !== rule.newestFull;
  const isShortened = newestSent !== null && newestSent !== rule.newestSent;
  if (reason === 'pictures') return { remedy: '', button: keepNewest(newestSent ?? 0) };
  const result = reason === 'ceiling' ? f().money(after) : words.tokens(f().number(after));
  if (isShortened && newestSent <= draftPictures)
    return { remedy: words.keepNoneFor(result), button: words.keepNone };
  if (isShortened && isLowered) {
    return {
      remedy: words.bothFor(newestFull, newestSent, result),
      button: words.olderAtLowNonePast(newestSent),
    };
  }
  if (isShortened) return { remedy: words.keepNewestFor(newestSent, result), button: keepNewest(newestSent) };
  if (isLowered) {
    return {
      // What is being written stays as attached in any case.
      remedy: words.olderAtLowFor(newestFull > draftPictures ? newestFull : 0, result),
      button: words.olderAtLow,
    };
  }
  return { remedy: '', button: words.useRule };
}
