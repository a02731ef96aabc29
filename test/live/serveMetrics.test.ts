import { request } from 'node:http';
import { connect } from 'node:net';
import { Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { type MetricsServer, serveMetrics, type ServeMetricsConfig } from '../../src/metrics/index.js';
import { scene } from '../feed/scene.js';
import { escapedErrors } from '../support/failingCallbacks.js';

const servers: MetricsServer[] = [];

/** Serves a fresh feed on a free port. */
async function serving(config: Partial<ServeMetricsConfig> = {}): Promise<MetricsServer> {
  const server = await serveMetrics({ registry: new Registry(), feeds: { px: scene().feed }, port: 0, ...config });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('a metrics server', () => {
  it('answers on the loopback interface, with the findings of each feed', async () => {
    const { feed, fake, listen } = scene();
    const { url } = await serving({ feeds: { px: feed } });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    listen(['AOT']);
    fake.drop();
    const health = await fetch(`${url}/health?verbose=1`);
    expect([health.status, health.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(await health.json()).toMatchObject({
      ok: false,
      feeds: { px: { status: 'waiting', findings: [{ severity: 'critical' }] } },
    });
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toContain('mqtt_connected{feed="px"} 0');
    expect((await fetch(`${url}/ready`)).status).toBe(503);
  });

  it('answers HEAD with the headers of GET and no body, and refuses other methods', async () => {
    const { url } = await serving();
    const [get, head] = [await fetch(`${url}/metrics`), await fetch(`${url}/metrics`, { method: 'HEAD' })];
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect([(await head.text()).length, (await get.text()).length > 100]).toEqual([0, true]);
    expect((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it.each([
    ['a content type that is no header value', { contentType: { value: 'text/plain\n' } }],
    ['no content type', { contentType: { value: undefined } }],
    ['a content type that is a symbol', { contentType: { value: Symbol('text') } }],
    [
      'a content type that throws',
      {
        contentType: {
          get: () => {
            throw new Error('mine');
          },
        },
      },
    ],
    ['metrics that are a number', { metrics: { value: () => Promise.resolve(7) } }],
    ['metrics that are bytes', { metrics: { value: () => Promise.resolve(new Uint16Array(4)) } }],
    ['metrics at once that are nothing', { metrics: { value: () => undefined } }],
    ['metrics that reject', { metrics: { value: () => Promise.reject(new Error('mine')) } }],
  ])('answers 500 with the reason as plain text if the registry gives %s, and continues', async (_what, properties) => {
    const { errors } = await escapedErrors(async () => {
      const registry = new Registry();
      const { url } = await serving({ registry });
      Object.defineProperties(registry, properties);
      const answer = await fetch(`${url}/metrics`);
      expect([answer.status, answer.statusText]).toEqual([500, 'Internal Server Error']);
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await answer.text()).toBe('/metrics could not be read: a metric or finding failed.\n');
      expect((await fetch(`${url}/health`)).status).toBe(200);
    });
    expect(errors).toEqual([]);
  });

  it('reports that a port is in use, with the remedy', async () => {
    const { url } = await serving();
    const port = Number(new URL(url).port);
    await expect(serving({ port })).rejects.toMatchObject({
      code: 'RXQ_LISTEN',
      message: `serveMetrics can't listen on 127.0.0.1, port ${port}: the port is in use (EADDRINUSE): pass another, or 0 for a free one`,
    });
    await expect(serving({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'RXQ_LISTEN' });
  });

  it('frees its port on close, which completes at once when no answer is pending', async () => {
    const server = await serving();
    const port = Number(new URL(server.url).port);
    await fetch(`${server.url}/metrics`);
    // A client that keeps its connection open holds nothing up.
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const closing = server.close();
    await server.close();
    await closing;
    const again = await serving({ port });
    expect(again.url).toBe(server.url);
    idle.destroy();
  });

  it('closes although an answer never comes', async () => {
    const registry = new Registry();
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const never = new Gauge({
      name: 'never',
      help: 'Never.',
      registers: [registry],
      collect: () => {
        asked();
        return new Promise(() => undefined);
      },
    });
    expect(never).toBeDefined();
    const server = await serving({ registry });
    const broken = new Promise((resolve) => request(`${server.url}/metrics`).once('error', resolve).end());
    await isAsked;
    await server.close();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });

  it('prints no credential after any failure of the credentials', async () => {
    const secret = 'hunter2-hunter2';
    const { feed, listen, fake } = scene({
      venue: { endpoint: { url: 'mqtt://broker.test', username: 'desk', password: secret } },
      fake: { accept: false },
    });
    const { url } = await serving({ feeds: { px: feed } });
    listen(['AOT']);
    fake.current.drop();
    const said = await Promise.all(
      ['metrics', 'health', 'ready', 'findings', 'symbols', 'explain?symbol=AOT', 'events'].map(async (path) =>
        (await fetch(`${url}/${path}`)).text(),
      ),
    );
    expect(said.join('')).toContain('RXQ_NETWORK');
    expect(said.join('')).not.toContain(secret);
  });

  it.each([
    { port: -1 },
    { port: 65_536 },
    { port: '80' },
    { host: '' },
    { host: 7 },
    { findings: 1 },
    { feeds: 7 },
    { feeds: { px: {} } },
    { feeds: { px: { ...scene().feed, explain: undefined } } },
    { path: '/x' },
    { allowedHosts: 'desk.test' },
    { allowedHosts: [7] },
    { allowedHosts: [''] },
    { allowedHosts: ['desk.test:8000'] },
    { allowedHosts: ['http://desk.test'] },
  ])('refuses %o at once, with a code', (config) => {
    const all = { registry: new Registry(), feeds: {}, ...config };
    expect(() => serveMetrics(all as never)).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });
});
