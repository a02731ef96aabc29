import { merge, type Observable, filter, map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { decode, observeOnBounded, QueueStats, staleBy, tapMetrics } from '../../operators/index.js';
import { ConnectionFailure, fromMqtt, type MqttConnection } from '../../src/index.js';
import { fakeTransport, virtualClock } from '../../src/testing/index.js';
import { expectConserved } from '../support/conserved.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { expectAccounted } from '../support/mqttAccount.js';
import { textOf } from './mqttScene.js';

interface Price {
  readonly symbol: string;
  readonly price: number;
  readonly epoch: number;
}

function readPrice(payload: Uint8Array): number {
  const price = Number(textOf(payload));
  if (Number.isNaN(price)) throw new TypeError('no price');
  return price;
}

/** A quote stream composed by hand, in virtual time, without a venue or a feed. */
function composed(after = 1_000) {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const clock = virtualClock(scheduler);
  const counts = new Map<string, number>();
  const sink = {
    counter: (name: string) => ({
      add: (n: number) => {
        counts.set(name, (counts.get(name) ?? 0) + n);
      },
    }),
    histogram: () => ({ observe: () => undefined }),
  };
  const [decoded, queue] = [new QueueStats(), new QueueStats(clock.io)];
  const mqtt = fromMqtt({ endpoint: 'mqtt://broker.test', topics: ['px/A', 'px/B'], transport: fake.transport, clock });
  const quotes$ = mqtt.pipe(
    decode((payload, { topic, epoch }): Price => ({ symbol: topic.slice(3), price: readPrice(payload), epoch }), {
      stats: decoded,
    }),
    observeOnBounded(clock.io, { capacity: 10, key: ({ symbol }) => symbol, stats: queue }),
    staleBy(({ symbol }) => symbol, { after, scheduler: clock.background }),
    tapMetrics(sink, { name: 'quotes' }),
  );
  return { scheduler, fake, mqtt, quotes$, counts, decoded, queue };
}

/** Each value in one line. */
function lines(quotes$: ReturnType<typeof composed>['quotes$']): Observable<string> {
  return quotes$.pipe(
    map(
      ({ value: { symbol, price, epoch }, stale }) =>
        `${symbol} ${String(price)} e${String(epoch)}${stale ? ' stale' : ''}`,
    ),
  );
}

/** Merges the losses into the stream, as a user would, as lines among the prices. */
function doubts(mqtt: MqttConnection): Observable<string> {
  return mqtt.events$.pipe(
    filter((event) => event.type === 'lost' || event.type === 'stalled'),
    map((event) => `${event.type} e${String(event.epoch)}`),
  );
}

describe('a quote stream composed of fromMqtt, decode, observeOnBounded, staleBy and tapMetrics', () => {
  test('marks a silent symbol as stale once, and as fresh with its next price', () => {
    const { scheduler, fake, quotes$ } = composed();
    const said: string[] = [];
    lines(quotes$).subscribe((line) => said.push(line));
    fake.publish('px/A', '1');
    fake.publish('px/B', '2');
    scheduler.advance(600);
    fake.publish('px/B', '3');
    scheduler.advance(400);
    expect(said.splice(0)).toEqual(['A 1 e0', 'B 2 e0', 'B 3 e0', 'A 1 e0 stale']);
    scheduler.advance(10_000);
    fake.publish('px/A', '4');
    expect(said).toEqual(['B 3 e0 stale', 'A 4 e0']);
  });

  test('goes on after payloads that can not be read, and counts them', () => {
    const { fake, quotes$, decoded } = composed();
    const said: string[] = [];
    lines(quotes$).subscribe((line) => said.push(line));
    for (const text of ['1', 'nonsense', '', '2']) fake.publish('px/A', text);
    expect(said).toEqual(['A 1 e0', 'A 2 e0']);
    expect(decoded.snapshot()).toMatchObject({ received: 4, emitted: 2, rejected: { threw: 1, empty: 1 } });
  });

  test('stays bounded under a consumer that is slower than the feed: each symbol’s newest value is emitted, the rest is counted', () => {
    const { scheduler, fake, mqtt, quotes$, counts, queue } = composed(60_000);
    const said: string[] = [];
    lines(quotes$).subscribe((line) => {
      said.push(line);
      // Longer than a slice: what comes meanwhile has to wait.
      scheduler.spend(20);
    });
    let most = 0;
    for (let price = 1; price <= 1_000; price += 1) {
      fake.publish(price % 100 === 0 ? 'px/B' : 'px/A', String(price));
      most = Math.max(most, queue.snapshot().inFlight);
      expectConserved(queue.snapshot());
      expectAccounted(mqtt.stats());
    }
    scheduler.advance(1_000);
    expect(most).toBe(2);
    expect(said.slice(-2).sort()).toEqual(['A 999 e0', 'B 1000 e0']);
    const { received, emitted, conflated, inFlight } = queue.snapshot();
    expect([received, emitted + conflated, inFlight]).toEqual([1_000, 1_000, 0]);
    expect(conflated).toBeGreaterThan(900);
    expect([counts.get('quotes.next'), mqtt.stats().emitted]).toEqual([emitted, 1_000]);
  });

  test('shows a lost link through events$ at once, long before any symbol is stale, and continues one epoch higher', () => {
    const { scheduler, fake, mqtt, quotes$ } = composed();
    const said: string[] = [];
    merge(doubts(mqtt), lines(quotes$)).subscribe((line) => said.push(line));
    fake.publish('px/A', '1');
    scheduler.advance(100);
    fake.drop(new ConnectionFailure('network', 'the cable'));
    expect(said).toEqual(['A 1 e0', 'lost e0']);
    scheduler.advance(750);
    fake.publish('px/A', '2');
    scheduler.advance(1_000);
    expect(said.slice(2)).toEqual(['A 2 e1', 'A 2 e1 stale']);
  });

  test('emits a price that waited during a loss after `lost`, with the epoch of the lost connection', () => {
    const { scheduler, fake, mqtt, quotes$ } = composed();
    const said: string[] = [];
    merge(doubts(mqtt), lines(quotes$)).subscribe((line) => {
      said.push(line);
      if (said.length === 1) scheduler.spend(20);
    });
    fake.publish('px/A', '1');
    fake.publish('px/B', '2');
    fake.drop();
    scheduler.advance(0);
    expect(said).toEqual(['A 1 e0', 'lost e0', 'B 2 e0']);
  });

  test('runs in a TestScheduler, with its losses and its silence as marbles', () => {
    const testScheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });
    testScheduler.run(({ hot, expectObservable }) => {
      const fake = fakeTransport();
      const mqtt = fromMqtt({
        endpoint: 'mqtt://broker.test',
        topics: ['px/A'],
        transport: fake.transport,
        clock: virtualClock(testScheduler),
      });
      const prices$ = mqtt.pipe(
        decode(readPrice),
        staleBy(() => 'A', { after: 5, scheduler: testScheduler }),
        map(({ value, stale }) => (stale ? 's' : String(value))),
      );
      const lost$ = mqtt.events$.pipe(
        filter(({ type }) => type === 'lost'),
        map(() => 'x'),
      );
      fake.play(
        // The connection is back 750 ms after the loss.
        hot('-1-x 753ms 2', {
          1: (broker) => {
            broker.publish('px/A', '1');
          },
          x: (broker) => {
            broker.drop();
          },
          2: (broker) => {
            broker.publish('px/A', '2');
          },
        }),
      );
      // The subscription ends: a connection reconnects for ever.
      expectObservable(merge(lost$, prices$), '^ 800ms !').toBe('-1-x--s 750ms 2----s');
    });
  });

  test('leaves no connection and no timer, and accounts for every message', () => {
    const { scheduler, fake, mqtt, quotes$, queue, counts } = composed();
    const subscription = quotes$.subscribe(() => {
      scheduler.spend(20);
    });
    for (const text of ['1', '2', '3']) fake.publish('px/A', text);
    subscription.unsubscribe();
    expect(fake.current.isUp).toBe(false);
    expect(scheduler.pending).toBe(0);
    expectAccounted(mqtt.stats());
    expectConserved(queue.snapshot());
    expect(queue.snapshot()).toMatchObject({ dropped: { unsubscribed: 1 }, inFlight: 0 });
    expect(counts.get('quotes.unsubscribe')).toBe(1);
  });
});
