import { BehaviorSubject, NEVER } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import type { ConnectionState, Gap, SymbolStatus } from '../../src/index.js';
import { ConnectionFailure } from '../../src/model/errors.js';
import { startRelay } from '../../src/relay/startRelay.js';
import { formats } from '../../src/relay/wire/formats.js';
import { shardOf } from '../../src/relay/shardOf.js';
import type { StatusMessage } from '../../src/relay/wire/messages.js';
import { fakeFeed } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import type { Published } from './publishingRelay.js';
import { runRelay } from './publishingRelay.js';

const RUN = 1 + Math.floor(0.5 * 0xffff_ffff);
const STATUS = 'rx-quotes/relay/1';

const waiting: ConnectionState = {
  ...{ status: 'waiting', epoch: 1, since: 700, delay: 500, attempt: 1 },
  reason: new ConnectionFailure('network', 'mqtt://secret.example cut the connection', { subcause: 'reset' }),
};
const liveAgain: ConnectionState = {
  ...{ status: 'live', epoch: 2, since: 900 },
  ledger: { wanted: 0, granted: 0, refused: [], noData: [] },
};

const gap: Gap = { kind: 'gap', phase: 'open', cause: 'link', fromEpoch: 1, lostAt: 700, topics: ['px/AOT'] };

/** A message in one line. */
function line({ topic, fields }: Published): string {
  if (topic.includes('/quote/')) return `${topic.slice(-3)} ${String(fields['state'])} ${String(fields['epoch'])}`;
  const open = fields['gap'] as Gap | undefined;
  return `${String(fields['state'])} ${String(fields['epoch'])}${open === undefined ? '' : ` gap ${open.cause}`}`;
}

const other = (status: Partial<StatusMessage>): Uint8Array =>
  formats.protobuf.status({
    ...{ run: 7, sequence: 1, state: 'live', epoch: 1, startedAt: 0, heartbeat: 1_000, reason: '', since: 0 },
    ...{ index: 1, count: 1, ...status },
  });

describe('the status of a relay', () => {
  test('is published at each heartbeat and counted, with run, epoch and shard', () => {
    runRelay(
      2_500,
      ({ broker, at }) => {
        at(2_499, () => {
          const common = { run: RUN, state: 'live', epoch: 1, startedAt: 5_000, heartbeat: 1_000, reason: '' };
          expect(broker.statuses()).toMatchObject(
            [0, 1_000, 2_000].map((time, index) => ({
              at: time,
              topic: 'desk/live/relay/2',
              fields: { ...common, sequence: index + 1, index: 2, count: 4 },
            })),
          );
        });
      },
      { start: 5_000, prefix: 'desk/live', shard: { index: 2, count: 4 } },
    );
  });

  test('says that the feed is lost before any symbol does, and live with the new epoch before the next image', () => {
    runRelay(2_000, ({ broker, source, states, at }) => {
      at(0, () => {
        for (const symbol of ['AOT', 'PTT']) source.next(quoteOf({ symbol, epoch: 1, bid: 1 }));
        broker.published.length = 0;
      });
      // The order of a feed: gap, symbols, state of the connection; then state of the connection, gap, images.
      at(700, () => {
        source.next(gap);
        for (const symbol of ['AOT', 'PTT'])
          source.next(quoteOf({ symbol, epoch: 1, bid: 1, state: 'suspect', change: 'state' }));
        states.next(waiting);
      });
      at(900, () => {
        states.next(liveAgain);
        source.next({ ...gap, phase: 'closed', toEpoch: 2, recoveredAt: 900 });
        source.next(quoteOf({ symbol: 'AOT', epoch: 2, bid: 2, monotonicAt: 900 }));
      });
      at(950, () => {
        expect(broker.published.map(line)).toEqual([
          'lost 1 gap link',
          'AOT suspect 1',
          'PTT suspect 1',
          'lost 1 gap link',
          'lost 2 gap link',
          'live 2',
          'AOT live 2',
        ]);
        const reasons = broker.statuses().map(({ fields: { reason, since } }) => [reason, since]);
        expect(reasons).toEqual([
          ['link', 700],
          ['not connected after RXQ_NETWORK (reset)', 700],
          ['link', 700],
          ['', 900],
        ]);
      });
    });
  });

  test('has no text of the upstream broker', () => {
    runRelay(1_000, ({ broker, states, at }) => {
      at(700, () => {
        states.next(waiting);
        expect(new TextDecoder().decode(broker.statuses().at(-1)?.payload)).not.toContain('secret');
      });
    });
  });

  test('comes before an image whose epoch the connection has not reported', () => {
    runRelay(100, ({ broker, source, at }) => {
      at(50, () => {
        broker.published.length = 0;
        source.next(quoteOf({ symbol: 'AOT', epoch: 2 }));
        expect(broker.published.map(line)).toEqual(['live 2', 'AOT live 2']);
      });
    });
  });

  test('a gap that opens and closes in one task is two statuses', () => {
    runRelay(100, ({ broker, source, at }) => {
      at(50, () => {
        broker.published.length = 0;
        const overflow = { ...gap, cause: 'overflow' } as const;
        source.next(overflow);
        source.next({ ...overflow, phase: 'closed', toEpoch: 1, recoveredAt: 50 });
        expect(broker.published.map(line)).toEqual(['live 1 gap overflow', 'live 1']);
      });
    });
  });

  test('the last will is an ended status of the run, after all others, retained on the same topic', () => {
    runRelay(100, ({ broker }) => {
      expect(broker.will?.topic).toBe(STATUS);
      expect(JSON.parse(new TextDecoder().decode(broker.will?.payload))).toMatchObject({
        ...{ run: RUN, state: 'ended', sequence: 0xffff_ffff, startedAt: 0, index: 1, count: 1 },
      });
    });
  });
});

