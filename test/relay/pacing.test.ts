import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteOf, type PartialQuote } from '../../src/testing/eventsOf.js';
import type { Published } from './publishingRelay.js';
import { type RelayScene, runRelay } from './publishingRelay.js';

/** Emits an image at a time. */
function image({ at, source, scheduler }: RelayScene, time: number, quote: PartialQuote): void {
  at(time, () => {
    source.next(quoteOf({ epoch: 1, monotonicAt: scheduler.now(), receivedAt: scheduler.now(), ...quote }));
  });
}

const shown = ({ at, fields }: Published): unknown => {
  const { quote, change, state } = fields as { quote: { bid: number | null }; change: string; state: string };
  return [at, quote.bid, change, state];
};

const countersOf = (published: readonly Published[]): unknown[] => published.map(({ fields }) => fields['counter']);

describe('the rate of a relay', () => {
  test('the first image is published at once, then the newest one each 500 ms at two a second', () => {
    runRelay(3_000, (scene) => {
      const bids = [0, 100, 200, 450, 700, 1_900];
      bids.forEach((time, bid) => {
        image(scene, time, { symbol: 'AOT', bid });
      });
      scene.at(2_999, () => {
        expect(scene.broker.quotes('AOT').map(shown)).toEqual([
          [0, 0, 'image', 'live'],
          [500, 3, 'image', 'live'],
          [1_000, 4, 'image', 'live'],
          [1_900, 5, 'image', 'live'],
        ]);
        expect(countersOf(scene.broker.quotes('AOT'))).toEqual([1, 2, 3, 4]);
        expect(scene.relay.stats()).toMatchObject({ received: 6, published: 4, conflated: 2, waiting: 0, skipped: 0 });
      });
    });
  });

  test('each symbol has a rate of its own', () => {
    runRelay(1_000, (scene) => {
      for (const time of [0, 10, 20]) {
        image(scene, time, { symbol: 'AOT', bid: time });
        image(scene, time + 5, { symbol: 'PTT', bid: time });
      }
      scene.at(999, () => {
        expect(scene.broker.quotes().map(({ at, topic }) => [at, topic.slice(-3)])).toEqual([
          [0, 'AOT'],
          [5, 'PTT'],
          [500, 'AOT'],
          [505, 'PTT'],
        ]);
      });
    });
  });

  test('a change of state or market is published at once with the newest image, and does not delay the next image', () => {
    runRelay(2_000, (scene) => {
      image(scene, 0, { symbol: 'AOT', bid: 1 });
      image(scene, 100, { symbol: 'AOT', bid: 2 });
      scene.at(200, () => {
        scene.source.next(
          quoteOf({ symbol: 'AOT', bid: 2, epoch: 1, state: 'suspect', change: 'state', monotonicAt: 100 }),
        );
      });
      scene.at(250, () => {
        const quiet = { symbol: 'AOT', bid: 2, epoch: 1, change: 'state', monotonicAt: 100 } as const;
        scene.source.next(quoteOf({ ...quiet, state: 'suspect', market: 'closed' }));
      });
      image(scene, 300, { symbol: 'AOT', bid: 3, market: 'open' });
      image(scene, 350, { symbol: 'AOT', bid: 4, market: 'open' });
      scene.at(1_999, () => {
        expect(scene.broker.quotes('AOT').map(shown)).toEqual([
          [0, 1, 'image', 'live'],
          // The image that waited comes with the state: it is new in the topic.
          [200, 2, 'image', 'suspect'],
          [250, 2, 'state', 'suspect'],
          [300, 3, 'image', 'live'],
          [500, 4, 'image', 'live'],
        ]);
        expect(scene.relay.stats()).toMatchObject({ received: 6, published: 5, conflated: 1 });
      });
    });
  });

  test('the age of a delayed image is the time since its reading', () => {
    runRelay(1_000, (scene) => {
      image(scene, 0, { symbol: 'AOT', bid: 1 });
      image(scene, 120, { symbol: 'AOT', bid: 2 });
      scene.at(999, () => {
        expect(scene.broker.quotes().map(({ fields: { age, receivedAt } }) => [age, receivedAt])).toEqual([
          [0, 0],
          [380, 120],
        ]);
      });
    });
  });
});

describe('the refresh of a relay', () => {
  test('publishes a symbol again when nothing was published for 10 s', () => {
    runRelay(26_000, (scene) => {
      image(scene, 0, { symbol: 'AOT', bid: 1 });
      image(scene, 6_000, { symbol: 'AOT', bid: 2 });
      scene.at(25_999, () => {
        expect(scene.broker.quotes().map(shown)).toEqual([
          [0, 1, 'image', 'live'],
          [6_000, 2, 'image', 'live'],
          [16_000, 2, 'refresh', 'live'],
        ]);
        expect(countersOf(scene.broker.quotes())).toEqual([1, 2, 3]);
        expect(scene.broker.quotes().at(-1)?.fields['age']).toBe(10_000);
        expect(scene.relay.stats()).toMatchObject({ published: 2, refreshed: 1 });
      });
    });
  });

  test('does not delay the next image', () => {
    runRelay(
      3_000,
      (scene) => {
        image(scene, 0, { symbol: 'AOT', bid: 1 });
        image(scene, 1_100, { symbol: 'AOT', bid: 2 });
        scene.at(2_000, () => {
          expect(scene.broker.quotes().map(({ at }) => at)).toEqual([0, 1_000, 1_100]);
        });
      },
      { refresh: 1_000 },
    );
  });
});

