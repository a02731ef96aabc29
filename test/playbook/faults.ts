import { concatMap, delay, filter, map, NEVER, of } from 'rxjs';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import { ConnectionFailure } from '../../src/index.js';
import { connectionCauses } from '../../src/playbook/causes/connection.js';
import type { ProcessUse } from '../../src/playbook/processUse.js';
import type { Snapshot } from '../../src/playbook/snapshot.js';
import type { TextEvent } from '../support/textVenue.js';
import { textVenue } from '../support/textVenue.js';
import type { VirtualFeed, VirtualFeedConfig } from '../support/virtualFeed.js';

/** A way to provoke one cause of the playbook in virtual time, and to mend it. All times in ms. */
export interface Fault {
  readonly config?: VirtualFeedConfig;
  /** The symbols of the scene, each with an image every 500 ms from 100 ms on. */
  readonly symbols?: readonly string[];
  /** Whether a symbol sends at a time; all do unless set. */
  readonly sends?: (symbol: string, time: number) => boolean;
  /** Whether the venue reports the state of the market; `open` unless set. */
  readonly market?: 'open' | 'none';
  readonly provoke?: (virtual: VirtualFeed) => void;
  /** When the fault begins; left out, at once. */
  readonly from?: number;
  /** When the finding must stand. */
  readonly at: number;
  /** Other codes that stand with it, since one fault may have two effects. */
  readonly implied?: readonly string[];
  /** Mends it, at `at`; some faults mend themselves. */
  readonly cure?: (virtual: VirtualFeed) => void;
  /** How long after `at` the finding may still stand. */
  readonly clearBy: number;
  /** Changes what is read of the feed and its process at a time. */
  readonly reading?: (snapshot: Snapshot, at: number) => Snapshot;
}

const minute = 60_000;
const megabyte = 1024 * 1024;

/** Ten symbols with a pace of their own each, whose silence the judge can learn. */
const ten: readonly string[] = Array.from({ length: 10 }, (_, index) => `S${String(index)}`);

/** Loses each connection after a life of its own, as long as there are lives. */
function loseAfter(lives: readonly number[]): (virtual: VirtualFeed) => void {
  return ({ feed, fake, at }) => {
    let next = 0;
    feed.state$.pipe(filter(({ status }) => status === 'live')).subscribe(() => {
      const life = lives[next];
      next += 1;
      if (life === undefined) return;
      const { current } = fake;
      at(life, () => {
        if (current.isUp)
          current.drop(new ConnectionFailure('network', 'the broker closed the connection', { subcause: 'closed' }));
      });
    });
  };
}

/** A clean process: a tenth of a core, a heap of 40 MB that does not grow. */
export function idleProcess(at: number): ProcessUse {
  return {
    at,
    busy: at / 10,
    cpu: at / 10,
    heapUsed: 40 * megabyte,
    heapLimit: 4_096 * megabyte,
    heapAfterGc: 30 * megabyte,
    rss: 90 * megabyte,
    gc: { count: at / 100, long: 0, total: at / 100, full: Math.floor(at / 10_000) },
  };
}

/** Reads a process that uses more than an idle one. */
function using(used: (at: number) => Partial<ProcessUse>): NonNullable<Fault['reading']> {
  return (snapshot, at) => ({ ...snapshot, process: { ...idleProcess(at), ...used(at) } });
}

/** Books have a bid, and an ask if the payload is `both`. */
const oneSided = textVenue({
  decode: {
    quote: (payload, _topic, symbol) => {
      const ask = payload.length > 1 ? 2 : Number.NaN;
      return { symbol, price: 1, bid: 1, ask } as TextEvent;
    },
    market: () => ({ symbol: '', price: Number.NaN, market: 'open' }),
  },
});

