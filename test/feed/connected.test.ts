import { expect, test } from 'vitest';
import { samples } from '../../src/metrics/index.js';
import { scene } from './scene.js';

test('stats() and its metric say connected while the connection is live, and never while it connects, waits or is closed', async () => {
  const { feed, fake, listen, scheduler, states } = scene({ fake: { latency: 5 } });
  const seen: string[] = [];
  feed.state$.subscribe(({ status }) => {
    const { value } = samples(feed.stats()).find(({ name }) => name === 'rx_quotes_connected')!;
    seen.push(`${status} ${feed.stats().connected} ${value}`);
  });
  listen(['AOT']);
  scheduler.advance(100);
  fake.drop();
  scheduler.advance(2_000);
  await feed.close();
  expect(states.some(({ status }) => status === 'waiting')).toBe(true);
  expect([...new Set(seen)]).toEqual([
    'idle false 0',
    'connecting false 0',
    'live true 1',
    'waiting false 0',
    'closed false 0',
  ]);
});
