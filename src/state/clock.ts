/** Time and frames, so that a test needs neither. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Lets the page handle input and paint before the work goes on; quick in a hidden page, too. */
  breathe(): Promise<void>;
  /** Runs `draw` before the next paint, or soon when the page is hidden and nothing is painted. */
  onFrame(draw: () => void): void;
  /** Whether the page is out of sight, or was since then: nothing is sent again by itself when so. */
  wasHiddenSince(epochMs: number): boolean;
}
