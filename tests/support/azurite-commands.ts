import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { promisify } from 'node:util';
import type { BrowserCommand } from 'vitest/node';

/** What goes wrong with which of the blocks that the page sends, counted from 1 in the order they come. */
export interface Faults {
  /** The connection breaks in the middle of the block. */
  readonly cut: readonly number[];
  /** The block arrives, and the connection breaks before the page hears of it. */
  readonly lost: readonly number[];
  /** 503, and the block does not arrive. */
  readonly busy: readonly number[];
}

export interface SasOptions {
  readonly permissions: string;
  readonly startsInMs?: number;
  readonly endsInMs: number;
}

/** A request as the service answered it; status 0: it never came whole to the service. */
export interface ProxiedRequest {
  readonly method: string;
  readonly comp: string | null;
  readonly blockId: string | null;
  readonly status: number;
}

export interface StoredBlob {
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** Begins Azurite (once a run); the address of its account. */
    startAzurite(protocol: 'http' | 'https'): Promise<string>;
    /** The CORS rule of browser.md 5 for an origin; null: no rule. */
    setAzuriteCors(protocol: 'http' | 'https', origin: string | null): Promise<void>;
    /** The new container's name. */
    makeContainer(protocol: 'http' | 'https'): Promise<string>;
    /** A container's SAS, without the question mark, made by the official SDK. */
    makeSas(protocol: 'http' | 'https', container: string, options: SasOptions): Promise<string>;
    /** A blob as the official SDK reads it; null: there is none. */
    readStored(protocol: 'http' | 'https', container: string, name: string): Promise<StoredBlob | null>;
    /** An address of the same account by way of a line that breaks. */
    openBadLine(faults: Faults): Promise<string>;
    /** What went over the last bad line. */
    readBadLine(): Promise<readonly ProxiedRequest[]>;
  }
}

/** Azurite's own, known to everybody. */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

interface Running {
  readonly port: number;
  /** Where the SDK finds it by plain http: it knows no certificate that nobody signed. */
  readonly plainPort: number;
}

const running = new Map<string, Promise<Running>>();
let requests: ProxiedRequest[] = [];

function azurite(root: string, protocol: string): Promise<Running> {
  const known = running.get(protocol);
  if (known) return known;
  const begun = begin(root, protocol);
  running.set(protocol, begun);
  return begun;
}

async function begin(root: string, protocol: string): Promise<Running> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/azurite/dist/src/blob/main.js'),
      ...['--inMemoryPersistence', '--disableTelemetry', '--silent', '--skipApiVersionCheck'],
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port)],
      ...(protocol === 'https' ? await certificate() : []),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  process.once('exit', () => child.kill());
  child.unref();
  await answering(port, () => child.exitCode);
  return { port, plainPort: protocol === 'https' ? await plainDoor(port) : port };
}

async function certificate(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', ['req', ...made, ...subject]);
  return ['--cert', cert, '--key', key];
}

async function plainDoor(port: number): Promise<number> {
  const door = net.createServer((socket) => {
    const inside = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    for (const one of [socket, inside]) one.on('error', () => [socket, inside].forEach((s) => s.destroy()));
    socket.pipe(inside).pipe(socket);
  });
  return listening(door);
}

async function listening(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(port: number, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (exitCode() !== null) throw new Error(`Azurite ended with ${exitCode()}`);
    const socket = net.connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(100);
  }
  throw new Error('Azurite does not answer');
}

async function service(root: string, protocol: string) {
  const { plainPort } = await azurite(root, protocol);
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const credential = new StorageSharedKeyCredential(account, accountKey);
  return new BlobServiceClient(`http://127.0.0.1:${plainPort}/${account}`, credential);
}

const startAzurite: BrowserCommand<['http' | 'https']> = async ({ project }, protocol) => {
  const { port } = await azurite(project.config.root, protocol);
  return `${protocol}://127.0.0.1:${port}/${account}`;
};

