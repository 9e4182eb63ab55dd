import { bytesOf, createKeeper, piecesOf, type Block } from './blob-blocks.ts';
import {
  blobNotFound,
  BlobRefusal,
  bytesNotKept,
  containerNotFound,
  emptyBlock,
  escapeXml,
  invalidBlock,
  invalidBlockList,
  invalidParameter,
  invalidRange,
  invalidXml,
  methodNotAllowed,
  missingHeader,
  noCorsRule,
} from './blob-errors.ts';
import { refuseSas } from './blob-sas.ts';
import type { Bytes } from './bytes.ts';
import { withExposed, withoutCors } from './cors.ts';
import type { Surroundings } from './surroundings.ts';

/** Block blobs in memory, gone with the simulator. */
export interface BlobStorage {
  answer(request: Request): Promise<Response>;
  preflight(request: Request): Response;
  /** A committed blob, as a service reads it. Throws the refusal that it meets; `withoutSas`: it reads as itself. */
  open(address: URL, withoutSas?: 'as-itself'): Bytes;
}

/**
 * The account is named in the path, as Azurite has it: `/devstoreaccount1/<container>/<blob>`. The account `nocors`
 * has no CORS rule: a browser refuses its answers. Every container is there but those whose name holds "missing".
 */
const BLOB_PATH = /^\/(devstoreaccount1|nocors)\/([^/]+)(?:\/(.*))?$/s;
const ACCOUNT_PATH = /^\/(?:devstoreaccount1|nocors)(?:\/|$)/;
const WITHOUT_CORS = /^\/nocors(?:\/|$)/;
const LONGEST_ID_BYTES = 64;

export function isBlobPath(pathname: string): boolean {
  return ACCOUNT_PATH.test(pathname);
}

/** A container of the simulator's storage for whoever has none: it may be written, read and deleted from. */
export function simulatedContainer(origin: string): string {
  return `${origin}/devstoreaccount1/videos?sv=2024-11-04&sr=c&sp=rcwd&se=2099-12-31T00%3A00%3A00Z&sig=simulated`;
}

interface StoredBlob {
  readonly uncommitted: Map<string, Block>;
  committed: Committed | null;
}

interface Committed {
  readonly blocks: readonly Block[];
  readonly type: string;
  readonly tag: string;
  readonly atMs: number;
}

type Around = Pick<Surroundings, 'now' | 'newId' | 'mostBlobBytes'>;