describe('back-pressure', () => {
  test('images wait, the newest of each symbol, while more than maxBuffered bytes are unsent; states do not', () => {
    runRelay(
      3_000,
      (scene) => {
        const { broker } = scene;
        broker.unsent = 2_000;
        for (const time of [100, 300, 900]) image(scene, time, { symbol: 'AOT', bid: time });
        image(scene, 400, { symbol: 'PTT', bid: 1 });
        scene.at(940, () => {
          expect(broker.quotes()).toEqual([]);
          expect(scene.relay.stats()).toMatchObject({ waiting: 2, conflated: 2, buffered: 2_000 });
          scene.source.next(quoteOf({ symbol: 'PTT', bid: 1, epoch: 1, state: 'stale', change: 'state' }));
          expect(broker.quotes().map(shown)).toEqual([[940, 1, 'image', 'stale']]);
          broker.unsent = 1_024;
        });
        scene.at(1_050, () => {
          expect(broker.quotes('AOT').map(shown)).toEqual([[950, 900, 'image', 'live']]);
          expect(scene.relay.stats()).toMatchObject({ waiting: 0 });
        });
      },
      { maxBuffered: 1_024 },
    );
  });

  test('the status goes on while images wait', () => {
    runRelay(3_500, (scene) => {
      scene.broker.unsent = 2 ** 21;
      scene.at(3_499, () => {
        expect(scene.broker.statuses().map(({ at }) => at)).toEqual([0, 1_000, 2_000, 3_000]);
      });
    });
  });
});

/** A step of a random schedule. */
const steps = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 900 }),
    symbol: fc.constantFrom('A', 'B', 'C'),
    step: fc.oneof(
      { weight: 8, arbitrary: fc.constant('image' as const) },
      { weight: 2, arbitrary: fc.constantFrom('suspect' as const, 'live' as const, 'halted' as const) },
      { weight: 2, arbitrary: fc.constantFrom('drop' as const, 'stuck' as const, 'free' as const) },
      { weight: 1, arbitrary: fc.constantFrom('refuse' as const, 'accept' as const) },
    ),
  }),
  { maxLength: 120 },
);

test('images of a symbol are never closer than the rate allows, however they come and whatever is unsent', () => {
  const images = fc.array(fc.tuple(fc.nat(400), fc.constantFrom('A', 'B'), fc.constantFrom(0, 0, 0, 2 ** 21)));
  fc.assert(
    fc.property(images, (schedule) => {
      runRelay(60_000, (scene) => {
        let time = 0;
        for (const [wait, symbol, unsent] of schedule) {
          time += wait;
          image(scene, time, { symbol, bid: time });
          scene.at(time, () => {
            scene.broker.unsent = unsent;
          });
        }
        scene.at(time + 600, () => {
          for (const symbol of ['A', 'B']) {
            const times = scene.broker.quotes(symbol).map(({ at }) => at);
            times.forEach((at, index) => {
              expect(at - (times[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(500);
            });
          }
        });
      });
    }),
  );
});

test('every update is accounted for at every moment, order and counters hold, and each newest image is published', () => {
  fc.assert(
    fc.property(steps, (schedule) => {
      runRelay(
        1_000_000,
        (scene) => {
          const { broker, source, relay, scheduler, at } = scene;
          const last = new Map<string, PartialQuote>();
          let [time, bid] = [0, 0];
          const emit = (quote: PartialQuote): void => {
            last.set(quote.symbol, quote);
            source.next(quoteOf(quote));
          };
          const conserved = (): void => {
            const { received, published, conflated, waiting, skipped } = relay.stats();
            expect(published + conflated + waiting + skipped).toBe(received);
          };
          for (const { wait, symbol, step } of schedule) {
            time += wait;
            at(time, () => {
              const now = last.get(symbol) ?? { symbol, epoch: 1, state: 'live', market: 'open' };
              if (step === 'image') {
                bid += 1;
                emit({ ...now, bid, change: 'image', monotonicAt: scheduler.now() });
              } else if (step === 'drop') broker.drop();
              else if (step === 'stuck' || step === 'free') broker.unsent = step === 'stuck' ? 2 ** 21 : 0;
              else if (step === 'refuse' || step === 'accept') broker.isUp = step === 'accept';
              else if (now.bid !== undefined) {
                const change = step === 'halted' ? ({ market: 'halted' } as const) : ({ state: step } as const);
                emit({ ...now, ...change, change: 'state' });
              }
              conserved();
            });
          }
          at(time + 1, () => {
            broker.isUp = true;
            broker.unsent = 0;
          });
          // The longest wait is that for the limit on connects.
          at(time + 200_000, () => {
            conserved();
            expect(relay.stats().waiting).toBe(0);
            for (const [symbol, quote] of last) {
              const quotes = broker.quotes(symbol);
              const bids = quotes.map(({ fields }) => (fields['quote'] as { bid: number }).bid);
              expect(bids).toEqual([...bids].sort((one, other) => one - other));
              const counters = countersOf(quotes) as number[];
              expect(counters.every((counter, index) => counter > (counters[index - 1] ?? 0))).toBe(true);
              expect(quotes.at(-1)?.fields).toMatchObject({ state: quote.state, market: quote.market });
              expect(bids.at(-1)).toBe(quote.bid);
            }
            scheduler.actions.length = 0;
          });
        },
        { random: () => 0 },
      );
    }),
    { numRuns: 60 },
  );
});
