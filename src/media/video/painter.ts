import type { VideoSample } from 'mediabunny';

/** Smaller than this in one step, a picture loses its thin lines: browsers look at four of its dots for each new one. */
const mostShrinking = 4;

export interface Painter {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
  /** Upright and with square pixels, over the whole canvas. */
  paint(sample: VideoSample): void;
}

/** Paints frames of one video in one size. Large ones are halved again and again, so that every dot counts. */
export function createPainter(size: { readonly width: number; readonly height: number }): Painter {
  const { canvas, context } = canvasOf(size);
  let halving: ReturnType<typeof canvasOf> | null = null;
  return {
    canvas,
    context,
    paint(sample) {
      const shrinking = Math.max(sample.displayWidth / size.width, sample.displayHeight / size.height);
      const halvings = Math.max(0, Math.ceil(Math.log2(shrinking / mostShrinking)));
      if (halvings === 0) return sample.draw(context, 0, 0, size.width, size.height);
      let [width, height] = [size.width * 2 ** halvings, size.height * 2 ** halvings];
      if (halving?.canvas.width !== width) halving = canvasOf({ width, height });
      sample.draw(halving.context, 0, 0, width, height);
      for (; width > 2 * size.width; width /= 2, height /= 2)
        halving.context.drawImage(halving.canvas, 0, 0, width, height, 0, 0, width / 2, height / 2);
      context.drawImage(halving.canvas, 0, 0, width, height, 0, 0, size.width, size.height);
    },
  };
}

function canvasOf({ width, height }: { readonly width: number; readonly height: number }) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error(`No canvas of ${width} × ${height} can be had.`);
  context.imageSmoothingQuality = 'medium';
  return { canvas, context };
}
