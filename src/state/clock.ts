/** Time and frames, so that a test needs neither. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `draw` before the next paint, or soon when the page is hidden and nothing is painted. */
  onFrame(draw: () => void): void;
  /** Whether the page is out of sight, or was since then: nothing is sent again by itself when so. */
  wasHiddenSince(epochMs: number): boolean;
}
