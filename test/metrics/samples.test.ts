import { timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import type { FeedStats } from '../../src/index.js';
import { feedMetrics, samples } from '../../src/metrics/index.js';
import { runFeed } from '../support/virtualFeed.js';

/** `stats()` of a feed at every turn of a life with an unreadable frame, a retained one, a loss and a recovery. */
function statsOverTime(): readonly FeedStats[] {
  const taken: FeedStats[] = [];
  runFeed(5000, ({ feed, fake, at }) => {
    const note = (): void => {
      taken.push(feed.stats());
    };
    note();
    const stats = new QueueStats();
    feed.watch('store', stats);
    at(10, () => {
      feed
        .quotes(['AOT'])
        .pipe(concatMapBounded(() => timer(2_500), { capacity: 1, stats }))
        .subscribe();
      feed.updates(['AOT', 'PTT']).subscribe({ next: note, complete: note });
    });
    at(100, () => {
      fake.publish('px/AOT', '70');
      fake.publish('px/PTT', 'seventy');
    });
    at(110, () => {
      fake.current.send('px/OTHER', '1');
      fake.current.send('px/AOT', '69', { retain: true });
      note();
    });
    at(200, () => {
      fake.drop();
    });
    at(2000, () => {
      fake.publish('px/AOT', '71');
    });
  });
  return taken;
}

function valueOf(taken: ReturnType<typeof samples>, name: string, label?: string): number | undefined {
  return taken.find((sample) => sample.name === name && (label === undefined || label in swapped(sample.labels)))
    ?.value;
}

function swapped(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [value, name]));
}

