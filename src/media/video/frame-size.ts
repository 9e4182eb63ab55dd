/** As large as the longest side allows, in whole pixels; never larger than it is. */
export function fittedSize(
  widthPx: number,
  heightPx: number,
  maxSidePx: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, maxSidePx / Math.max(widthPx, heightPx));
  const side = (px: number): number => Math.max(1, Math.round(px * scale));
  return { width: side(widthPx), height: side(heightPx) };
}

/** Small enough that noise and grain average out, large enough that a change of scene does not. */
export const sceneSize = { width: 32, height: 18 } as const;

/** Mean distance of the colours of two pictures of the same size, 0 to 1. */
export function differenceOf(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 4) {
    sum += Math.abs(a[at]! - b[at]!) + Math.abs(a[at + 1]! - b[at + 1]!) + Math.abs(a[at + 2]! - b[at + 2]!);
  }
  return sum / ((a.length / 4) * 3 * 255);
}
