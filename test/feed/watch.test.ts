import { NEVER, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { fakeFeed } from '../../src/testing/index.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { scene } from './scene.js';

describe('watch()', () => {
  test('shows backlog, drops and waits of a user’s queue in the feed’s counts, and changes no other count', () => {
    const { feed, price, scheduler } = scene();
    const stats = new QueueStats(scheduler);
    const work = new Subject<void>();
    feed.watch('store', stats);
    expect(feed.stats().queues).toMatchObject({ store: { received: 0, inFlight: 0, dropped: {} } });
    feed
      .quotes(['A'])
      .pipe(concatMapBounded(() => work, { capacity: 2, stats }))
      .subscribe();
    for (let sent = 0; sent < 5; sent += 1) {
      price('A', sent);
      scheduler.advance(100);
    }
    const { queues, dropped } = feed.stats();
    expect(queues['store']).toEqual(stats.snapshot());
    expect(queues['store']).toMatchObject({ received: 5, inFlight: 2, dropped: { capacity: 2 } });
    expect(queues['store']?.oldestWait).toBeGreaterThan(0);
    expect(dropped).toEqual({});
    expect(isConserved(feed.stats())).toBe(true);
  });

  test('shows each queue under its name, until the returned subscription is unsubscribed', () => {
    const { feed } = scene();
    const first = feed.watch('one', new QueueStats());
    feed.watch('__proto__', new QueueStats());
    expect(Object.keys(feed.stats().queues)).toEqual(['one', '__proto__']);
    first.unsubscribe();
    expect(Object.keys(feed.stats().queues)).toEqual(['__proto__']);
    feed.watch('one', new QueueStats());
    first.unsubscribe();
    expect(Object.keys(feed.stats().queues)).toEqual(['__proto__', 'one']);
  });

  test('opens nothing, and leaves the last counts after close', async () => {
    const { feed, fake, listen, price, scheduler } = scene();
    const stats = new QueueStats(scheduler);
    feed.watch('store', stats);
    expect([fake.connections.length, scheduler.pending]).toEqual([0, 0]);
    const { subscription } = listen(['A']);
    subscription.unsubscribe();
    feed
      .quotes(['A'])
      .pipe(concatMapBounded(() => NEVER, { capacity: 1, stats }))
      .subscribe();
    for (const value of [1, 2, 3]) price('A', value);
    await feed.close();
    expect(feed.stats().queues['store']).toMatchObject({ received: 3, dropped: { capacity: 1 } });
  });

  test('does the same on a fake feed', () => {
    const feed = fakeFeed({ quotes: NEVER });
    const watched = feed.watch('store', new QueueStats());
    expect(feed.stats().queues).toMatchObject({ store: { received: 0 } });
    watched.unsubscribe();
    expect(feed.stats().queues).toEqual({});
  });

  const { feed } = scene();
  const stats = new QueueStats();
  feed.watch('taken', stats);
  itRejectsArguments([
    ['watch.name', '', () => feed.watch('', stats)],
    ['watch.name', 'x'.repeat(65), () => feed.watch('x'.repeat(65), stats)],
    ['watch.name', undefined, () => feed.watch(undefined as never, stats)],
    ['watch.name', 'taken', () => feed.watch('taken', new QueueStats())],
    ['watch.name', 'taken', () => feed.watch('taken', stats)],
    ['watch.stats', undefined, () => feed.watch('none', undefined as never)],
    ['watch.stats', {}, () => feed.watch('none', { snapshot: () => ({}) } as never)],
  ]);

  test('leaves the queue of a name as it was when it refuses another one', () => {
    expect(Object.keys(feed.stats().queues)).toEqual(['taken']);
  });
});
