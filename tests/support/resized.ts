/** A picture at another size, every pixel the mean of what it covers (or between its neighbours), as canvases do. */
export function resized(
  { widthPx, heightPx, rgba }: { widthPx: number; heightPx: number; rgba: Uint8Array },
  factor: number,
): { widthPx: number; heightPx: number; rgba: Uint8Array<ArrayBuffer> } {
  const [width, height] = [Math.round(widthPx * factor), Math.round(heightPx * factor)];
  const to = new Uint8Array(width * height * 4);
  const shares = (size: number, of: number): (readonly [at: number, share: number])[][] =>
    Array.from({ length: size }, (_, at) => {
      // A triangle as wide as one pixel of the larger picture.
      const scale = of / size;
      const reach = Math.max(1, scale);
      const middle = (at + 0.5) * scale - 0.5;
      const taken: [number, number][] = [];
      for (let from = Math.ceil(middle - reach); from <= middle + reach; from += 1) {
        const share = 1 - Math.abs(from - middle) / reach;
        if (share > 0 && from >= 0 && from < of) taken.push([from, share]);
      }
      const sum = taken.reduce((sum, [, share]) => sum + share, 0);
      return taken.map(([from, share]) => [from, share / sum] as const);
    });
  const [columns, rows] = [shares(width, widthPx), shares(height, heightPx)];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 4; channel += 1, at += 1) {
        let sum = 0;
        for (const [fromY, shareY] of rows[y]!)
          for (const [fromX, shareX] of columns[x]!)
            sum += rgba[(fromY * widthPx + fromX) * 4 + channel]! * shareX * shareY;
        to[at] = Math.round(sum);
      }
    }
  }
  return { widthPx: width, heightPx: height, rgba: to };
}