/** Relays whose statuses and counters the test has in its hands. `2` is a second relay, whose quotes nobody subscribes to. */
function relayed(): {
  readonly config: VirtualFeedConfig;
  status(virtual: VirtualFeed, relay: '1' | '2'): void;
  skip(): void;
} {
  const counters = new Map<string, number>();
  let [sequence, skipped] = [0, 0];
  const venue: VirtualFeedConfig['venue'] = {
    ...textVenue(),
    relayed: ({ symbol, market }) => {
      if (market === undefined) {
        const counter = (counters.get(symbol) ?? 0) + 1 + skipped;
        counters.set(symbol, counter);
        skipped = 0;
        const head = { run: 1, epoch: 1, counter, state: 'live', change: 'image', age: 0, receivedAt: 0 } as const;
        return { type: 'quote', ...head, isEmpty: false };
      }
      sequence += 1;
      const isFirst = market === 'open';
      const whose = { relay: isFirst ? '1' : '2', run: isFirst ? 1 : 2, sequence };
      return { type: 'report', ...whose, state: 'live', epoch: 1, heartbeat: 1_000, reason: '' };
    },
    market: ({ symbol, market }) => (market === undefined ? { symbol, market: 'open' } : undefined),
  };
  return {
    config: { venue },
    status: ({ fake }, relay) => {
      if (fake.connections.length > 0) fake.publish('market', relay === '1' ? 'open' : 'auction');
    },
    skip: () => {
      skipped = 5;
    },
  };
}

/** Statuses of both relays each second; from `until` on only of those in `after`. */
function relayStatuses(
  relays: ReturnType<typeof relayed>,
  until: number,
  after: readonly ('1' | '2')[],
): NonNullable<Fault['provoke']> {
  return (virtual) => {
    for (let time = 500; time < 2 * until; time += 1_000) {
      for (const relay of time < until ? (['1', '2'] as const) : after) {
        virtual.at(time, () => {
          relays.status(virtual, relay);
        });
      }
    }
  };
}

const [endingRelays, oneEndingRelay, lossyRelay] = [relayed(), relayed(), relayed()];