export function createBlobStorage(around: Around): BlobStorage {
  const blobs = new Map<string, StoredBlob>();
  const keeper = createKeeper(around.mostBlobBytes);

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    let response: Response;
    try {
      response = await route(request, url);
    } catch (thrown) {
      if (!(thrown instanceof BlobRefusal)) throw thrown;
      response = thrown.toResponse();
    }
    if (request.method === 'HEAD' && response.body) response = new Response(null, response);
    response.headers.set('x-ms-request-id', around.newId('', 36).toLowerCase());
    response.headers.set('x-ms-version', request.headers.get('x-ms-version') ?? '2021-12-02');
    return WITHOUT_CORS.test(url.pathname) ? withoutCors(response) : withExposed(response, EXPOSED);
  }

  async function route(request: Request, url: URL): Promise<Response> {
    const [, account, container, encoded = ''] = BLOB_PATH.exec(url.pathname) ?? [];
    if (account === undefined || container === undefined) throw invalidParameter();
    const query = url.searchParams;
    const { method } = request;
    refuseSas(query, permissionFor(method, query.get('comp')), around.now());
    if (/missing/i.test(container)) throw containerNotFound();
    if (encoded === '') throw invalidParameter();
    const key = keyOf(url);
    switch (`${method} ${query.get('comp') ?? ''}`) {
      case 'PUT ':
        return putBlob(key, request);
      case 'PUT block':
        return putBlock(key, query.get('blockid'), request);
      case 'PUT blocklist':
        return commit(key, request);
      case 'GET blocklist':
        return listBlocks(key, query.get('blocklisttype') ?? 'committed');
      case 'GET ':
      case 'HEAD ':
        return get(committedAt(key), request);
      case 'DELETE ':
        return remove(key);
      default:
        throw query.has('comp') ? invalidParameter() : methodNotAllowed();
    }
  }

  function committedAt(key: string): Committed {
    const committed = blobs.get(key)?.committed;
    if (!committed) throw blobNotFound();
    return committed;
  }

  function blobAt(key: string): StoredBlob {
    const blob = blobs.get(key) ?? { uncommitted: new Map<string, Block>(), committed: null };
    blobs.set(key, blob);
    return blob;
  }

  async function take(id: string, request: Request): Promise<Block> {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return { id, size: bytes.length, bytes };
  }

  async function putBlock(key: string, id: string | null, request: Request): Promise<Response> {
    if (id === null || !isBlockId(id)) throw invalidParameter();
    const block = await take(id, request);
    if (block.size === 0) throw emptyBlock();
    const blob = blobAt(key);
    const { uncommitted } = blob;
    const other = [...uncommitted.keys()][0];
    // All ids of one blob have the same length (REST API, Put Block).
    if (other !== undefined && other.length !== id.length) throw invalidBlock();
    const earlier = uncommitted.get(id);
    if (earlier) keeper.forget([earlier]);
    uncommitted.set(id, block);
    keeper.keep(block);
    return new Response(null, { status: 201, headers: { 'x-ms-request-server-encrypted': 'true' } });
  }

  async function commit(key: string, request: Request): Promise<Response> {
    const asked = readBlockList(await request.text());
    const blob = blobs.get(key);
    const committed = new Map((blob?.committed?.blocks ?? []).map((block) => [block.id, block]));
    const blocks = asked.map(({ from, id }) => {
      const block =
        (from === 'Committed' ? undefined : blob?.uncommitted.get(id)) ??
        (from === 'Uncommitted' ? undefined : committed.get(id));
      if (!block) throw invalidBlockList();
      return block;
    });
    return replace(key, blocks, request.headers.get('x-ms-blob-content-type'));
  }

  async function putBlob(key: string, request: Request): Promise<Response> {
    if (request.headers.get('x-ms-blob-type') !== 'BlockBlob') throw missingHeader();
    const block = await take('', request);
    keeper.keep(block);
    const type = request.headers.get('x-ms-blob-content-type') ?? request.headers.get('content-type');
    return replace(key, block.size === 0 ? [] : [block], type);
  }

  /** What was sent and is not named is gone, as are the bytes that it had before. */
  function replace(key: string, blocks: readonly Block[], type: string | null): Response {
    const blob = blobAt(key);
    const used = new Set(blocks);
    const before = [...blob.uncommitted.values(), ...(blob.committed?.blocks ?? [])];
    keeper.forget(before.filter((block) => !used.has(block)));
    blob.uncommitted.clear();
    blob.committed = {
      blocks,
      type: type ?? 'application/octet-stream',
      tag: `"0x${around.newId('', 15).toUpperCase()}"`,
      atMs: around.now(),
    };
    const headers = { ...stampsOf(blob.committed), 'x-ms-request-server-encrypted': 'true' };
    return new Response(null, { status: 201, headers });
  }

  function listBlocks(key: string, type: string): Response {
    if (!/^(committed|uncommitted|all)$/.test(type)) throw invalidParameter();
    const blob = blobs.get(key);
    if (!blob) throw blobNotFound();
    const named = blob.committed?.blocks.filter(({ id }) => id !== '') ?? [];
    const body = [
      '\uFEFF<?xml version="1.0" encoding="utf-8"?><BlockList>',
      type === 'uncommitted' ? '' : blocksXml('CommittedBlocks', named),
      type === 'committed' ? '' : blocksXml('UncommittedBlocks', [...blob.uncommitted.values()]),
      '</BlockList>',
    ];
    return new Response(body.join(''), {
      headers: { 'content-type': 'application/xml', ...(blob.committed ? stampsOf(blob.committed) : {}) },
    });
  }

  function get(blob: Committed, request: Request): Response {
    const { size } = bytesOf(blob.blocks);
    const range = /^bytes=(\d+)-(\d*)$/.exec(
      request.headers.get('x-ms-range') ?? request.headers.get('range') ?? '',
    );
    const start = range ? Number(range[1]) : 0;
    if (range && start >= size) throw invalidRange(size);
    const end = range?.[2] ? Math.min(size, Number(range[2]) + 1) : size;
    if (end < start) throw invalidRange(size);
    const headers = {
      'content-type': blob.type,
      'content-length': String(end - start),
      'accept-ranges': 'bytes',
      'x-ms-blob-type': 'BlockBlob',
      ...stampsOf(blob),
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    const pieces = piecesOf(blob.blocks, start, end);
    if (!pieces) throw bytesNotKept();
    return new Response(streamOf(pieces), { status: range ? 206 : 200, headers });
  }

  function remove(key: string): Response {
    const blob = blobs.get(key);
    if (!blob?.committed) throw blobNotFound();
    keeper.forget([...blob.committed.blocks, ...blob.uncommitted.values()]);
    blobs.delete(key);
    return new Response(null, { status: 202 });
  }

  return {
    answer,
    preflight(request) {
      const { pathname } = new URL(request.url);
      if (WITHOUT_CORS.test(pathname) || !isAllowed(request)) return withoutCors(noCorsRule().toResponse());
      return new Response(null, {
        status: 200,
        headers: {
          'access-control-allow-origin': '*',
          'access-control-allow-methods': METHODS.join(','),
          'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '',
          'access-control-max-age': '3600',
        },
      });
    },
    open(address, withoutSas) {
      if (!withoutSas) refuseSas(address.searchParams, 'r', around.now());
      const [, , container = ''] = BLOB_PATH.exec(address.pathname) ?? [];
      if (/missing/i.test(container)) throw containerNotFound();
      return bytesOf(committedAt(keyOf(address)).blocks);
    },
  };
}