const setAzuriteCors: BrowserCommand<['http' | 'https', string | null]> = async (
  { project },
  protocol,
  origin,
) => {
  const rule = {
    allowedOrigins: origin ?? '',
    allowedMethods: 'GET,HEAD,PUT,OPTIONS',
    allowedHeaders: 'content-type,x-ms-*',
    exposedHeaders: 'x-ms-*,etag',
    maxAgeInSeconds: 0,
  };
  const blobs = await service(project.config.root, protocol);
  await blobs.setProperties({ cors: origin === null ? [] : [rule] });
};

const makeContainer: BrowserCommand<['http' | 'https']> = async ({ project }, protocol) => {
  const name = `videos-${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
  await (await service(project.config.root, protocol)).createContainer(name);
  return name;
};

const makeSas: BrowserCommand<['http' | 'https', string, SasOptions]> = async (
  _context,
  _protocol,
  containerName,
  { permissions, startsInMs, endsInMs },
) => {
  const { ContainerSASPermissions, generateBlobSASQueryParameters, StorageSharedKeyCredential } =
    await import('@azure/storage-blob');
  return generateBlobSASQueryParameters(
    {
      containerName,
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + endsInMs),
      ...(startsInMs === undefined ? {} : { startsOn: new Date(Date.now() + startsInMs) }),
    },
    new StorageSharedKeyCredential(account, accountKey),
  ).toString();
};

const readStored: BrowserCommand<['http' | 'https', string, string]> = async (
  { project },
  protocol,
  container,
  name,
) => {
  const blobs = await service(project.config.root, protocol);
  const blob = blobs.getContainerClient(container).getBlobClient(name);
  if (!(await blob.exists())) return null;
  const content = await blob.downloadToBuffer();
  const { contentType = '' } = await blob.getProperties();
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length, contentType };
};

const openBadLine: BrowserCommand<[Faults]> = async ({ project }, faults) => {
  const { port } = await azurite(project.config.root, 'http');
  const log: ProxiedRequest[] = (requests = []);
  let blocks = 0;
  const line = http.createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
    const said = {
      method: request.method ?? '',
      comp: query.get('comp'),
      blockId: query.get('blockid'),
    };
    const nth = said.method === 'PUT' && said.comp === 'block' ? (blocks += 1) : 0;
    if (faults.cut.includes(nth)) {
      let read = 0;
      request.on('data', (bytes: Buffer) => {
        read += bytes.length;
        if (read > 1024 * 1024 && !request.destroyed) request.socket.destroy();
      });
      request.on('error', () => undefined);
      log.push({ ...said, status: 0 });
      return;
    }
    if (faults.busy.includes(nth)) {
      request.resume().on('end', () => {
        log.push({ ...said, status: 503 });
        const origin = request.headers.origin ?? '*';
        response.writeHead(503, { 'access-control-allow-origin': origin, connection: 'close' });
        response.end('<Error><Code>ServerBusy</Code><Message>The server is busy.</Message></Error>');
      });
      return;
    }
    const { method, url, headers } = request;
    const inside = http.request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      log.push({ ...said, status: answer.statusCode ?? 0 });
      if (faults.lost.includes(nth)) {
        answer.resume();
        request.socket.destroy();
        return;
      }
      // On a connection that was used before, the browser itself sends again what broke, and the page never knows.
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, connection: 'close' });
      answer.pipe(response);
    });
    inside.on('error', () => request.socket.destroy());
    // What was stopped once it had arrived is answered all the same, and written down.
    request.on('error', () => request.complete || inside.destroy());
    request.pipe(inside);
  });
  return `http://127.0.0.1:${await listening(line)}/${account}`;
};

const readBadLine: BrowserCommand<[]> = () => requests;

/** A real blob service for tests in a browser. */
export const azuriteCommands = {
  startAzurite,
  setAzuriteCors,
  makeContainer,
  makeSas,
  readStored,
  openBadLine,
  readBadLine,
};
