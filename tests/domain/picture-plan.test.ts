import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message, PicturePart, PictureUrlPart, UserMessage } from '#domain/conversation.ts';
import { areaBetween, growArea, moveArea, setSide } from '#domain/crop-area.ts';
import {
  countSent,
  croppedSize,
  planOf,
  planPictures,
  replan,
  toSent,
  type Area,
  type PictureChoice,
  type PictureRule,
} from '#domain/picture-plan.ts';
import { emptyReply } from '#domain/reply.ts';

const photo: PicturePart = {
  kind: 'picture',
  attachmentId: 'a',
  name: 'a.jpg',
  mimeType: 'image/jpeg',
  bytes: 10,
  widthPx: 4000,
  heightPx: 3000,
  detail: 'high',
  size: 'fit',
  stripMetadata: false,
  animated: false,
  converted: false,
};
const remote: PictureUrlPart = { kind: 'picture-url', url: 'https://x.test/a.png', detail: 'auto' };

const base = { conversationId: 'c', parentId: null, seq: 1, createdAt: 0, rev: 0 };
const words = { kind: 'text' as const, text: 'What?' };
function you(id: string, pictures: number): UserMessage {
  return { ...base, role: 'user', id, parts: [...Array.from({ length: pictures }, () => photo), words] };
}
function model(id: string): Message {
  const reply = { ...emptyReply, text: 'A cat.' };
  return {
    ...base,
    role: 'assistant',
    id,
    connectionId: 'x',
    deployment: 'd',
    omittedPictures: 0,
    reply,
  };
}

const everything: PictureRule = { newestFull: null, newestSent: null };
const kinds = (planned: readonly { choice: PictureChoice }[]) => planned.map(({ choice }) => choice.kind);

describe('the rule', () => {
  const branch = [you('one', 3), model('a'), you('two', 2), model('b'), you('three', 2)];

  test('newest 4 as attached, older at low, none past 6: from the newest picture on', () => {
    expect(kinds(planPictures(branch, { newestFull: 4, newestSent: 6 }, {}))).toEqual([
      'left-out',
      'low',
      'low',
      'full',
      'full',
      'full',
      'full',
    ]);
  });

  test('the newest prompt is not lowered, because its tiles say the detail it is sent in', () => {
    expect(kinds(planPictures(branch, { newestFull: 1, newestSent: null }, {})).slice(-3)).toEqual([
      'low',
      'full',
      'full',
    ]);
  });

  test('what is more than the rule sends is left out of the newest prompt, too', () => {
    expect(kinds(planPictures([you('one', 3)], { newestFull: null, newestSent: 2 }, {}))).toEqual([
      'left-out',
      'full',
      'full',
    ]);
  });

  test('an own choice goes before the rule, for that picture alone', () => {
    const planned = planPictures(branch, { newestFull: 0, newestSent: 3 }, { 'one/0': { kind: 'full' } });
    expect(kinds(planned)).toEqual(['full', 'left-out', 'left-out', 'left-out', 'low', 'full', 'full']);
    expect(planned.filter(({ chosen }) => chosen).map(({ id }) => id)).toEqual(['one/0']);
    expect(planOf(planned)).toEqual({ 'one/0': { kind: 'full' } });
  });
});

describe('what is sent of a picture', () => {
  test('as attached, at low, in part, or not', () => {
    const area = { left: 0.5, top: 0, width: 0.25, height: 1 };
    expect(toSent({ part: photo, choice: { kind: 'full' } })).toBe(photo);
    expect(toSent({ part: photo, choice: { kind: 'low' } })).toEqual({ ...photo, detail: 'low' });
    expect(toSent({ part: photo, choice: { kind: 'crop', area } })).toEqual({
      ...photo,
      crop: area,
      widthPx: 1000,
      heightPx: 3000,
    });
    expect(toSent({ part: photo, choice: { kind: 'left-out' } })).toBeNull();
  });

  test('a picture by URL cannot be cut: it is sent whole', () => {
    const area = { left: 0, top: 0, width: 0.5, height: 0.5 };
    expect(toSent({ part: remote, choice: { kind: 'crop', area } })).toBe(remote);
  });

  test('a cut has at least one pixel each way', () => {
    expect(croppedSize({ widthPx: 10, heightPx: 1 }, { left: 0, top: 0, width: 0.01, height: 0.01 })).toEqual(
      { widthPx: 1, heightPx: 1 },
    );
  });
});

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const somePlace = fc.record({ left: unit, top: unit });
const anyStep = fc.double({ min: -2, max: 2, noNaN: true });
const someArea = fc.tuple(somePlace, somePlace).map(([from, to]) => areaBetween(from, to));
const someRule = fc.record<PictureRule>({
  newestFull: fc.option(fc.nat(40)),
  newestSent: fc.option(fc.nat(40)),
});
const someChoice: fc.Arbitrary<PictureChoice> = fc.oneof(
  fc.constantFrom<PictureChoice>({ kind: 'full' }, { kind: 'low' }, { kind: 'left-out' }),
  someArea.map((area) => ({ kind: 'crop' as const, area })),
);
/** Prompts of up to four pictures, and own choices for some of them. */
const someBranch = fc
  .array(fc.nat(4), { minLength: 1, maxLength: 12 })
  .map((counts) => counts.map((count, at) => you(`m${at}`, count)));
