import { asyncScheduler, concat, NEVER, type Observable, of, type OperatorFunction, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import {
  asyncIterableFrom,
  bufferBounded,
  concatMapBounded,
  conflateBy,
  decode,
  observeOnBounded,
  QueueStats,
  retryBackoff,
} from '../../operators/index.js';
import { expectConserved } from '../support/conserved.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';

/** Controls that make a value wait, and let all waiting values go on. */
interface Queue {
  readonly send: (value: string) => void;
  readonly turn: () => void;
}

const capacity = 10;

function behind(make: (turns$: Observable<void>) => OperatorFunction<string, unknown>): Queue {
  const [source, turns] = [new Subject<string>(), new Subject<void>()];
  source.pipe(make(turns)).subscribe();
  return {
    send: (value) => {
      source.next(value);
    },
    turn: () => {
      turns.next();
    },
  };
}

/** Each kind of queue, behind which values wait until `turn` is called. */
const queues: Readonly<Record<string, (stats: QueueStats) => Queue>> = {
  bufferBounded: (stats) => behind((turns$) => bufferBounded<string>(turns$, { capacity, stats })),
  conflateBy: (stats) => behind((turns$) => conflateBy<string>((value) => value, turns$, { capacity, stats })),
  concatMapBounded: (stats) => {
    let work = new Subject<never>();
    const source = new Subject<string>();
    source.pipe(concatMapBounded(() => (work = new Subject<never>()), { capacity, stats })).subscribe();
    source.next('under way');
    return {
      send: (value) => {
        source.next(value);
      },
      turn: () => {
        work.complete();
      },
    };
  },
  observeOnBounded: (stats) => {
    const scheduler = new TestScheduler(() => undefined);
    const source = new Subject<string>();
    source.pipe(observeOnBounded(scheduler, { capacity, maxBatch: 1, stats })).subscribe();
    return {
      send: (value) => {
        for (const next of ['at once', value]) source.next(next);
      },
      turn: () => {
        scheduler.flush();
      },
    };
  },
  asyncIterableFrom: (stats) => {
    const source = new Subject<string>();
    const iterator = asyncIterableFrom(source, { capacity, stats })[Symbol.asyncIterator]();
    void iterator.next();
    source.next('asked for');
    return {
      send: (value) => {
        source.next(value);
      },
      turn: () => void iterator.next(),
    };
  },
};

describe('QueueStats', () => {
  it.each(Object.entries(queues))(
    'measures the wait of the first value of %s while it waits, and every wait',
    (_, make) => {
      let now = 0;
      const stats = new QueueStats({ now: () => now });
      const { send, turn } = make(stats);
      expect(stats.snapshot()).toMatchObject({ inFlight: 0, oldestWait: 0, longestWait: 0, totalWait: 0 });
      now = 100;
      send('a');
      now = 107;
      expect(stats.snapshot()).toMatchObject({ inFlight: 1, oldestWait: 7, longestWait: 0, totalWait: 0 });
      now = 130;
      turn();
      expect(stats.snapshot()).toMatchObject({ inFlight: 0, oldestWait: 0, longestWait: 30, totalWait: 30 });
      send('b');
      now = 132;
      turn();
      expect(stats.snapshot()).toMatchObject({ inFlight: 0, oldestWait: 0, longestWait: 30, totalWait: 32 });
      expectConserved(stats.snapshot());
    },
  );

  it('measures no wait of a lost value, and forgets waiting values when the consumer leaves', () => {
    let now = 0;
    const stats = new QueueStats({ now: () => now });
    const source = new Subject<string>();
    const subscription = source.pipe(bufferBounded<string>(NEVER, { capacity: 1, stats })).subscribe();
    source.next('a');
    now = 10;
    source.next('b');
    now = 15;
    expect(stats.snapshot()).toMatchObject({ dropped: { capacity: 1 }, inFlight: 1, oldestWait: 5, longestWait: 0 });
    subscription.unsubscribe();
    expect(stats.snapshot()).toMatchObject({ inFlight: 0, oldestWait: 0, longestWait: 0, totalWait: 0 });
  });

  it('measures the wait of a place in the queue from its first value, for any number of replacements', () => {
    let now = 0;
    const stats = new QueueStats({ now: () => now });
    const [source, turns] = [new Subject<string>(), new Subject<void>()];
    source.pipe(conflateBy(() => 'key', turns, { stats })).subscribe();
    for (now = 0; now < 50; now += 10) source.next('value');
    expect(stats.snapshot()).toMatchObject({ conflated: 4, oldestWait: 50 });
    turns.next();
    expect(stats.snapshot()).toMatchObject({ oldestWait: 0, longestWait: 50 });
  });

  it('never has a wait below 0, also if the clock is set back', () => {
    let now = 1000;
    const stats = new QueueStats({ now: () => now });
    const [source, turns] = [new Subject<string>(), new Subject<void>()];
    source.pipe(bufferBounded<string>(turns, { capacity: 2, stats })).subscribe();
    source.next('a');
    now = 0;
    expect(stats.snapshot().oldestWait).toBe(0);
    turns.next();
    expect(stats.snapshot()).toMatchObject({ longestWait: 0, totalWait: 0 });
  });

  it('sums over subscriptions and operators, with the oldest wait of all of them', () => {
    let now = 0;
    const stats = new QueueStats({ now: () => now });
    const [source, turns] = [new Subject<string>(), new Subject<void>()];
    const polled = bufferBounded<string>(turns, { capacity: 1, stats });
    source.pipe(polled).subscribe();
    source.next('a');
    now = 10;
    source.pipe(polled).subscribe();
    source.pipe(conflateBy(() => 'key', NEVER, { stats })).subscribe();
    source.next('b');
    // The first lost `a` to `b`; each of the three has one value waiting.
    expect(stats.snapshot()).toMatchObject({ received: 4, emitted: 0, dropped: { capacity: 1 }, inFlight: 3 });
    now = 15;
    expect(stats.snapshot().oldestWait).toBe(5);
    turns.next();
    expect(stats.snapshot()).toMatchObject({ emitted: 2, inFlight: 1, oldestWait: 5, longestWait: 5, totalWait: 10 });
    expectConserved(stats.snapshot());
  });

  it('uses asyncScheduler unless it is given another clock', () => {
    new TestScheduler(() => undefined).run(({ cold, flush }) => {
      const stats = new QueueStats();
      cold('a--|')
        .pipe(bufferBounded<string>(concat(of(1), NEVER), { capacity: 1, stats }))
        .subscribe();
      flush();
      expect(stats.snapshot()).toMatchObject({ emitted: 1, longestWait: 3, totalWait: 3 });
    });
  });

  it('reads no clock for a value that is emitted at once', () => {
    let readings = 0;
    const stats = new QueueStats({ now: () => (readings += 1) });
    of(1, 2, 3)
      .pipe(observeOnBounded(new TestScheduler(() => undefined), { capacity, stats }))
      .subscribe();
    expect([stats.snapshot().emitted, readings]).toEqual([3, 0]);
  });

  it('returns snapshots that do not change', () => {
    const stats = new QueueStats();
    const source = new Subject<string>();
    source.pipe(bufferBounded<string>(NEVER, { capacity: 1, stats })).subscribe();
    source.next('a');
    source.next('b');
    const before = stats.snapshot();
    source.next('c');
    expect([before.dropped, stats.snapshot().dropped]).toEqual([{ capacity: 1 }, { capacity: 2 }]);
  });

  const alike = { snapshot: () => undefined };
  itRejectsArguments([
    ['QueueStats.clock', 1, () => new QueueStats(1 as never)],
    ['QueueStats.clock', null, () => new QueueStats(null as never)],
    ['asyncIterableFrom.stats', alike, () => asyncIterableFrom(NEVER, { capacity: 1, stats: alike as never })],
    ['bufferBounded.stats', alike, () => bufferBounded(NEVER, { capacity: 1, stats: alike as never })],
    ['concatMapBounded.stats', true, () => concatMapBounded(() => NEVER, { capacity: 1, stats: true as never })],
    ['conflateBy.stats', alike, () => conflateBy(() => 1, NEVER, { stats: alike as never })],
    ['decode.stats', alike, () => decode(() => 1, { stats: alike as never })],
    ['observeOnBounded.stats', alike, () => observeOnBounded(asyncScheduler, { capacity: 1, stats: alike as never })],
    ['retryBackoff.stats', alike, () => retryBackoff({ stats: alike as never })],
  ]);
});