describe('the link of a relay to its broker', () => {
  test('images wait while it is lost; then the status comes first, then the newest image of each symbol', () => {
    runRelay(60_000, ({ broker, source, relay, at }) => {
      at(0, () => {
        for (const symbol of ['AOT', 'PTT', 'CPF']) source.next(quoteOf({ symbol, epoch: 1, bid: 1 }));
      });
      at(5_000, () => {
        broker.isUp = false;
        broker.drop();
        source.next(quoteOf({ symbol: 'AOT', epoch: 1, bid: 2, monotonicAt: 5_000 }));
        source.next(quoteOf({ symbol: 'AOT', epoch: 1, bid: 3, monotonicAt: 5_001 }));
        source.next(quoteOf({ symbol: 'PTT', epoch: 1, bid: 1, state: 'stale', change: 'state' }));
        expect(relay.stats()).toMatchObject({ received: 6, published: 3, waiting: 2, conflated: 1, reconnects: 1 });
        broker.published.length = 0;
        broker.isUp = true;
      });
      at(6_000, () => {
        expect(broker.published.map(line)).toEqual(['live 1', 'AOT live 1', 'PTT stale 1', 'CPF live 1']);
        const [, aot, ptt, cpf] = broker.published.map(({ fields }) => fields);
        expect(aot).toMatchObject({ counter: 2, change: 'image', quote: { bid: 3 } });
        // The number of the change that could not be published is missing.
        expect(ptt).toMatchObject({ counter: 3, change: 'state' });
        expect(cpf).toMatchObject({ counter: 2, change: 'refresh' });
        expect(relay.stats()).toMatchObject({ received: 6, published: 5, waiting: 0, conflated: 1, refreshed: 1 });
      });
    });
  });

  test('the status goes on while the broker does not answer, and after that', () => {
    runRelay(5_500, ({ broker, at }) => {
      at(1_500, () => {
        broker.responsive(false);
      });
      at(3_500, () => {
        broker.responsive(true);
      });
      at(5_499, () => {
        expect(broker.statuses().map(({ at: time }) => time)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
      });
    });
  });

  test('a number of the statuses is left out when it was lost', () => {
    runRelay(2_500, ({ broker, relay, at }) => {
      at(1_500, () => {
        broker.drop();
      });
      at(2_499, () => {
        expect(broker.statuses().map(({ fields }) => fields['sequence'])).toEqual([1, 2, 4]);
        expect(relay.stats().statuses).toBe(3);
      });
    });
  });

  test('state$ has the states of the link, with the failure while it waits', () => {
    runRelay(10_000, ({ broker, relay, at }) => {
      const seen: string[] = [];
      relay.state$.subscribe((state) => {
        seen.push(`${state.status}${'reason' in state && state.reason ? ` ${state.reason.kind}` : ''}`);
      });
      at(100, () => broker.drop());
      at(9_999, () => {
        const attempt = ['network', 'handshake', 'subscribing'].map(() => 'connecting network');
        expect(seen).toEqual(['live', 'waiting network', ...attempt, 'live']);
      });
    });
  });

  test('a lost link is logged as a warning with its code and reason', () => {
    const warn = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
    runRelay(
      200,
      ({ broker, at }) => {
        at(100, () => broker.drop());
        at(150, () => {
          const fields = { event: 'relay-link', status: 'waiting', code: 'RXQ_NETWORK' };
          expect(warn).toHaveBeenCalledWith(fields, expect.stringMatching(/^the link to the broker is waiting: ./));
        });
      },
      { logger },
    );
  });

  test('every step of an attempt has the same number', () => {
    runRelay(30_000, ({ broker, relay, at }) => {
      const seen: string[] = [];
      at(100, () => broker.drop());
      relay.state$.subscribe((state) => {
        if (state.status === 'connecting') seen.push(`${state.step} ${String(state.attempt)}`);
      });
      at(9_999, () => {
        expect(seen).toEqual(['network 1', 'handshake 1', 'subscribing 1']);
      });
    });
  });

  test('is never live where the broker answers nothing to a PUBLISH that it forbids, and says so after 10 s', () => {
    runRelay(200_000, ({ broker, relay, at }) => {
      const seen: ConnectionState[] = [];
      at(100, () => {
        broker.isAllowed = false;
        broker.drop();
        relay.state$.subscribe((state) => {
          seen.push(state);
        });
      });
      at(100_000, () => {
        const failed = seen.filter(({ status }) => status === 'rejected');
        expect(failed.length).toBeGreaterThan(0);
        expect(seen.some(({ status }) => status === 'live')).toBe(false);
        const { reason } = failed[0] as Extract<ConnectionState, { readonly status: 'rejected' }>;
        expect(reason).toMatchObject({ kind: 'policy', subcause: 'forbidden' });
        expect(reason.message).toMatch(/publishes to rx-quotes\/relay\/1: let the account publish and subscribe there/);
        const began = seen.find((state) => state.status === 'connecting' && state.step === 'subscribing');
        const ended = seen.find((state) => state.status === 'waiting' && state.reason?.kind === 'policy');
        expect((ended?.since ?? NaN) - (began?.since ?? NaN)).toBe(10_000);
        broker.isAllowed = true;
      });
      at(199_999, () => {
        expect(seen.at(-1)?.status).toBe('live');
      });
    });
  });

  test('at most 8 connects a minute', () => {
    runRelay(60_000, ({ broker, at }) => {
      for (let time = 1; time < 59_000; time += 100) at(time, () => broker.drop());
      at(59_999, () => {
        expect(broker.connects).toBeLessThanOrEqual(8);
        expect(broker.connects).toBeGreaterThan(3);
      });
    });
  });

  test('refused credentials are tried again each minute, and the state says so', () => {
    runRelay(200_000, ({ broker, relay, at }) => {
      const seen: string[] = [];
      relay.state$.subscribe(({ status }) => {
        seen.push(status);
      });
      at(100, () => {
        broker.isUp = false;
        broker.failure = new ConnectionFailure('auth', 'refused');
        broker.drop();
      });
      at(199_999, () => {
        expect(seen.filter((status) => status === 'rejected').length).toBe(4);
        expect(seen.at(-1)).toBe('rejected');
      });
    });
  });

  test('a subscription to its own status that is refused is logged, and the relay goes on', () => {
    const warn = vi.fn<(fields: { readonly event: string }, text: string) => void>();
    const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
    runRelay(
      10_000,
      ({ broker, at }) => {
        at(100, () => {
          broker.suback = 0x80;
          broker.drop();
        });
        at(9_999, () => {
          const text = expect.stringContaining('a second relay for these topics would not be noticed') as string;
          const calls = warn.mock.calls.filter(([{ event }]) => event === 'relay-unwatched');
          expect(calls).toEqual([[{ event: 'relay-unwatched', topic: STATUS }, text]]);
          expect(broker.statuses().at(-1)?.at).toBeGreaterThan(8_000);
        });
      },
      { logger },
    );
  });

  test('subscribes to its own status and nothing else', () => {
    runRelay(100, ({ broker, at }) => {
      at(99, () => {
        expect(broker.subscribed).toEqual([STATUS]);
      });
    });
  });
});

describe('two relays with the same prefix and shard', () => {
  test('the one that was started earlier ends with an error that names both, and leaves the status of the other', () => {
    runRelay(
      5_000,
      ({ broker, relay, at }) => {
        const error = vi.fn();
        relay.state$.subscribe({ error });
        at(2_000, () => {
          broker.published.length = 0;
          broker.send(STATUS, other({ startedAt: 1_001 }));
          expect(error).toHaveBeenCalledOnce();
          expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'RXQ_RELAY_REPLACED', retryable: false });
          expect(String(error.mock.calls[0]?.[0])).toMatch(/prefix rx-quotes, shard 1 of 1/);
        });
        at(4_999, () => {
          expect(broker.published).toEqual([]);
          expect(broker.closes).toBe(1);
          expect(broker.connects).toBe(1);
        });
      },
      { start: 1_000 },
    );
  });

  test.each([
    ['started later', { startedAt: 999 }, false],
    ['with the same start and the higher run', { startedAt: 1_000, run: RUN - 1 }, false],
    ['with the same start and the lower run', { startedAt: 1_000, run: RUN + 1 }, true],
  ])('the relay %s: whether it ends', (_, status, ends) => {
    runRelay(
      100,
      ({ broker, at }) => {
        at(50, () => {
          broker.send(STATUS, other(status));
          expect(broker.closes).toBe(ends ? 1 : 0);
        });
      },
      { start: 1_000 },
    );
  });

  test.each([
    ['a retained status', other({ startedAt: 1 }), true],
    ['an ended status', other({ startedAt: 1, state: 'ended' }), false],
    ['its own status', other({ startedAt: 1, run: RUN }), false],
    ['bytes that are no status', Uint8Array.of(1, 2, 3), false],
    ['JSON that is no status', new TextEncoder().encode('{"run":"x"}'), false],
  ])('%s does not end a relay', (_, payload, retain) => {
    runRelay(100, ({ broker, at }) => {
      at(50, () => {
        broker.send(STATUS, payload, retain);
        expect(broker.closes).toBe(0);
      });
    });
  });

  test('a last will of an earlier run is followed by the status of the relay at once, and once', () => {
    runRelay(100, ({ broker, at }) => {
      at(50, () => {
        broker.published.length = 0;
        for (let again = 0; again < 3; again += 1) broker.send(STATUS, other({ state: 'ended' }));
        expect(broker.published.map(line)).toEqual(['live 1']);
      });
    });
  });
});

