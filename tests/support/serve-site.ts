import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { createGzip } from 'node:zlib';

export interface Site {
  /** Where the page is, with its path: `http://127.0.0.1:4173/sightline/`. */
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly folder: string;
  /** Path the site is mounted under, as a project page on GitHub Pages is; `/` for none. */
  readonly path?: string;
  readonly port?: number;
  /** The simulator that "Use the simulator" should choose, on its own origin; absent: the one in the page. */
  readonly simulatorOrigin?: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Serves a built site as GitHub Pages does: static files under a sub-path, gzip, ten minutes of cache, real 404s. */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const path = `/${(options.path ?? '/').split('/').filter(Boolean).join('/')}/`.replace('//', '/');
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (asked + '/' === path) return void response.writeHead(301, { location: path }).end();
    const file = asked.startsWith(path) ? findFile(options.folder, asked.slice(path.length)) : null;
    if (!file) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    send(response, file, options.simulatorOrigin);
  });
  const origin = await listen(server, options.port ?? 0);
  return {
    origin,
    url: origin + path,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

/** On `port`, or on any free one when that is taken. */
export async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && port !== 0 ? server.listen(0, '127.0.0.1') : fail(error),
    );
    server.once('listening', done);
    server.listen(port, '127.0.0.1');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function findFile(folder: string, asked: string): string | null {
  const file = normalize(join(folder, asked === '' ? 'index.html' : asked));
  if (!file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) return null;
  return file;
}

function send(response: ServerResponse, file: string, simulatorOrigin: string | undefined): void {
  const type = types[extname(file)] ?? 'application/octet-stream';
  const headers = { 'content-type': type, 'cache-control': 'max-age=600' };
  if (file.endsWith('index.html') && simulatorOrigin) {
    const meta = `<meta name="sightline-simulator" content="${simulatorOrigin}" />`;
    response.writeHead(200, { ...headers, 'cache-control': 'no-store' });
    response.end(readFileSync(file, 'utf8').replace('<title>', `${meta}<title>`));
  } else if (/^(text|application\/j|image\/svg)/.test(type)) {
    response.writeHead(200, { ...headers, 'content-encoding': 'gzip' });
    createReadStream(file).pipe(createGzip()).pipe(response);
  } else {
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  }
}
