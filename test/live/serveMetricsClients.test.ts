import { request } from 'node:http';
import { connect } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MetricsServer, serveMetrics, type ServeMetricsConfig } from '../../src/metrics/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import { FastScheduler } from '../support/fastScheduler.js';

const servers: MetricsServer[] = [];

interface Serving {
  readonly scheduler: FastScheduler;
  /** How often the registry was read. */
  reads(): number;
  /** Connects without reading; `text` is sent at once. */
  client(text?: string): Client;
  readonly url: string;
}

interface Client {
  send(text: string): void;
  /** Reads to the end of the connection. */
  readAll(): Promise<string>;
  readonly closed: Promise<void>;
  leave(): void;
}

/** A server whose deadlines are in virtual time. */
async function serving(
  config: Partial<ServeMetricsConfig> = {},
  body: string | Promise<string> = 'up 1\n',
): Promise<Serving> {
  const scheduler = new FastScheduler();
  let reads = 0;
  const registry = Object.defineProperty(new Registry(), 'metrics', {
    value: () => {
      reads += 1;
      return Promise.resolve(body);
    },
  });
  const clock = { ...systemClock, background: scheduler };
  const server = await serveMetrics({ registry, feeds: {}, port: 0, clock, ...config });
  servers.push(server);
  return {
    scheduler,
    url: server.url,
    reads: () => reads,
    client: (text = '') => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
      let received = '';
      const closed = new Promise<void>((resolve) =>
        socket.once('close', () => {
          resolve();
        }),
      );
      socket.on('error', () => undefined);
      socket.write(text);
      return {
        closed,
        send: (more) => socket.write(more),
        readAll: async () => {
          socket.setEncoding('latin1').on('data', (part: string) => (received += part));
          socket.resume();
          await closed;
          return received;
        },
        leave: () => socket.destroy(),
      };
    },
  };
}

const scrape = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Waits until the server has as many connections. */
async function connected({ scheduler }: Serving, connections: number): Promise<void> {
  await vi.waitFor(() => {
    expect(scheduler.pending).toBe(connections);
  });
}

describe('a client of the metrics server', () => {
  it('gets one answer a connection, and its deadline ends with it', async () => {
    const server = await serving();
    const answer = await server.client(scrape).readAll();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer.endsWith('\r\nup 1\n')).toBe(true);
    await connected(server, 0);
  });

  it.each([
    ['HTTP/1.1', scrape],
    ['HTTP/1.0', 'GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
  ])(
    'that sends further requests of %s before the answer is disconnected, and causes one reading at most',
    async (_, one) => {
      const server = await serving({}, new Promise(() => undefined));
      expect(await server.client(one.repeat(2)).readAll()).toBe('');
      expect(await server.client(one.repeat(3_000)).readAll()).toBe('');
      expect(server.reads()).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    { ms: 4_999, isServed: true },
    { ms: 5_000, isServed: false },
  ])('that sends half a request, and $ms ms later the rest, is served: $isServed', async ({ ms, isServed }) => {
    const server = await serving();
    const client = server.client(scrape.slice(0, 30));
    await connected(server, 1);
    server.scheduler.advance(ms);
    client.send(scrape.slice(30));
    expect((await client.readAll()).startsWith('HTTP/1.1 200 OK')).toBe(isServed);
  });

  it.each([
    { ms: 9_999, isWhole: true },
    { ms: 10_000, isWhole: false },
  ])('that does not read a large answer for $ms ms gets the whole of it: $isWhole', async ({ ms, isWhole }) => {
    const body = 'x'.repeat(32 * 1024 * 1024);
    const server = await serving({}, body);
    const client = server.client(scrape);
    await vi.waitFor(() => {
      expect(server.reads()).toBe(1);
    });
    server.scheduler.advance(ms);
    const received = await client.readAll();
    expect(received.length > body.length).toBe(isWhole);
  });

  it('waits at most 10 s for a registry that never answers', async () => {
    const server = await serving({}, new Promise(() => undefined));
    const client = server.client(scrape);
    await vi.waitFor(() => {
      expect(server.reads()).toBe(1);
    });
    server.scheduler.advance(10_000);
    expect(await client.readAll()).toBe('');
  });

  it('is refused beyond 8 connections, and served when one of them ends', async () => {
    const server = await serving();
    const idle = Array.from({ length: 8 }, () => server.client());
    await connected(server, 8);
    expect(await server.client(scrape).readAll()).toBe('');
    idle[0]?.leave();
    await connected(server, 7);
    expect(await server.client(scrape).readAll()).toContain('up 1');
    for (const client of idle) client.leave();
  });
});

/** The status and text for a request with a `Host` header. */
function asked(url: string, host: string): Promise<readonly [number | undefined, string]> {
  return new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers: { Host: host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve([response.statusCode, text]);
      });
    })
      .once('error', reject)
      .end();
  });
}

describe('the Host header of a request', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:9000',
    '10.244.1.7:8000',
    '[::1]:8000',
    '[2001:db8::7]',
    'localhost',
    'LocalHost:8000',
    'localhost.',
    '',
  ])('is answered for an address or localhost: %j', async (host) => {
    const { url } = await serving();
    expect(await asked(url, host)).toEqual([200, 'up 1\n']);
  });

  it.each([
    'evil.test',
    'evil.test:8000',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test:80:80',
    'desk',
    '::1',
    '1.2.3.4.5',
  ])('is refused for a foreign name, with the option that allows it: %j', async (host) => {
    const { url, reads } = await serving();
    const [status, text] = await asked(url, host);
    expect([status, reads()]).toEqual([403, 0]);
    expect(text).toMatch(/^Requests for the host name ".+" are refused: .* allowedHosts\.\n$/);
  });

  it('is answered for names in allowedHosts, with any port, and for no other names', async () => {
    const { url } = await serving({ allowedHosts: ['Metrics.desk.test', 'app'] });
    const statuses = ['metrics.desk.test', 'METRICS.desk.test:8000', 'app:8000', 'desk.test', 'x.app'].map(
      async (host) => (await asked(url, host))[0],
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403, 403]);
  });

  it('may be missing, as from clients of HTTP/1.0', async () => {
    const server = await serving();
    expect(await server.client('GET /metrics HTTP/1.0\r\n\r\n').readAll()).toContain('up 1');
  });
});
