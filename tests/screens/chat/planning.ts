import type { ModelCapabilities } from '#domain/connection.ts';
import type { AnyPicturePart } from '#domain/conversation.ts';
import { estimateRequest, type Estimate } from '#domain/estimate.ts';
import {
  replan,
  toSent,
  type PicturePlan,
  type PictureRule,
  type PlannedPicture,
} from '#domain/picture-plan.ts';
import type { PictureSources } from '#screens/chat/chat-views.ts';
import { cutPicture } from '#ui/cut-picture.ts';
import { capabilities } from './records.ts';

export const everything: PictureRule = { newestFull: null, newestSent: null };

/** Counts pictures by tiles: 765 tokens for a large one, 85 at low. */
export const tileModel: ModelCapabilities = {
  ...capabilities,
  maxPictures: 50,
  imageTokens: { kind: 'tile', id: 'tile-85-170', base: 85, perTile: 170 },
  imageTokensBy: 'azure',
};

/** The pictures of earlier prompts, each in a prompt of its own, oldest first. */
export function plannedOf(
  parts: readonly AnyPicturePart[],
  rule: PictureRule = everything,
  plan: PicturePlan = {},
): readonly PlannedPicture[] {
  const bare = parts.map((part, at): PlannedPicture => {
    const messageId = `p${String(at)}`;
    return { id: `${messageId}/0`, messageId, part, choice: { kind: 'full' }, chosen: false };
  });
  return replan(bare, rule, plan, 0);
}

/** What the state would say of it. */
export function estimateOf(planned: readonly PlannedPicture[], textTokens = 20): Estimate {
  return estimateRequest({
    messages: [
      ...planned.map((picture) => {
        const sent = toSent(picture);
        return {
          messageId: picture.messageId,
          role: 'user' as const,
          textTokens: 10,
          pictures: sent ? [{ id: picture.id, picture: sent }] : [],
        };
      }),
      { messageId: null, role: 'user', textTokens, pictures: [] },
    ],
    textExact: true,
    capabilities: tileModel,
    price: { inputPerMillion: 2.5, outputPerMillion: 10, source: 'own', asOf: '2026-11-22' },
    maxTokens: 800,
    accuracy: null,
  });
}

/** Every picture is the same photo, drawn here: a bright house on a meadow. */
export async function drawnPictures(): Promise<PictureSources> {
  const canvas = new OffscreenCanvas(400, 300);
  const context = canvas.getContext('2d')!;
  for (const [colour, left, top, width, height] of [
    ['#7db7e8', 0, 0, 400, 180],
    ['#5f9a4a', 0, 180, 400, 120],
    ['#e9dcc3', 120, 100, 160, 120],
    ['#8a3b2e', 110, 70, 180, 34],
    ['#4a3626', 180, 160, 40, 60],
  ] as const) {
    context.fillStyle = colour;
    context.fillRect(left, top, width, height);
  }
  const url = URL.createObjectURL(await canvas.convertToBlob());
  return {
    thumbnail: () => Promise.resolve(url),
    full: () => Promise.resolve(url),
    part: (_id, _type, area) => cutPicture(url, area),
    preview: () => Promise.resolve({ ok: false, reason: 'blocked' }),
  };
}