describe('samples of a feed', () => {
  it('have every number of its stats(), unchanged, at every moment', () => {
    for (const stats of statsOverTime()) {
      const taken = samples(stats);
      const { dropped, rejected, topics, otherTopics, wildcards, silences, stages, queues, ...others } = stats;
      const { callbackErrors, reconnects, endedInNext, ...rest } = others;
      // Names of errors are no numbers.
      const { epoch = -1, connected, silent, lastCallbackErrors: _names, relays, ...plain } = rest;
      const expected = [
        ...Object.values({ ...plain, epoch, connected: connected ? 1 : 0, silent: silent ? 1 : 0 }),
        relays?.lost ?? 0,
        ...Object.values({ ...dropped }),
        ...Object.values({ ...rejected }),
        ...Object.values({ ...callbackErrors }),
        ...Object.values({ ...reconnects }),
        ...Object.values(endedInNext).map((at) => at / 1000),
        ...Object.values({ ...topics }),
        ...Object.values({ ...silences }),
        ...Object.values({ ...otherTopics }),
        ...Object.values({ ...wildcards }),
        ...Object.values(stages).map(({ inFlight }) => inFlight),
        ...Object.values(queues).flatMap(({ inFlight, longestWait, oldestWait, dropped: lost }) => [
          ...[inFlight, longestWait / 1000, oldestWait / 1000],
          ...Object.values(lost),
        ]),
      ];
      expect(taken.map(({ value }) => value).toSorted()).toEqual(expected.toSorted());
    }
  });

  it('count relays by their state, and the messages of relays that did not arrive', () => {
    const [stats] = statsOverTime();
    const state = (relay: string, of: 'live' | 'silent'): object => ({ relay, run: 1, state: of, epoch: 1 });
    const states = [state('1', 'live'), state('2', 'silent'), state('3', 'silent')];
    const taken = samples({ ...stats!, relays: { lost: 7, states } as never });
    const read = (name: string): unknown => taken.filter((one) => one.name === name);
    expect(read('rx_quotes_relay_lost_total')).toMatchObject([{ value: 7 }]);
    expect(read('rx_quotes_relays')).toMatchObject([
      { labels: { state: 'live' }, value: 1 },
      { labels: { state: 'silent' }, value: 2 },
    ]);
  });

  it('show the events of its life, by name', () => {
    const last = samples(statsOverTime().at(-1) as FeedStats);
    expect(valueOf(last, 'rx_quotes_received_total')).toBe(5);
    expect(valueOf(last, 'rx_quotes_emitted_total')).toBe(2);
    expect(valueOf(last, 'rx_quotes_rejected_total', 'threw')).toBe(1);
    expect(valueOf(last, 'rx_quotes_dropped_total', 'overlap')).toBe(1);
    expect(valueOf(last, 'rx_quotes_unclaimed_total')).toBe(1);
    expect(valueOf(last, 'rx_quotes_gaps_total')).toBe(1);
    expect(valueOf(last, 'rx_quotes_restated_total')).toBe(1);
    expect(valueOf(last, 'rx_quotes_connect_attempts_total')).toBe(2);
    expect(valueOf(last, 'rx_quotes_connection_epoch')).toBe(1);
  });

  it('have the label of a watched queue, and for its drops the reason, too', () => {
    const last = samples(statsOverTime().at(-1) as FeedStats);
    const ofQueue = last.filter(({ labels }) => 'queue' in labels);
    expect(ofQueue.map(({ name, labels, value }) => [name, labels, value])).toEqual([
      ['rx_quotes_watched_in_flight', { queue: 'store' }, 0],
      ['rx_quotes_watched_dropped_total', { queue: 'store', reason: 'capacity' }, 1],
      ['rx_quotes_watched_longest_wait_seconds', { queue: 'store' }, 0.6],
      ['rx_quotes_watched_oldest_wait_seconds', { queue: 'store' }, 0],
    ]);
  });

  it('have the time at which a named subscription ended in its own next, in seconds', () => {
    const last = { ...(statsOverTime().at(-1) as FeedStats), endedInNext: { store: 20_050 } };
    expect(valueOf(samples(last), 'rx_quotes_consumer_ended_timestamp_seconds', 'store')).toBe(20.05);
  });

  it('never go down if they are counters', () => {
    const highest = new Map<string, number>();
    const counters = new Set(feedMetrics.filter(({ type }) => type === 'counter').map(({ name }) => name));
    for (const stats of statsOverTime()) {
      for (const { name, labels, value } of samples(stats).filter((sample) => counters.has(sample.name))) {
        const series = name + JSON.stringify(labels);
        expect(value, series).toBeGreaterThanOrEqual(highest.get(series) ?? 0);
        highest.set(series, value);
      }
      // A series that was there once stays.
      expect(samples(stats).length).toBeGreaterThanOrEqual(highest.size);
    }
  });

  it('have one value for each series: no name comes twice with the same labels', () => {
    for (const stats of statsOverTime()) {
      const series = samples(stats).map(({ name, labels }) => name + JSON.stringify(labels));
      expect(new Set(series).size).toBe(series.length);
    }
  });
});

describe('samples of other values than those of stats()', () => {
  it.each([undefined, {}, { stats: () => undefined }])('are refused, with a code: %o', (stats) => {
    expect(() => samples(stats as never)).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });
});

describe('the catalogue', () => {
  it.each(feedMetrics)(
    'has a name for $name that Prometheus accepts, ending in _total if and only if it is a counter',
    (metric) => {
      expect(metric.name).toMatch(/^rx_quotes_[a-z]+(_[a-z]+)*$/);
      expect(metric.name.endsWith('_total')).toBe(metric.type === 'counter');
      expect(metric.help).toMatch(/^[A-Z].*\.$/);
      for (const label of [metric.label ?? []].flat()) expect(label).toMatch(/^[a-z]+$/);
    },
  );

  it('names a label for each metric with several values, and no other', () => {
    const stats = statsOverTime().at(-1) as FeedStats;
    for (const { name, label, read } of feedMetrics) {
      expect([name, typeof read(stats) === 'object']).toEqual([name, label !== undefined]);
    }
  });

  it('has no label per symbol', () => {
    const reported = statsOverTime().flatMap((stats) => samples(stats).flatMap(({ labels }) => Object.values(labels)));
    expect(reported.filter((value) => /AOT|PTT|OTHER/.test(value))).toEqual([]);
  });
});
