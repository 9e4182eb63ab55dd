import { expect, onTestFinished, test } from 'vitest';
import { createPictures } from '#media';
import { encoded, openPictures } from './files.ts';

/** A worker of a line of its own; with it the room meets decoders that hang and code that breaks. */
function workerOf(code: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
}

const hanging = "postMessage({ type: 'ready' })";
const breaking = "postMessage({ type: 'ready' }); onmessage = () => { throw new Error('broken') }";

/** The first workers run the given code, all later ones the room's own. */
function openWith(...codes: string[]) {
  const started: string[] = [];
  const pictures = createPictures({
    startWorker: (url) => {
      const code = codes[started.length];
      started.push(url);
      return code === undefined ? new Worker(url, { type: 'module' }) : workerOf(code);
    },
  });
  onTestFinished(() => pictures.dispose());
  return { pictures, started };
}

test('a picture that hangs its worker is given up, the others are read', async () => {
  const { pictures, started } = openWith(hanging);
  const files = await Promise.all([10, 20, 30, 40].map((size) => encoded('image/png', size, size)));
  const reads = await Promise.all(files.map((file) => pictures.readPicture(file)));
  expect(reads[0]).toMatchObject({ ok: false, reason: 'timeout', name: 'picture.png', bytes: files[0].size });
  expect(reads.slice(1).map((read) => read.ok && read.widthPx)).toEqual([20, 30, 40]);
  expect(await pictures.readPicture(files[0])).toMatchObject({ ok: true });
  expect(started.length).toBeGreaterThan(1);
});

test('a worker that breaks is replaced and its picture tried once more', async () => {
  const { pictures } = openWith(breaking);
  expect(await pictures.readPicture(await encoded('image/png', 10, 10))).toMatchObject({ ok: true });
});

test('workers that always break are reported as a failure', async () => {
  const { pictures } = openWith(breaking, breaking);
  await expect(pictures.readPicture(await encoded('image/png', 10, 10))).rejects.toMatchObject({
    failure: { kind: 'unexpected', detail: expect.stringContaining('broken') },
  });
});

test('a worker that may not be started is reported as a failure, each time anew', async () => {
  const pictures = createPictures({
    startWorker: () => {
      throw new TypeError('refused by policy');
    },
  });
  for (let round = 0; round < 3; round++) {
    await expect(pictures.toDataUrl(new Blob(['a']), 'image/png')).rejects.toMatchObject({
      failure: { kind: 'unexpected', detail: 'refused by policy' },
    });
  }
});

test('an abort ends what runs and what waits, and nothing else', async () => {
  const { pictures } = openWith(hanging, hanging);
  const file = await encoded('image/png', 10, 10);
  const abort = new AbortController();
  const stopped = [1, 2, 3].map(() => pictures.readPicture(file, abort.signal));
  const waiting = pictures.readPicture(file);
  abort.abort(new DOMException('removed', 'AbortError'));
  for (const one of stopped) await expect(one).rejects.toThrow('removed');
  expect(await waiting).toMatchObject({ ok: true });
  await expect(pictures.readPicture(file, abort.signal)).rejects.toThrow('removed');
  await expect(pictures.toDataUrl(file, 'image/png', abort.signal)).rejects.toThrow('removed');
});

test('after dispose everything under way and everything new is refused', async () => {
  const { pictures } = openWith(hanging, hanging);
  const file = await encoded('image/png', 10, 10);
  const reads = [1, 2, 3].map(() => pictures.readPicture(file));
  const refused = Promise.all(
    reads.map((read) => expect(read).rejects.toMatchObject({ name: 'AbortError' })),
  );
  await Promise.resolve();
  pictures.dispose();
  await refused;
  await expect(pictures.readPicture(file)).rejects.toMatchObject({ name: 'AbortError' });
});

test('the main thread hands over files and reads none', async () => {
  const file = await encoded('image/png', 300, 300);
  const touched: string[] = [];
  for (const name of ['arrayBuffer', 'text', 'bytes', 'stream', 'slice'] as const) {
    Object.defineProperty(file, name, { value: () => touched.push(name) });
  }
  const pictures = openPictures();
  expect(await pictures.readPicture(file)).toMatchObject({ ok: true });
  await pictures.prepare(file, {
    mimeType: 'image/png',
    fit: { widthPx: 9, heightPx: 9 },
    stripMetadata: false,
    convert: false,
  });
  await pictures.toDataUrl(file, 'image/png');
  expect(touched).toEqual([]);
});