describe('symbols of a relay', () => {
  test('a refused symbol without an image is published without a book; one that waits for its image is not', () => {
    const status: SymbolStatus = {
      kind: 'status',
      symbol: 'XYZ',
      state: 'refused',
      market: 'unknown',
      epoch: 1,
      at: 0,
    };
    runRelay(100, ({ broker, source, relay, at }) => {
      at(10, () => {
        source.next({ ...status, symbol: 'AOT', state: 'awaiting' });
        source.next(status);
        expect(broker.quotes().map(({ fields }) => fields)).toMatchObject([
          { epoch: 1, counter: 1, state: 'refused', market: 'unknown', change: 'state', quote: { symbol: 'XYZ' } },
        ]);
        expect(relay.stats()).toMatchObject({ received: 2, published: 1, skipped: 1 });
        source.next({ ...status, state: 'awaiting' });
        expect(broker.quotes('XYZ').at(-1)?.fields['state']).toBe('awaiting');
      });
    });
  });

  test('a shard of all symbols publishes those whose hash is its own, and counts the others', () => {
    runRelay(
      100,
      ({ broker, source, relay, at }) => {
        at(10, () => {
          const symbols = ['AOT', 'PTT', 'CPF', 'BDMS', 'S & J', 'ก'];
          for (const symbol of symbols) source.next(quoteOf({ symbol, epoch: 1 }));
          const own = symbols.filter((symbol) => shardOf(symbol, 2) === 2);
          expect(own.length).toBeGreaterThan(0);
          expect(broker.quotes().map(({ topic }) => topic)).toEqual(own.map((symbol) => `rx-quotes/quote/${symbol}`));
          expect(relay.stats()).toMatchObject({ received: symbols.length, skipped: symbols.length - own.length });
        });
      },
      { shard: { index: 2, count: 2 } },
    );
  });

  test('a shard of a list asks the feed for its own symbols alone', () => {
    const lists = vi.fn();
    const feed = { ...fakeFeed({ quotes: NEVER }), updates: (symbols: unknown) => (lists(symbols), NEVER) };
    const symbols = ['AOT', 'PTT', 'CPF', 'BDMS', 'KBANK'];
    runRelay(10, () => undefined, { feed: feed as never, symbols, shard: { index: 1, count: 2 } });
    expect(lists).toHaveBeenCalledWith(symbols.filter((symbol) => shardOf(symbol, 2) === 1));
  });

  test('a symbol that leaves the list is published as suspect, once again after the refresh time, and on the next link', () => {
    const lists = new BehaviorSubject<readonly string[]>(['AOT', 'PTT']);
    runRelay(
      60_000,
      ({ broker, source, at }) => {
        at(100, () => {
          for (const symbol of ['AOT', 'PTT']) source.next(quoteOf({ symbol, epoch: 1, bid: 1 }));
        });
        at(1_000, () => {
          lists.next(['PTT']);
        });
        at(35_000, () => {
          broker.drop();
        });
        at(59_999, () => {
          expect(broker.quotes('AOT').map(({ at: time, fields }) => [time, fields['state']])).toEqual([
            [100, 'live'],
            [1_000, 'suspect'],
            [11_000, 'suspect'],
            [35_750, 'suspect'],
          ]);
          expect(broker.quotes('PTT').map(({ at: time }) => time)).toEqual([
            100, 10_100, 20_100, 30_100, 35_750, 45_750, 55_750,
          ]);
        });
      },
      { symbols: lists },
    );
  });

  test('a symbol that comes back to the list goes on with its counter', () => {
    const lists = new BehaviorSubject<readonly string[]>(['AOT']);
    runRelay(
      1_000,
      ({ broker, source, at }) => {
        at(100, () => {
          source.next(quoteOf({ symbol: 'AOT', epoch: 1, bid: 1 }));
          lists.next([]);
          // The feed gives its present quote again.
          lists.next(['AOT']);
        });
        at(999, () => {
          expect(broker.quotes('AOT').map(({ fields }) => [fields['counter'], fields['state']])).toEqual([
            [1, 'live'],
            [2, 'suspect'],
            [3, 'live'],
          ]);
        });
      },
      { symbols: lists },
    );
  });

  test('a symbol that leaves the list while the link is lost is published as suspect by the next link', () => {
    const lists = new BehaviorSubject<readonly string[]>(['AOT']);
    runRelay(
      30_000,
      ({ broker, source, at }) => {
        at(100, () => {
          source.next(quoteOf({ symbol: 'AOT', epoch: 1, bid: 1 }));
        });
        at(5_000, () => {
          broker.drop();
          lists.next([]);
        });
        at(29_999, () => {
          expect(broker.quotes('AOT').map(({ fields }) => fields['state'])).toEqual(['live', 'suspect', 'suspect']);
        });
      },
      { symbols: lists },
    );
  });

  test('an overflow gap names the symbols of the relay that it concerns, and none of others', () => {
    const overflow = { ...gap, cause: 'overflow' } as const;
    const explain = (symbol: string): { readonly topic: string }[] => [{ topic: `px/${symbol}` }];
    runRelay(
      100,
      ({ broker, source, at }) => {
        at(50, () => {
          for (const symbol of ['AOT', 'PTT']) source.next(quoteOf({ symbol, epoch: 1 }));
          source.next(overflow);
          expect(broker.statuses().at(-1)?.fields['gap']).toMatchObject({ cause: 'overflow', symbols: ['AOT'] });
          source.next({ ...overflow, phase: 'closed', toEpoch: 1, recoveredAt: 50 });
          const before = broker.statuses().length;
          source.next({ ...overflow, topics: ['px/OTHER'] });
          expect(broker.statuses().length).toBe(before);
        });
      },
      { explain },
    );
  });
});