const somePlan = fc
  .dictionary(fc.integer({ min: 0, max: 11 }).map(String), someChoice)
  .map((byMessage) =>
    Object.fromEntries(Object.entries(byMessage).map(([at, choice]) => [`m${at}/0`, choice])),
  );

describe('for any branch, rule and plan', () => {
  test('no more is sent than there is, and each picture is planned once, in order', () => {
    fc.assert(
      fc.property(someBranch, someRule, somePlan, (branch, rule, plan) => {
        const planned = planPictures(branch, rule, plan);
        const all = planPictures(branch, everything, {});
        expect(planned.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
        const sent = planned.map(toSent).filter((picture) => picture !== null);
        expect(sent.length).toBeLessThanOrEqual(all.length);
        if (Object.keys(plan).length === 0 && rule.newestSent !== null)
          expect(sent.length).toBe(Math.min(all.length, rule.newestSent));
      }),
    );
  });

  test('planning earlier pictures anew says the same as planning the request', () => {
    fc.assert(
      fc.property(someBranch, someRule, someRule, somePlan, (branch, before, rule, plan) => {
        const newest = branch.at(-1)!;
        const draftPictures = newest.parts.length - 1;
        const earlier = (by: PictureRule) =>
          planPictures(branch, by, plan).filter(({ messageId }) => messageId !== newest.id);
        expect(replan(earlier(before), rule, planOf(earlier(before)), draftPictures)).toEqual(earlier(rule));
      }),
    );
  });

  test('what is counted ahead is what is sent', () => {
    fc.assert(
      fc.property(someBranch, someRule, somePlan, (branch, rule, plan) => {
        const newest = branch.at(-1)!;
        fc.pre(plan[`${newest.id}/0`] === undefined);
        const planned = planPictures(branch, rule, plan);
        const earlier = planned.filter(({ messageId }) => messageId !== newest.id);
        const sent = planned.filter((picture) => toSent(picture) !== null).length;
        expect(countSent(earlier, rule, planned.length - earlier.length)).toBe(sent);
      }),
    );
  });
});

describe('a part of a picture', () => {
  test('drawn from any corner', () => {
    const area = { left: 0.1, top: 0.2, width: 0.5, height: 0.3 };
    expect(areaBetween({ left: 0.6, top: 0.5 }, { left: 0.1, top: 0.2 })).toEqual(area);
    expect(areaBetween({ left: 0.1, top: 0.5 }, { left: 0.6, top: 0.2 })).toEqual(area);
  });

  test('moves to an edge and no further, in its size', () => {
    const area = { left: 0.5, top: 0.5, width: 0.4, height: 0.2 };
    expect(moveArea(area, { left: 1, top: -1 })).toEqual({ ...area, left: 0.6, top: 0 });
  });

  test('a typed side shortens what would reach over the edge', () => {
    const area = { left: 0.2, top: 0.2, width: 0.6, height: 0.6 };
    expect(setSide(area, 'left', 0.9)).toEqual({ ...area, left: 0.9, width: 0.1 });
    expect(setSide(area, 'height', 3)).toEqual({ ...area, height: 0.8 });
  });

  test('however it is drawn, moved, grown or typed, it lies on the picture and can be seen', () => {
    const isOnPicture = ({ left, top, width, height }: Area): boolean =>
      [left, top].every((at) => at >= 0 && at < 1) &&
      [width, height].every((side) => side >= 0.01) &&
      left + width <= 1.000_001 &&
      top + height <= 1.000_001;
    const by = fc.record({ left: anyStep, top: anyStep });
    const side = fc.constantFrom('left', 'top', 'width', 'height');
    fc.assert(
      fc.property(someArea, by, side, anyStep, (area, step, which, value) => {
        const made = [
          area,
          areaBetween(step, area),
          moveArea(area, step),
          growArea(area, step),
          setSide(area, which, value),
        ];
        expect(made.filter((one) => !isOnPicture(one))).toEqual([]);
        const moved = moveArea(area, step);
        expect([moved.width, moved.height]).toEqual([area.width, area.height]);
      }),
    );
  });
});
