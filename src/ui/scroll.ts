import type { Attachment } from 'svelte/attachments';

export interface StickOptions {
  /** Told when the view begins or ceases to stay at the bottom. */
  readonly onstick?: (stuck: boolean) => void;
}

/** An attachment for the scroller, which also brings it to its bottom when asked. */
export type BottomKeeper = Attachment<HTMLElement> & {
  /** Goes to the bottom and stays there. */
  toBottom(): void;
};

/** Nearer than this counts as the bottom: less than two lines of text. */
const nearPx = 40;

const upwardKeys = new Set(['ArrowUp', 'PageUp', 'Home']);

/**
 * Keeps a scroller at its bottom while its content grows, as long as the reader is there. The first movement upwards,
 * by wheel, finger, key or scroll bar, releases it; coming back down near the bottom takes it up again. The scroller
 * has one child, which holds all of its content.
 */
export function stickToBottom({ onstick }: StickOptions = {}): BottomKeeper {
  let scroller: HTMLElement | null = null;
  let stuck = true;
  let lastTop = 0;
  let touchY = 0;

  function set(next: boolean): void {
    if (next === stuck) return;
    stuck = next;
    onstick?.(next);
  }

  function follow(): void {
    if (!stuck || !scroller) return;
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
  }

  function release(): void {
    if (scroller && scroller.scrollTop > 0) set(false);
  }

  function onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = scroller!;
    const leftPx = scrollHeight - clientHeight - scrollTop;
    // A small step up has released it: only the way down takes it up again, or the very bottom.
    if (leftPx <= 1 || (scrollTop > lastTop && leftPx <= nearPx)) set(true);
    else if (scrollTop < lastTop && leftPx > nearPx) set(false);
    lastTop = scrollTop;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (upwardKeys.has(event.key) || (event.key === ' ' && event.shiftKey)) release();
  }

  function onTouchMove(event: TouchEvent): void {
    const y = event.touches[0]?.clientY ?? touchY;
    if (y > touchY) release();
    touchY = y;
  }

  const attach: Attachment<HTMLElement> = (element) => {
    scroller = element;
    lastTop = element.scrollTop;
    set(element.scrollHeight - element.clientHeight - element.scrollTop <= nearPx);
    const growth = new ResizeObserver(follow);
    growth.observe(element);
    if (element.firstElementChild) growth.observe(element.firstElementChild);
    const gone = new AbortController();
    const listen = { passive: true, signal: gone.signal };
    element.addEventListener('scroll', onScroll, listen);
    element.addEventListener('wheel', ({ deltaY, ctrlKey }) => deltaY < 0 && !ctrlKey && release(), listen);
    element.addEventListener('touchstart', ({ touches }) => (touchY = touches[0]?.clientY ?? 0), listen);
    element.addEventListener('touchmove', onTouchMove, listen);
    element.addEventListener('keydown', onKeyDown, listen);
    return () => {
      growth.disconnect();
      gone.abort();
      scroller = null;
    };
  };

  return Object.assign(attach, {
    toBottom() {
      set(true);
      follow();
    },
  });
}

/** Keys that move within a field move no scroller. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