describe('the end of a relay', () => {
  test('close() publishes that it ended, disconnects, leaves no timer, and the feed stays open', () => {
    runRelay(10_000, ({ broker, source, relay, scheduler, at }) => {
      const states: string[] = [];
      const complete = vi.fn();
      relay.state$.subscribe({ next: ({ status }) => states.push(status), complete });
      at(100, () => {
        source.next(quoteOf({ symbol: 'AOT', epoch: 1 }));
        broker.published.length = 0;
        void relay.close();
        expect(broker.published.map(line)).toEqual(['ended 1']);
        expect(broker.published[0]?.fields).toMatchObject({ reason: 'the relay was closed', since: 100 });
        expect(broker.closes).toBe(1);
        expect(states).toEqual(['live', 'closed']);
        expect(complete).toHaveBeenCalledOnce();
        expect(source.observed).toBe(false);
        // The end of the scene remains.
        expect(scheduler.actions.length).toBeLessThanOrEqual(2);
        expect(relay.close()).toBe(relay.close());
      });
    });
  });

  test('close() settles without a broker, too', async () => {
    let closed: Promise<void> | undefined;
    runRelay(10_000, ({ broker, relay, at }) => {
      at(100, () => {
        broker.isUp = false;
        broker.drop();
        closed = relay.close();
      });
      at(9_999, () => {
        expect(broker.connects).toBe(1);
      });
    });
    await expect(closed).resolves.toBeUndefined();
  });

  test('an event that protobuf can not carry ends the relay with an error that names format: json', () => {
    runRelay(
      1_000,
      ({ broker, source, relay, at }) => {
        const error = vi.fn();
        relay.state$.subscribe({ error });
        at(100, () => {
          source.next({ ...quoteOf({ symbol: 'AOT', epoch: 1 }), bidVolume: 0.5 });
          expect(error.mock.calls[0]?.[0]).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'startRelay.format' });
          expect(broker.closes).toBe(1);
        });
      },
      { format: 'protobuf' },
    );
  });

  test('an error of the list of symbols ends the relay with it', () => {
    const lists = new BehaviorSubject<readonly string[]>(['AOT']);
    runRelay(
      1_000,
      ({ broker, relay, at }) => {
        const error = vi.fn();
        relay.state$.subscribe({ error });
        at(100, () => {
          const failure = new Error('no list');
          lists.error(failure);
          expect(error).toHaveBeenCalledWith(failure);
          expect(broker.published.at(-1)?.fields).toMatchObject({ state: 'ended', reason: 'the relay failed' });
        });
      },
      { symbols: lists },
    );
  });
});

