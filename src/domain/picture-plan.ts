import type { AnyPicturePart, Message } from './conversation.ts';
import { isPicture } from './conversation.ts';
import type { RequestSettings } from './settings.ts';

/** Which of a conversation's pictures a request repeats, and how. Changes requests only, never the history. */
export interface PictureRule {
  /** So many of the newest are sent as they were attached, older ones at low detail; null: all. */
  readonly newestFull: number | null;
  /** Older than so many are left out; null: none. */
  readonly newestSent: number | null;
}

/** The rule of a conversation, as its settings keep it. */
export function ruleOf({ keepNewestPictures, keepNewestFull }: RequestSettings): PictureRule {
  return { newestFull: keepNewestFull, newestSent: keepNewestPictures };
}

/** For the next request only: by `pictureId`. */
export type PicturePlan = Readonly<Record<string, PictureChoice>>;

export type PictureChoice =
  | { readonly kind: 'full' | 'low' | 'left-out' }
  /** A part of the picture, at its own detail; only of pictures whose bytes are in the store. */
  | { readonly kind: 'crop'; readonly area: Area };

/** A rectangle in unit coordinates: 0 to 1 of the upright picture's width and height. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One picture of the branch, and what the next request does with it. */
export interface PlannedPicture {
  /** `<message id>/<index of the part>`. */
  readonly id: string;
  readonly messageId: string;
  readonly part: AnyPicturePart;
  readonly choice: PictureChoice;
  /** The choice is the person's own for this request, not the rule's. */
  readonly chosen: boolean;
}

export function pictureId(messageId: string, partIndex: number): string {
  return `${messageId}/${partIndex}`;
}

/**
 * What a request does with each picture of its branch, oldest first. The rule lowers no picture of the newest prompt,
 * whose tiles say the detail they are sent in; there, too, it leaves out what is more than it sends.
 */
export function planPictures(
  branch: readonly Message[],
  rule: PictureRule,
  plan: PicturePlan,
): readonly PlannedPicture[] {
  const newest = branch.findLast(({ role }) => role === 'user')?.id;
  const found = branch.flatMap((message) =>
    message.role === 'user'
      ? message.parts.flatMap((part, at) =>
          isPicture(part) ? [{ id: pictureId(message.id, at), messageId: message.id, part }] : [],
        )
      : [],
  );
  return found.map((picture, at) => {
    const kind = byRule(rule, found.length - 1 - at);
    return withChoice(picture, plan, kind === 'low' && picture.messageId === newest ? 'full' : kind);
  });
}

/** The same pictures under another rule or plan. All of them are earlier than the `draftPictures` newest. */
export function replan(
  planned: readonly PlannedPicture[],
  rule: PictureRule,
  plan: PicturePlan,
  draftPictures: number,
): readonly PlannedPicture[] {
  return planned.map((picture, at) =>
    withChoice(picture, plan, byRule(rule, draftPictures + planned.length - 1 - at)),
  );
}

/** How many pictures a request sends: of `planned`, where the rule may have changed since, and of the draft. */
export function countSent(
  planned: readonly PlannedPicture[],
  rule: PictureRule,
  draftPictures: number,
): number {
  const sent = replan(planned, rule, planOf(planned), draftPictures).filter(
    ({ choice }) => choice.kind !== 'left-out',
  );
  return sent.length + Math.min(draftPictures, rule.newestSent ?? draftPictures);
}

/** The person's own choices among them. */
export function planOf(planned: readonly PlannedPicture[]): PicturePlan {
  return Object.fromEntries(planned.filter(({ chosen }) => chosen).map(({ id, choice }) => [id, choice]));
}

function withChoice(
  picture: Pick<PlannedPicture, 'id' | 'messageId' | 'part'>,
  plan: PicturePlan,
  kind: 'full' | 'low' | 'left-out',
): PlannedPicture {
  const { id, messageId, part } = picture;
  const own = plan[id];
  return { id, messageId, part, choice: own ?? { kind }, chosen: own !== undefined };
}

/** `newer`: how many pictures are newer than this one. */
function byRule({ newestFull, newestSent }: PictureRule, newer: number): 'full' | 'low' | 'left-out' {
  if (newestSent !== null && newer >= newestSent) return 'left-out';
  return newestFull !== null && newer >= newestFull ? 'low' : 'full';
}

/** A picture as a request holds it: its detail, and the part of it that is cut out. The sizes are the part's own. */
export type SentPicture = AnyPicturePart & { readonly crop?: Area };

/** Null: left out. */
export function toSent({ part, choice }: Pick<PlannedPicture, 'part' | 'choice'>): SentPicture | null {
  switch (choice.kind) {
    case 'full':
      return asSent(part);
    case 'low':
      return { ...asSent(part), detail: 'low' };
    case 'left-out':
      return null;
    case 'crop':
      return part.kind === 'picture' ? asSent({ ...part, crop: choice.area }) : part;
  }
}

/** A part of a picture has that part's size when it is sent. */
export function asSent(part: AnyPicturePart): SentPicture {
  return part.kind === 'picture' && part.crop ? { ...part, ...croppedSize(part, part.crop) } : part;
}

/** Whole pixels, at least one each way. */
export function croppedSize(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  area: Area,
): { readonly widthPx: number; readonly heightPx: number } {
  return {
    widthPx: Math.max(1, Math.round(widthPx * area.width)),
    heightPx: Math.max(1, Math.round(heightPx * area.height)),
  };
}
