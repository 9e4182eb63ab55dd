import { createVideos, type VideoFrame, type VideosOptions } from '#media';
import { expect, onTestFinished } from 'vitest';
import { colourAt } from './made-video.ts';

/** The room, closed after the test; and the workers that it started and ended. */
export function openVideos(options: Partial<VideosOptions> = {}) {
  const workers = { started: 0, running: 0 };
  const videos = createVideos({
    startWorker: (url) => {
      const worker = new Worker(url, { type: 'module' });
      const terminate = worker.terminate.bind(worker);
      workers.started += 1;
      workers.running += 1;
      worker.terminate = () => {
        workers.running -= 1;
        terminate();
      };
      return worker;
    },
    ...options,
  });
  onTestFinished(() => videos.dispose());
  return { videos, workers };
}

export async function collect<T>(steps: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

export async function colourOf(
  { blob }: Pick<VideoFrame, 'blob'>,
  x = 0.5,
  y = 0.5,
): Promise<readonly number[]> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.drawImage(bitmap, Math.floor(bitmap.width * x), Math.floor(bitmap.height * y), 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** As `makeVideo` painted it at this second. */
export function expectColour(actual: readonly number[], second: number): void {
  colourAt(second).forEach((value, at) =>
    expect(Math.abs(actual[at]! - value), `at ${second}`).toBeLessThan(14),
  );
}

/** The room's own worker in a browser that lacks these. */
export function workerWithout(...missing: readonly string[]): (url: string) => Worker {
  return (url) => {
    const code = `
      for (const name of ${JSON.stringify(missing)}) delete globalThis[name];
      const early = [];
      const keep = ({ data }) => early.push(data);
      addEventListener('message', keep);
      await import(${JSON.stringify(new URL(url, location.href).href)});
      removeEventListener('message', keep);
      for (const data of early) dispatchEvent(new MessageEvent('message', { data }));`;
    const source = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return new Worker(source, { type: 'module' });
  };
}
