import type Papa from 'papaparse';
import { findColumns, pickCells, type BillCells, type BillColumns } from '#domain/bill-columns.ts';
import type { BillProblem } from '#domain/bill.ts';
import type { Clock } from './clock.ts';

/** More than a month of a large account, and less than what fills the memory of a phone. */
export const limitBytes = 256 * 1024 * 1024;

/** Letters that are split into rows at a time: a few milliseconds. */
const pieceLength = 64 * 1024;
/** A quote that is never closed must not make the rest of the file one cell. */
const longestPiece = 4 * 1024 * 1024;

export type CellsRead =
  | { readonly ok: true; readonly rows: readonly BillCells[] }
  | { readonly ok: false; readonly problem: BillProblem };

export interface ReadOptions {
  readonly clock: Pick<Clock, 'breathe'>;
  readonly signal: AbortSignal;
  /** 0 to 1; null: a packed file does not tell how long it is. */
  onProgress(share: number | null): void;
}

/**
 * Splits a text or a file into rows, piece by piece, and keeps of each row what counts. Stops at once where the columns
 * are not there. Rejects with the signal's reason when it is aborted, and with the browser's when the file is gone.
 */
export async function readCells(content: string | File, options: ReadOptions): Promise<CellsRead> {
  const { clock, signal, onProgress } = options;
  const bytes = typeof content === 'string' ? content.length : content.size;
  if (bytes > limitBytes) return refused({ kind: 'too-large', bytes, limitBytes });
  const head = typeof content === 'string' ? noBytes : await readHead(content);
  const binary = binaryOf(head);
  if (binary) return refused({ kind: 'not-csv', what: binary });

  const { default: papa } = await import('papaparse');
  const rows: BillCells[] = [];
  let columns: BillColumns | null = null;
  let config: Papa.ParseConfig<string[]> = { skipEmptyLines: 'greedy' };
  let length = 0;
  const source = typeof content === 'string' ? slices(content) : decode(content, head);
  for await (const piece of wholeRows(source)) {
    length += piece.length;
    if (length > limitBytes) return refused({ kind: 'too-large', bytes: length, limitBytes });
    const { data, meta } = papa.parse<string[]>(piece, { ...config, download: false, worker: false });
    let from = 0;
    if (!columns) {
      const found = findColumns(data);
      if (!found.ok) return found;
      columns = found.columns;
      from = columns.headerAt + 1;
      config = { ...config, delimiter: meta.delimiter, newline: meta.linebreak as '\n' | '\r' | '\r\n' };
    }
    for (let at = from; at < data.length; at += 1) rows.push(pickCells(columns, data[at]!));
    onProgress(isPacked(head) ? null : Math.min(1, length / bytes));
    await clock.breathe();
    signal.throwIfAborted();
  }
  return columns ? { ok: true, rows } : refused({ kind: 'empty' });
}

const noBytes = new Uint8Array();

async function readHead(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 4).arrayBuffer());
}

function startsWith(head: Uint8Array, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

function isPacked(head: Uint8Array): boolean {
  return startsWith(head, 0x1f, 0x8b);
}

function binaryOf(head: Uint8Array): 'workbook' | 'parquet' | null {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return 'workbook';
  return startsWith(head, 0x50, 0x41, 0x52, 0x31) ? 'parquet' : null;
}

/** UTF-8, UTF-16 where its mark says so, or packed with gzip as Cost Management can export it. */
async function* decode(file: File, head: Uint8Array): AsyncGenerator<string> {
  const isUtf16 = startsWith(head, 0xff, 0xfe);
  const decoder = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8');
  const stream = isPacked(head) ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield* slices(decoder.decode(value, { stream: true }));
    }
    yield decoder.decode();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function* slices(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
}

/** The same text, cut behind the ends of rows: where as many quotes were closed as opened. */
async function* wholeRows(source: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  for await (const piece of source) {
    open += piece;
    if (open.length < pieceLength) continue;
    const end = endOfRows(open);
    if (end === 0) continue;
    yield open.slice(0, end);
    open = open.slice(end);
  }
  if (open !== '') yield open;
}

function endOfRows(text: string): number {
  const breakAt = (before: number): number =>
    text.lastIndexOf('\n', before) + 1 || text.lastIndexOf('\r', before) + 1;
  let end = breakAt(text.length);
  let isOpen = isQuoteOpen(text, end);
  while (end > 0 && isOpen) {
    const before = end;
    end = breakAt(before - 2);
    if (end >= before) return 0;
    isOpen = isOpen !== isQuoteOpen(text.slice(end, before), before - end);
  }
  return end > 0 || text.length < longestPiece ? end : breakAt(text.length);
}

function isQuoteOpen(text: string, end: number): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at >= 0 && at < end; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}

function refused(problem: BillProblem): { readonly ok: false; readonly problem: BillProblem } {
  return { ok: false, problem };
}
