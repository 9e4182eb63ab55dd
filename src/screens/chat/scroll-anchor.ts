/** Nearer to the end than this counts as being there: less than a line of text. */
const atEndPx = 24;

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone as soon as they scroll up. Call
 * `follow` whenever the content may have grown.
 */
export interface EndKeeper {
  /** Whether the reader is at the end. */
  readonly following: boolean;
  follow(): void;
  /** Goes to the end and stays there. */
  jump(): void;
  /** Tells of a scroll, whoever caused it. */
  scrolled(): void;
  /** Runs `change`, which adds content above, and keeps what is being read where it is. */
  keepPlace(landmark: Element | null, change: () => Promise<void>): Promise<void>;
}

export function createEndKeeper(scroller: HTMLElement, onchange: (following: boolean) => void): EndKeeper {
  let following = true;
  let lastTop = 0;
  /** Scrolling goes by whole pixels: what one step rounds off must not add up over many. */
  let carryPx = 0;

  function set(next: boolean): void {
    if (next === following) return;
    following = next;
    onchange(next);
  }

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
  }

  return {
    get following() {
      return following;
    },
    follow() {
      if (following) toEnd();
    },
    jump() {
      set(true);
      toEnd();
    },
    scrolled() {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const leftPx = scrollHeight - clientHeight - scrollTop;
      if (leftPx <= atEndPx) set(true);
      // Growth alone moves nothing; only a reader, or content that shrank above the end, takes the top upwards.
      else if (scrollTop < lastTop) set(false);
      lastTop = scrollTop;
    },
    async keepPlace(landmark, change) {
      const before = landmark?.getBoundingClientRect().top ?? 0;
      await change();
      if (!landmark) return;
      const wantedTop = scroller.scrollTop + landmark.getBoundingClientRect().top - before + carryPx;
      scroller.scrollTop = wantedTop;
      lastTop = scroller.scrollTop;
      carryPx = Math.abs(wantedTop - lastTop) < 1 ? wantedTop - lastTop : 0;
    },
  };
}
