import { spawnSync } from 'node:child_process';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { exposeMetrics } from '../../src/metrics/index.js';
import { scene } from '../feed/scene.js';

/** Prometheus' own verdict on a scrape; fails where promtool is missing. */
function promtool(text: string): { readonly status: number | null; readonly said: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}

test('promtool finds no error in the scrapes of a life with losses, rejects and an eviction', async () => {
  const { feed, fake, listen, price, scheduler } = scene({ feed: { capacity: 4 } });
  const registry = new Registry();
  exposeMetrics({ registry, perSymbol: 2, feeds: { px: feed, 'a "quoted" \\ name\n': scene().feed } });
  const scrapes = [await registry.metrics()];
  listen();
  for (const symbol of ['A', 'B', 'C']) price(symbol, 1);
  price('C', 'seventy');
  scrapes.push(await registry.metrics());
  fake.drop();
  scheduler.advance(10_000);
  scrapes.push(await registry.metrics());
  expect(scrapes.map((text) => promtool(text))).toEqual(scrapes.map(() => ({ status: 0, said: '' })));
});

test('promtool reports a counter without _total', () => {
  const { status, said } = promtool('# TYPE quotes_read counter\nquotes_read 1\n');
  expect([status, said]).toEqual([3, expect.stringContaining('counter metrics should have "_total" suffix')]);
});