/** By the table of service SAS permissions; Azurite judges the same. */
function permissionFor(method: string, comp: string | null): 'r' | 'w' | 'd' | 'cw' {
  if (method === 'DELETE') return 'd';
  if (method !== 'PUT') return 'r';
  return comp === null ? 'cw' : 'w';
}

/** One blob, however its name is encoded. */
function keyOf({ pathname }: URL): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw invalidParameter();
  }
}

function isBlockId(id: string): boolean {
  try {
    const { length } = atob(id);
    return length > 0 && length <= LONGEST_ID_BYTES;
  } catch {
    return false;
  }
}

interface AskedBlock {
  readonly from: string;
  readonly id: string;
}

function readBlockList(xml: string): readonly AskedBlock[] {
  const list = /<BlockList\s*\/>|<BlockList>(.*)<\/BlockList>/s.exec(xml);
  if (!list) throw invalidXml();
  const found = (list[1] ?? '').matchAll(/<(Latest|Committed|Uncommitted)>([^<]*)<\/\1>/g);
  return Array.from(found, ([, from = '', id = '']) => ({ from, id: id.trim() }));
}

function blocksXml(name: string, blocks: readonly Block[]): string {
  const all = blocks.map(
    ({ id, size }) => `<Block><Name>${escapeXml(id)}</Name><Size>${size}</Size></Block>`,
  );
  return `<${name}>${all.join('')}</${name}>`;
}

function stampsOf({ tag, atMs }: Committed): Record<string, string> {
  return { etag: tag, 'last-modified': new Date(atMs).toUTCString() };
}

/** Handed on one by one: a blob may be larger than a copy of it should be. */
function streamOf(pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
}

/** The rule of the account: any origin, and what the page's own command for a rule names (browser.md 5). */
const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'];
const ALLOWED_HEADER = /^(content-type|range|x-ms-.+)$/;
const EXPOSED = /^(x-ms-.+|etag)$/;

function isAllowed(request: Request): boolean {
  const method = request.headers.get('access-control-request-method') ?? 'GET';
  const headers = (request.headers.get('access-control-request-headers') ?? '').toLowerCase().split(',');
  return (
    METHODS.includes(method) &&
    headers.map((name) => name.trim()).every((name) => name === '' || ALLOWED_HEADER.test(name))
  );
}