/** The fault of each cause that a feed can notice. */
export const faults: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(
    connectionCauses
      .filter(({ detect }) => detect !== undefined)
      .filter(({ code }) => code !== 'RXP_NOT_CONNECTED' && code !== 'RXP_UNRESPONSIVE')
      .map(({ code }): [string, Fault] => [
        code,
        {
          provoke: ({ fake, at }) => {
            at(20_000, () => {
              const subcause = code.slice(4).toLowerCase().replaceAll('_', '-') as 'dns';
              fake.drop(new ConnectionFailure('network', 'the connection failed', { subcause }));
            });
          },
          from: 20_000,
          at: 20_100,
          clearBy: 5_000,
        },
      ]),
  ),
  RXP_NOT_CONNECTED: {
    provoke: ({ fake, at }) => {
      at(20_000, () => {
        fake.drop(new ConnectionFailure('auth', 'the token is refused'));
      });
    },
    from: 20_000,
    at: 20_001,
    clearBy: 5_000,
  },
  RXP_UNRESPONSIVE: {
    provoke: ({ fake, at }) => {
      at(20_100, () => {
        fake.current.responsive(false);
      });
    },
    from: 20_100,
    at: 20_200,
    cure: ({ fake }) => {
      fake.current.responsive(true);
    },
    clearBy: 1_000,
  },
  RXP_TAKEOVER: {
    config: { venue: textVenue({ endpoint: { url: 'mqtt://broker.test', clientId: 'desk-7' } }) },
    provoke: ({ feed, fake, at }) => {
      feed.state$.pipe(filter(({ status }) => status === 'live')).subscribe(() => {
        const { current } = fake;
        if (current.endpoint.clientId !== 'desk-7') return;
        at(1_500, () => {
          if (current.isUp) current.drop();
        });
      });
    },
    at: 30_000,
    cure: ({ fake }) => {
      fake.drop();
    },
    clearBy: minute,
  },
  RXP_FLAPPING: {
    provoke: loseAfter([1_000, 1_000, 1_000, 1_000]),
    at: 8_000,
    clearBy: minute,
  },
  RXP_EQUAL_LIVES: {
    provoke: loseAfter([20_000, 20_000, 20_000, 20_000]),
    at: 95_000,
    clearBy: 620_000,
  },
  RXP_RECONNECTS: {
    provoke: loseAfter([15_000, 40_000, 25_000]),
    at: 95_000,
    clearBy: 620_000,
  },
  RXP_APP_RECONNECTS: {
    provoke: ({ feed, at }) => {
      for (const time of [20_000, 50_000, 80_000]) {
        at(time, () => {
          feed.reconnect();
        });
      }
    },
    from: 20_000,
    at: 95_000,
    clearBy: 600_000,
  },
  RXP_SLEEPS: {
    provoke: ({ clock, fake, at }) => {
      for (const time of [20_000, 50_000]) {
        at(time, () => {
          clock.jump(30_000);
        });
        at(time + 500, () => {
          fake.publish('market', 'open');
        });
      }
    },
    from: 20_000,
    at: 60_000,
    implied: ['RXP_STALLED'],
    clearBy: 600_000,
  },
  RXP_NOTHING_WANTED: {
    symbols: [],
    provoke: ({ feed }) => {
      feed.quotes([]).subscribe();
    },
    at: 1_000,
    cure: ({ feed }) => {
      feed.quotes(['AOT']).subscribe();
    },
    clearBy: 1_000,
  },
  RXP_TOPICS_REFUSED: {
    config: { broker: { suback: (topic) => (topic === 'px/NONE' ? 128 : 0) } },
    provoke: ({ feed, at }) => {
      const one = feed.quotes(['NONE']).subscribe();
      at(20_000, () => {
        one.unsubscribe();
      });
    },
    at: 10_000,
    clearBy: 20_000,
  },
  RXP_REJECTS: {
    provoke: ({ fake, at }) => {
      at(20_050, () => {
        fake.publish('px/AOT', 'no price');
      });
    },
    from: 20_050,
    at: 20_200,
    clearBy: minute + 12_000,
  },
  RXP_TOPICS_SILENT: {
    config: { venue: textVenue({ onSubscribe: 'snapshot' }) },
    provoke: ({ feed }) => {
      feed.quotes(['NONE']).subscribe();
    },
    at: 6_000,
    cure: ({ fake }) => {
      fake.publish('px/NONE', '1');
    },
    clearBy: 1_000,
  },
  RXP_SYMBOL_SPELLING: {
    provoke: ({ feed, at }) => {
      const one = feed.quotes(['ptt']).subscribe();
      at(70_000, () => {
        one.unsubscribe();
      });
    },
    at: 65_000,
    clearBy: 20_000,
  },
  RXP_SYMBOLS_AWAITING: {
    provoke: ({ feed }) => {
      feed.quotes(['NONE']).subscribe();
    },
    at: 310_000,
    cure: ({ fake }) => {
      fake.publish('px/NONE', '1');
    },
    clearBy: 1_000,
  },
  RXP_NO_QUOTES: {
    sends: (_, time) => time >= 70_000,
    provoke: ({ fake, at }) => {
      at(30_000, () => {
        fake.publish('market', 'open');
      });
    },
    at: 65_000,
    clearBy: 10_000,
  },
  RXP_NO_EVENTS: {
    sends: (_, time) => time >= 70_000,
    market: 'none',
    at: 65_000,
    clearBy: 10_000,
  },
  RXP_FEED_SILENT: {
    symbols: ten,
    sends: (_, time) => time < 200_000 || time > 210_000,
    from: 200_000,
    at: 209_000,
    clearBy: 5_000,
  },
  RXP_NO_TRUST: {
    config: { staleAfter: 1_000 },
    sends: (_, time) => time < 20_000 || time > 40_000,
    from: 20_000,
    at: 35_000,
    clearBy: 6_000,
  },
  RXP_STALE_SPAN: {
    config: { staleAfter: 1_000 },
    sends: (symbol, time) => symbol !== 'PTT' || time < 20_000 || time > 30_000,
    from: 20_000,
    at: 25_000,
    clearBy: 6_000,
  },
  RXP_SYMBOLS_STALE: {
    symbols: ten,
    sends: (symbol, time) => symbol !== 'S3' || time < 200_000 || time > 300_000,
    from: 200_000,
    at: 290_000,
    clearBy: 15_000,
  },
  RXP_SYMBOLS_SUSPECT: {
    sends: (symbol, time) => symbol !== 'PTT' || time < 20_000 || time > 30_000,
    provoke: ({ fake, at }) => {
      at(20_000, () => {
        fake.drop();
      });
    },
    from: 20_000,
    at: 25_000,
    clearBy: 6_000,
  },
  RXP_NO_MARKET: {
    market: 'none',
    at: 65_000,
    cure: ({ fake }) => {
      fake.publish('market', 'open');
    },
    clearBy: 1_000,
  },
  RXP_ONE_SIDED: {
    config: { venue: oneSided },
    sends: (_, time) => time < 10_000,
    at: 10_000,
    cure: ({ fake }) => {
      for (const symbol of ['AOT', 'PTT']) fake.publish(`px/${symbol}`, 'both');
    },
    clearBy: 1_000,
  },
  RXP_SLOW_CONSUMER: {
    config: { stallThreshold: Infinity },
    provoke: ({ feed, fake, at, spend }) => {
      feed.quotes(['SLOW'], { name: 'desk' }).subscribe(() => {
        spend(20);
      });
      for (let time = 101; time < 4_000; time += 2) {
        at(time, () => {
          fake.publish('px/SLOW', '1');
        });
      }
    },
    at: 4_000,
    clearBy: minute + 12_000,
  },
  RXP_GC_PAUSES: {
    at: 30_000,
    reading: using((at) => ({ gc: { count: at / 10, long: 0, full: 3, total: Math.min(at, 30_000) / 5 } })),
    clearBy: minute + 15_000,
  },
  RXP_BUSY_THREAD: {
    config: { stallThreshold: Infinity },
    provoke: ({ at, spend }) => {
      for (let time = 1_000; time < 20_000; time += 200) {
        at(time, () => {
          spend(180);
        });
      }
    },
    from: 1_000,
    at: 20_000,
    clearBy: minute + 12_000,
  },
  RXP_EVENTS_DELAYED: {
    config: { stallThreshold: Infinity, capacity: 20_000, maxBatch: 100 },
    provoke: ({ feed, fake, at, spend }) => {
      feed.quotes().subscribe();
      at(1_050, () => {
        for (let index = 0; index < 4_000; index += 1) fake.publish(`px/T${String(index)}`, '1');
        spend(2_000);
      });
    },
    from: 1_050,
    at: 3_000,
    clearBy: minute + 12_000,
  },
  RXP_CONFLATED: {
    provoke: ({ feed, fake, at }) => {
      feed.quotes(['FAST']).subscribe();
      feed.quotes(['AOT']).subscribe(() => {
        if (at2 > 0) {
          at2 -= 1;
          for (let index = 0; index < 1_000; index += 1) fake.publish('px/FAST', '1');
        }
      });
      let at2 = 0;
      at(1_050, () => {
        at2 = 3;
      });
    },
    from: 1_050,
    at: 4_000,
    clearBy: minute + 12_000,
  },
  RXP_TOPICS_EVICTED: {
    config: { capacity: 12 },
    provoke: ({ feed, fake, at }) => {
      feed.quotes().subscribe();
      for (let index = 0; index < 10; index += 1) {
        at(150 + index, () => {
          fake.publish(`px/T${String(index)}`, '1');
        });
      }
    },
    from: 150,
    at: 200,
    cure: ({ feed }) => {
      feed.tune({ capacity: 64 });
    },
    clearBy: 1_000,
  },
  RXP_EVENTS_DROPPED: {
    config: { capacity: 10 },
    provoke: ({ feed, fake, at }) => {
      // One slow turn: more topics come while the first is handed out than there is room for.
      feed.quotes().subscribe(({ symbol }) => {
        if (symbol === 'NEW') for (let index = 0; index < 40; index += 1) fake.publish(`px/T${String(index)}`, '1');
      });
      at(150, () => {
        fake.publish('px/NEW', '1');
      });
    },
    from: 150,
    at: 200,
    implied: ['RXP_TOPICS_EVICTED'],
    clearBy: 320_000,
  },
  RXP_STALLED: {
    provoke: ({ fake, at }) => {
      at(20_050, () => {
        fake.current.late(3_000);
      });
    },
    from: 20_050,
    at: 22_000,
    clearBy: 320_000,
  },
  RXP_QUEUE_DROPS: {
    provoke: ({ feed, at }) => {
      const stats = new QueueStats();
      feed.watch('store', stats);
      const work = feed
        .quotes(['AOT'])
        .pipe(concatMapBounded(() => NEVER, { capacity: 1, stats }))
        .subscribe();
      at(3_000, () => {
        work.unsubscribe();
      });
    },
    at: 2_500,
    clearBy: 320_000,
  },
  RXP_CONSUMER_BACKLOG: {
    provoke: ({ feed, clock, at }) => {
      const work = feed
        .quotes(['AOT', 'PTT'])
        .pipe(
          concatMap((quote) => of(quote).pipe(delay(2_000, clock.background))),
          feed.measureLatency('store'),
        )
        .subscribe();
      at(60_000, () => {
        work.unsubscribe();
      });
    },
    at: 59_000,
    clearBy: minute + 15_000,
  },
  RXP_CONSUMER_ENDED: {
    provoke: ({ feed, fake, at }) => {
      feed
        .quotes(['BAD'], { name: 'desk' })
        .pipe(
          map(({ price }) => {
            if (price > 1) throw new RangeError('no such price');
            return price;
          }),
        )
        .subscribe({ error: () => undefined });
      at(1_000, () => {
        fake.publish('px/BAD', '1');
      });
      at(20_050, () => {
        fake.publish('px/BAD', '2');
      });
    },
    from: 20_050,
    at: 21_000,
    cure: ({ feed }) => {
      feed.quotes(['AOT'], { name: 'desk' }).subscribe();
    },
    clearBy: 1_000,
  },
  RXP_CALLBACK_THROWS: {
    config: {
      onReject: () => {
        throw new RangeError('token=SECRET');
      },
    },
    provoke: ({ fake, at }) => {
      at(20_050, () => {
        fake.publish('px/AOT', 'no price');
      });
    },
    from: 20_050,
    at: 20_200,
    implied: ['RXP_REJECTS'],
    clearBy: 320_000,
  },
  RXP_CPU_CONSUMERS: {
    reading: (snapshot, at) => {
      const until = Math.min(at, 40_000);
      const desk = { ...snapshot.delays.queue, count: until / 5, sum: 0.8 * until, p99: 5, max: 5 };
      const delays = { ...snapshot.delays, queue: { ...desk, sum: 0 }, byConsumer: { desk } };
      const stats = { ...snapshot.stats, emitted: until / 5 };
      return using(() => ({ busy: until * 0.95 }))({ ...snapshot, stats, delays }, at);
    },
    at: 40_000,
    clearBy: minute + 12_000,
  },
  RXP_CPU_RATE: {
    reading: (snapshot, at) => {
      const stats = { ...snapshot.stats, received: Math.min(at, 40_000) * 150 };
      return using(() => ({ busy: Math.min(at, 40_000) * 0.95 }))({ ...snapshot, stats }, at);
    },
    at: 40_000,
    clearBy: minute + 12_000,
  },
  RXP_CPU_OTHER: {
    reading: using((at) => ({ busy: Math.min(at, 40_000) * 0.95 })),
    at: 40_000,
    clearBy: minute + 12_000,
  },
  RXP_OWN_MEMORY: {
    reading: using((at) => ({ heapLimit: at <= 5_000 ? 30_000 : 4_096 * megabyte, heapAfterGc: 10_000 })),
    at: 5_000,
    clearBy: 1_000,
  },
  RXP_HEAP_LIMIT: {
    reading: using((at) => ({ heapAfterGc: (at < 40_000 ? 950 : 200) * megabyte, heapLimit: 1_000 * megabyte })),
    at: 30_000,
    clearBy: 11_000,
  },
  RXP_HEAP_GROWS: {
    reading: using((at) => ({ heapAfterGc: (30 + 30 * Math.min(at / minute, 6)) * megabyte })),
    at: 6 * minute,
    clearBy: 5 * minute,
  },
  RXP_RELAYS_LOST: {
    config: endingRelays.config,
    market: 'none',
    provoke: relayStatuses(endingRelays, 20_000, []),
    from: 22_400,
    at: 22_600,
    cure: (virtual) => {
      endingRelays.status(virtual, '1');
      endingRelays.status(virtual, '2');
    },
    clearBy: 1_000,
  },
  RXP_RELAY_LOST: {
    config: oneEndingRelay.config,
    market: 'none',
    provoke: relayStatuses(oneEndingRelay, 20_000, ['1']),
    from: 22_400,
    at: 22_600,
    cure: (virtual) => {
      oneEndingRelay.status(virtual, '2');
    },
    clearBy: 1_000,
  },
  RXP_RELAY_LOSS: {
    config: lossyRelay.config,
    market: 'none',
    provoke: (virtual) => {
      relayStatuses(lossyRelay, 400_000, [])(virtual);
      virtual.at(20_000, () => {
        lossyRelay.skip();
      });
    },
    from: 20_000,
    at: 22_000,
    clearBy: 320_000,
  },
};
