import { expect, test } from 'vitest';
import { samples } from '../../src/metrics/index.js';
import { scene } from './scene.js';

test('stats() and its metric have connected only while the connection is live, and not while it connects, waits or is closed', async () => {
  const { feed, fake, listen, scheduler, states } = scene({ fake: { latency: 5 } });
  const received: string[] = [];
  feed.state$.subscribe(({ status }) => {
    const { value } = samples(feed.stats()).find(({ name }) => name === 'rx_quotes_connected')!;
    received.push(`${status} ${feed.stats().connected} ${value}`);
  });
  listen(['AOT']);
  scheduler.advance(100);
  fake.drop();
  scheduler.advance(2_000);
  await feed.close();
  expect(states.some(({ status }) => status === 'waiting')).toBe(true);
  expect([...new Set(received)]).toEqual([
    'idle false 0',
    'connecting false 0',
    'live true 1',
    'waiting false 0',
    'closed false 0',
  ]);
});
