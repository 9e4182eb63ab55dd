import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stickToBottom } from '#ui/scroll.ts';

let scroller: HTMLElement;
let content: HTMLElement;
let states: boolean[];
let keeper: ReturnType<typeof stickToBottom>;
let detach: () => void;

beforeEach(async () => {
  scroller = document.createElement('div');
  scroller.tabIndex = 0;
  Object.assign(scroller.style, { height: '200px', overflowY: 'auto', overflowAnchor: 'none' });
  content = document.createElement('div');
  content.style.height = '100px';
  scroller.append(content);
  document.body.append(scroller);
  states = [];
  keeper = stickToBottom({ onstick: (stuck) => states.push(stuck) });
  detach = keeper(scroller) as () => void;
  await growTo(1_000);
});

afterEach(() => {
  detach();
  scroller.remove();
});

const bottom = (): number => scroller.scrollHeight - scroller.clientHeight;

/** Two frames: one lays out and observes, the next has every scroll event behind it. */
async function settle(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}

async function growTo(heightPx: number): Promise<void> {
  content.style.height = `${heightPx}px`;
  await settle();
}

async function scrollTo(topPx: number): Promise<void> {
  scroller.scrollTop = topPx;
  await settle();
}

test('growth is followed, and nobody is told of what did not change', async () => {
  expect(scroller.scrollTop).toBe(bottom());
  await growTo(3_000);
  expect(scroller.scrollTop).toBe(2_800);
  expect(states).toEqual([]);
});

test('so is a scroller that becomes lower, as by a keyboard on the screen', async () => {
  scroller.style.height = '120px';
  await settle();
  expect(scroller.scrollTop).toBe(880);
});

describe('released at once', () => {
  const gestures: Record<string, () => void> = {
    'by a wheel': () => void scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 })),
    'by a finger': () => {
      const touch = (clientY: number) => [new Touch({ identifier: 1, target: scroller, clientY })];
      scroller.dispatchEvent(new TouchEvent('touchstart', { touches: touch(100) }));
      scroller.dispatchEvent(new TouchEvent('touchmove', { touches: touch(101) }));
    },
    'by PageUp': () => void scroller.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp' })),
    'by Shift and space': () =>
      void scroller.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', shiftKey: true })),
  };
  test.each(Object.keys(gestures))('%s, before anything has moved', async (name) => {
    gestures[name]!();
    expect(states).toEqual([false]);
    await growTo(1_500);
    expect(scroller.scrollTop).toBe(800);
  });
});

test('a small step up stays released, although it ends near the bottom', async () => {
  scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -10 }));
  await scrollTo(790);
  await growTo(1_500);
  expect(scroller.scrollTop).toBe(790);
  expect(states).toEqual([false]);
});

test('the scroll bar releases it beyond 40 px, and the way back takes it up again', async () => {
  await scrollTo(770);
  expect(states).toEqual([]);
  await scrollTo(500);
  expect(states).toEqual([false]);
  await growTo(1_200);
  expect(scroller.scrollTop).toBe(500);
  await scrollTo(970);
  expect(states).toEqual([false, true]);
  await growTo(2_000);
  expect(scroller.scrollTop).toBe(1_800);
});

test('content that shrinks releases nothing', async () => {
  await growTo(400);
  await growTo(900);
  expect(scroller.scrollTop).toBe(700);
  expect(states).toEqual([]);
});

test.each([
  ['a wheel down', () => new WheelEvent('wheel', { deltaY: 5 })],
  ['a wheel that zooms', () => new WheelEvent('wheel', { deltaY: -5, ctrlKey: true })],
  ['a wheel to the side', () => new WheelEvent('wheel', { deltaX: -5 })],
  ['another key', () => new KeyboardEvent('keydown', { key: 'a' })],
])('%s releases nothing', (_, event) => {
  scroller.dispatchEvent(event());
  expect(states).toEqual([]);
});

test('a key in a field within releases nothing', () => {
  const field = document.createElement('textarea');
  content.append(field);
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
  expect(states).toEqual([]);
});

test('toBottom goes there and stays', async () => {
  await scrollTo(100);
  keeper.toBottom();
  expect(scroller.scrollTop).toBe(800);
  await growTo(1_400);
  expect(scroller.scrollTop).toBe(1_200);
  expect(states).toEqual([false, true]);
});

test('a scroller that is not at its bottom is left where it is', async () => {
  const other = scroller.cloneNode(true) as HTMLElement;
  document.body.append(other);
  const told: boolean[] = [];
  const leave = stickToBottom({ onstick: (stuck) => told.push(stuck) })(other) as () => void;
  await settle();
  expect(other.scrollTop).toBe(0);
  expect(told).toEqual([false]);
  leave();
  other.remove();
});

test('once detached, it moves and tells nothing more', async () => {
  detach();
  await growTo(2_000);
  scroller.dispatchEvent(new WheelEvent('wheel', { deltaY: -1 }));
  expect(scroller.scrollTop).toBe(800);
  expect(states).toEqual([]);
});