describe('startRelay', () => {
  const feed = fakeFeed({ quotes: NEVER });
  const broker = 'mqtt://127.0.0.1:1';
  const bad = (option: string, value: unknown, config: object): [string, unknown, () => unknown] => [
    `startRelay.${option}`,
    value,
    () => startRelay(Object.assign({ feed, broker }, config)),
  ];
  const plain = (option: string, value: unknown): [string, unknown, () => unknown] =>
    bad(option, value, { [option]: value });
  itRejectsArguments([
    plain('feed', {}),
    plain('feed', undefined),
    plain('prefix', ''),
    plain('prefix', 'a//b'),
    plain('prefix', 'a/#'),
    plain('prefix', '$SYS/a'),
    plain('prefix', 7),
    plain('rate', 0),
    plain('rate', NaN),
    plain('rate', '2'),
    plain('rate', 1_001),
    plain('depth', 5),
    plain('format', 'xml'),
    plain('heartbeat', 99),
    plain('heartbeat', -1),
    plain('heartbeat', 60_001),
    plain('refresh', 999),
    plain('refresh', 10_001),
    plain('maxBuffered', 100),
    plain('maxBuffered', 2 ** 24),
    plain('clock', {}),
    plain('shard', 3),
    plain('symbols', 'AOT'),
    bad('symbols[0]', 'A/B', { symbols: ['A/B'] }),
    bad('shard.index', 0, { shard: { index: 0, count: 2 } }),
    bad('shard.index', 3, { shard: { index: 3, count: 2 } }),
    bad('shard.count', 0, { shard: { index: 1, count: 0 } }),
    bad('shard.count', 4_097, { shard: { index: 1, count: 4_097 } }),
    bad('to', '[hidden]', { to: 'mqtt://x' }),
    bad('broker', undefined, { broker: undefined }),
    bad('broker', 7, { broker: 7 }),
    bad('broker', '[hidden]', { broker: async () => ({ url: broker }) }),
    ['endpoint.url', '[hidden]', () => startRelay({ feed, broker: 'no url' })],
    ['endpoint.username', undefined, () => startRelay({ feed, broker: { url: broker, password: 'x' } })],
  ]);
});
