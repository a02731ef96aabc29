import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Endpoint } from 'rx-quotes';

/** Options of the page's server. */
export interface PageConfig {
  /** The endpoint for the page; called at every request. */
  readonly endpoint: () => Endpoint;
  /** PEM certificate and key: with them the page is at `https://`. @defaultValue none */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further headers of every answer, e.g. a session's cookie. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page that is served on the loopback interface. */
export interface ServedPage {
  /** `http://127.0.0.1:port` or `https://127.0.0.1:port`. */
  readonly origin: string;
  /** The server, for further tasks, e.g. a proxy. */
  readonly server: Server;
  /** The size of the code that a browser loads, in bytes. */
  readonly size: { readonly minified: number; readonly gzipped: number };
  stop(): Promise<void>;
}

const folder = 'examples/browser';

/** One file of code. `platform: 'browser'` selects the browser's WebSocket instead of Node's sockets. */
async function bundle(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/page.ts`],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
  });
  return Buffer.from(outputFiles[0]!.contents);
}

/** Allows only code of this server, no code made from strings, and connections only to the feed. */
function contentSecurityPolicy({ url }: Endpoint): string {
  const own = ['script-src', 'style-src', 'img-src'].map((name) => `${name} 'self'`);
  const none = ['default-src', 'base-uri', 'form-action', 'frame-ancestors'].map((name) => `${name} 'none'`);
  return [...none, ...own, `connect-src 'self' ${new URL(url).origin}`].join('; ');
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Bundles the page and serves it on a free port of the loopback interface. */
export async function servePage({ endpoint, tls, headers = {} }: PageConfig): Promise<ServedPage> {
  const code = await bundle();
  const files = new Map<string, () => string | Buffer>([
    ...['index.html', 'page.css', 'icon.svg'].map(
      (name) => [`/${name}`, () => readFileSync(`${folder}/${name}`)] as const,
    ),
    ['/page.js', () => code],
    ['/endpoint.json', () => JSON.stringify(endpoint())],
  ]);

  const answer = ({ method, url = '/' }: IncomingMessage, response: ServerResponse): void => {
    const path = url === '/' ? '/index.html' : url;
    const body = method === 'GET' ? files.get(path) : undefined;
    response.writeHead(body === undefined ? 404 : 200, {
      ...headers,
      'Content-Security-Policy': contentSecurityPolicy(endpoint()),
      'Content-Type': types[extname(path)] ?? 'text/plain',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    response.end(body?.());
  };

  const server = tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    server,
    size: { minified: code.length, gzipped: gzipSync(code).length },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
