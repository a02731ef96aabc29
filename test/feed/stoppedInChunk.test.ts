import { expect, test } from 'vitest';
import { readingTransport } from '../support/readingTransport.js';
import { scene, type Scene } from './scene.js';

const symbols = Array.from({ length: 100 }, (_, index) => `S${String(index)}`);

/** The images and gaps of one chunk, when the process stops for `stoppedFor` ms during the 21st image. */
function updatesOfAChunk(stoppedFor: number): readonly string[] {
  const { transport, read } = readingTransport(() => set.fake.transport);
  const set: Scene = scene({ feed: { transport } });
  const updates: string[] = [];
  set.feed.updates(symbols).subscribe((update) => {
    if (update.kind === 'gap') updates.push('gap');
    if (update.kind !== 'quote' || update.change !== 'image') return;
    updates.push(update.state);
    if (updates.length === 21) set.scheduler.spend(stoppedFor);
  });
  read();
  for (const symbol of symbols) set.price(symbol, 1);
  return updates;
}

test('a feed reports a gap at most 16 images after the process was stopped while it handled a chunk', () => {
  const updates = updatesOfAChunk(5_000);
  const gap = updates.indexOf('gap');
  expect(gap).toBeGreaterThan(20);
  expect(gap).toBeLessThanOrEqual(21 + 16);
  expect(updates[gap + 1]).not.toBe('live');
});

test('a feed reports no gap when a consumer takes 30 ms for one image of a chunk', () => {
  expect(updatesOfAChunk(30)).toEqual(new Array(100).fill('live'));
});
