import { describe, expect, it, test } from 'vitest';
import type { MarketState } from '../../src/index.js';
import type { Calendar, MarketChange } from '../../src/model/venue.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import type { TextEvent } from '../support/textVenue.js';
import { scene, type SceneConfig } from './scene.js';
import { tradingScene } from './tradingScene.js';

// Wrong on purpose: a value that a caller without types may return.
const wrong = (value: unknown): never => value as never;
const answering = (answer: unknown) => (): never => answer as never;
const boom = (): never => {
  throw new Error('boom');
};
const rejecting = (): never => wrong(Promise.reject(new Error('boom')));

type Logged = readonly [level: string, message: string];

/** A logger that keeps its lines, and the array of them. */
function memoryLogger(): {
  readonly logger: NonNullable<SceneConfig['feed']>['logger'] & object;
  readonly lines: Logged[];
} {
  const lines: Logged[] = [];
  const keep =
    (level: string) =>
    (_bindings: object, message: string): void => {
      lines.push([level, message]);
    };
  return { lines, logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') } };
}

describe('a callback of the user that fails costs neither the process nor a quote, and is counted by its name:', () => {
  const made: Readonly<Record<string, (fail: () => never) => SceneConfig>> = {
    'calendar.at': (at) => ({ venue: { calendar: { at } } }),
    market: (market) => ({ venue: { market } }),
    marketOf: (marketOf) => ({ marketOf }),
    staleAfter: (staleAfter) => ({ feed: { staleAfter } }),
    onReject: (onReject) => ({ feed: { onReject } }),
    logger: (fail) => ({ feed: { logger: { debug: fail, info: fail, warn: fail, error: fail } } }),
  };
  const rows = Object.keys(made).flatMap((name) => failingCallbacks.map(([how, fail]) => [name, how, fail] as const));

  it.each(rows)('%s, which %s', async (name, _how, fail) => {
    const set = scene(made[name]?.(fail));
    const { errors } = await escapedErrors(() => {
      const { said } = set.listen(['A']);
      set.price('A', 1);
      set.price('A', 'no price');
      set.price('A', 2);
      set.fake.drop();
      expect(said.slice(0, 4)).toEqual([
        'A awaiting',
        'A 1 live unknown e0 image',
        'A 1 suspect unknown e0 state',
        'A 2 live unknown e0 image',
      ]);
    });
    expect(errors).toEqual([]);
    const { callbackErrors, lastCallbackErrors } = set.feed.stats();
    expect(Object.keys(callbackErrors)).toEqual([name]);
    expect(callbackErrors[name]).toBeGreaterThan(0);
    // A promise is found to be no answer before it is known to be rejected.
    expect(lastCallbackErrors[name]).toMatch(/^(Type)?Error$/);
  });

  test('an onReject that throws does not hide that the last price is no longer the newest', () => {
    const { listen, price } = scene({ feed: { onReject: boom } });
    const { said } = listen(['A']);
    price('A', 1);
    price('A', 'no price');
    expect(said.at(-1)).toBe('A 1 suspect unknown e0 state');
  });
});

describe('a calendar', () => {
  const nonsense: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a word instead of an object', 'open'],
    ['a state in capitals', { market: 'OPEN' }],
    ['no state', {}],
    ['the name of an object method as state', { market: 'toString' }],
    ['a promise', Promise.resolve({ market: 'open' })],
    ['a proxy that throws', new Proxy({}, { has: boom, get: boom })],
    ['NaN as until', { market: 'open', until: Number.NaN }],
    ['-Infinity as until', { market: 'open', until: -Infinity }],
    ['a Date as until', { market: 'open', until: new Date(0) }],
    ['text as until', { market: 'open', until: '2030-01-01T00:00:00Z' }],
    ['null as until', { market: 'open', until: null }],
  ];

  it.each(nonsense)('that answers %s makes the market unknown, and every image is emitted', (_what, answer) => {
    const { listen, price, feed, fake } = scene({ venue: { calendar: { at: answering(answer) } } });
    const { said } = listen(['A', 'B']);
    price('A', 1);
    price('B', 1);
    price('A', 2);
    expect(said.slice(2)).toEqual([
      'A 1 live unknown e0 image',
      'B 1 live unknown e0 image',
      'A 2 live unknown e0 image',
    ]);
    expect(feed.stats().callbackErrors['calendar.at']).toBeGreaterThan(0);
    fake.drop();
    expect(said.at(-1)).toBe('B 1 suspect unknown e0 state');
  });

  test('that answers until Infinity counts for ever, without a timer', () => {
    const { listen, price, feed, scheduler } = scene({
      venue: { calendar: { at: () => ({ market: 'open', until: Infinity }) } },
      feed: { staleAfter: Infinity },
    });
    const { said } = listen(['A']);
    price('A', 1);
    scheduler.advance(10_000);
    expect(said).toEqual(['A awaiting', 'A 1 live open e0 image']);
    expect([feed.stats().callbackErrors, scheduler.pending]).toEqual([{}, 0]);
  });

  /** A feed with a calendar that says open until 10 s, fails from then on, and says closed from 100 s. */
  function failingAtItsTurn(fail: () => never): ReturnType<typeof scene> {
    const at: Calendar['at'] = (time) => {
      if (time < 10_000) return { market: 'open', until: 10_000 };
      return time < 100_000 ? fail() : { market: 'closed' };
    };
    return scene({ venue: { calendar: { at } }, feed: { staleAfter: Infinity } });
  }

  it.each([
    ['throws', boom],
    ['answers a promise that rejects', rejecting],
    ['answers nonsense', answering({ market: 'OPEN' })],
  ])(
    'that %s at its turn makes the market unknown instead of keeping its state, and is called again without a message',
    (_how, fail) => {
      const { listen, price, scheduler } = failingAtItsTurn(fail);
      const { said } = listen(['A']);
      price('A', 1);
      scheduler.advance(160_000);
      expect(said.slice(1)).toEqual([
        'A 1 live open e0 image',
        'A 1 live unknown e0 state',
        'A 1 live closed e0 state',
      ]);
    },
  );

  test('that fails does not end the watch over a feed that falls silent in a market that the feed reported as open', () => {
    const it = tradingScene({ venue: { calendar: { at: boom } } }, 200);
    it.trade(60_000);
    it.scheduler.advance(60_000);
    expect(it.states.map(({ status }) => status)).toContain('silent');
    expect(it.feed.stats().silences.feed).toBeGreaterThan(0);
  });
});

describe('a market reader', () => {
  type Read = (event: TextEvent) => unknown;
  const reading = (market: Read): SceneConfig => ({ venue: { market: market as (event: TextEvent) => MarketChange } });
  const of = (event: TextEvent, market: unknown): unknown => ({ symbol: event.symbol, market });

  const failures: readonly (readonly [string, Read])[] = [
    ['throws', boom],
    ['answers a promise that rejects', rejecting],
    ['answers a state in capitals', (event) => of(event, 'OPEN')],
    ['answers no state', (event) => of(event, undefined)],
    ['answers null', () => null],
    ['answers a proxy that throws', () => new Proxy({}, { has: boom, get: boom })],
    ['answers a number as symbol', () => ({ symbol: 5, market: 'open' })],
    ['answers null as symbol', () => ({ symbol: null, market: 'open' })],
    ['answers a word', () => 'open'],
  ];

  it.each(failures)('that %s loses no image, and its previous answer no longer holds', async (_how, fail) => {
    const { errors } = await escapedErrors(() => {
      const read: Read = (event) => (event.price === 2 ? fail(event) : of(event, 'open'));
      const { listen, price, feed } = scene(reading(read));
      const { said } = listen(['A', 'B']);
      for (const [symbol, at] of [
        ['A', 1],
        ['B', 1],
        ['A', 2],
        ['B', 3],
        ['A', 3],
      ] as const)
        price(symbol, at);
      expect(said.slice(2)).toEqual([
        'A 1 live open e0 image',
        'B 1 live open e0 image',
        'A 2 live unknown e0 image',
        'B 3 live open e0 image',
        'A 3 live open e0 image',
      ]);
      expect(feed.stats().callbackErrors).toEqual({ market: 1 });
    });
    expect(errors).toEqual([]);
  });

  it('that fails on every event leaves the market unknown, for any answer of the calendar', () => {
    const { listen, price } = scene({
      venue: { market: boom, calendar: { at: () => ({ market: 'open' }) } },
    });
    const { said } = listen(['A']);
    price('A', 1);
    expect(said.at(-1)).toBe('A 1 live unknown e0 image');
  });

  it.each([
    ['throws', boom],
    ['answers a state that is none', (): unknown => ({ market: 'OPEN' })],
  ])(
    'that %s at a status of the whole venue makes every symbol’s market unknown, until the next status',
    (_how, fail) => {
      const read: Read = ({ market }) => (market === 'halted' ? fail() : market && { market });
      const { listen, price, fake } = scene(reading(read));
      const { said } = listen(['A', 'B']);
      fake.publish('market', 'open');
      for (const symbol of ['A', 'B']) price(symbol, 1);
      said.length = 0;
      fake.publish('market', 'halted');
      expect(said).toEqual(['A 1 live unknown e0 state', 'B 1 live unknown e0 state']);
      said.length = 0;
      fake.publish('market', 'closed');
      expect(said).toEqual(['A 1 live closed e0 state', 'B 1 live closed e0 state']);
    },
  );

  it('that throws at the first status of the whole venue makes every market unknown, for any answer of the calendar', () => {
    const { listen, price, fake } = scene({
      venue: {
        market: ({ market }) => (market === undefined ? undefined : boom()),
        calendar: { at: () => ({ market: 'open' }) },
      },
    });
    const { said } = listen(['A', 'B']);
    for (const symbol of ['A', 'B']) price(symbol, 1);
    said.length = 0;
    fake.publish('market', 'halted');
    expect(said).toEqual(['A 1 live unknown e0 state', 'B 1 live unknown e0 state']);
  });

  it('that throws at a topic with the states of several symbols makes only these states unknown', () => {
    // The status topic reports `A=open`; prices of C report the market of C.
    const read: Read = ({ symbol, price, market: text }) => {
      if (text === undefined) return symbol === 'C' && price > 0 ? { symbol, market: 'open' } : undefined;
      const [of, state] = (text as string).split('=');
      if (state === undefined) throw new Error('no status');
      return { symbol: of, market: state };
    };
    const { listen, price, fake } = scene(reading(read));
    const { said } = listen(['A', 'B', 'C']);
    for (const status of ['A=open', 'B=open']) fake.publish('market', status);
    for (const symbol of ['A', 'B', 'C']) price(symbol, 1);
    said.length = 0;
    fake.publish('market', 'rubbish');
    expect(said).toEqual(['A 1 live unknown e0 state', 'B 1 live unknown e0 state']);
  });
});

test('an async decoder of prices, of a market’s status or of notices is a counted reject, also if its promise rejects', async () => {
  const set = scene({
    venue: { decode: { quote: rejecting, market: rejecting } },
    notices: { topics: ['notices'], decode: rejecting },
  });
  const { errors } = await escapedErrors(() => {
    const { said } = set.listen(['A']);
    for (const topic of ['px/A', 'market', 'notices']) set.fake.publish(topic, '1');
    expect(said).toEqual(['A awaiting']);
  });
  expect([set.feed.stats().rejected, errors]).toEqual([{ schema: 3 }, []]);
});

test('a market’s own status with an invalid state makes that market unknown instead of keeping its state', () => {
  const { feed, fake } = scene({
    venue: {
      topics: { quote: 'px/{symbol}', market: 'm/{symbol}' },
      decode: {
        quote: boom,
        market: (payload, topic) => ({
          symbol: topic.slice(2),
          price: 0,
          market: new TextDecoder().decode(payload) as MarketState,
        }),
      },
      market: () => undefined,
    },
  });
  const observed: string[] = [];
  feed.markets(['SET']).subscribe(({ market }) => observed.push(market));
  for (const word of ['open', 'OPEN', 'closed']) fake.publish('m/SET', word);
  expect(observed).toEqual(['open', 'unknown', 'closed']);
  expect(feed.stats().callbackErrors).toEqual({ decode: 1 });
});

describe('an error that a callback throws', () => {
  it('is logged once, and again when the message is another', () => {
    const { logger, lines } = memoryLogger();
    let message = 'no such session';
    const at = (): never => {
      throw new RangeError(message);
    };
    const { listen, price, feed } = scene({ venue: { calendar: { at } }, feed: { logger } });
    listen(['A']);
    for (let n = 0; n < 5; n += 1) price('A', n);
    const about = (): string[] =>
      lines.flatMap(([level, text]) => (text.includes('calendar') ? [`${level}: ${text}`] : []));
    expect(about()).toEqual(['warn: the callback calendar.at failed: no such session']);
    message = 'no such year';
    for (let n = 0; n < 5; n += 1) price('A', n);
    expect(about().slice(1)).toEqual(['warn: the callback calendar.at failed: no such year']);
    expect(feed.stats().callbackErrors['calendar.at']).toBeGreaterThan(9);
    expect(feed.stats().lastCallbackErrors).toEqual({ 'calendar.at': 'RangeError' });
  });

  it('does not fill a log when every message is new', () => {
    const { logger, lines } = memoryLogger();
    const { listen, price, feed } = scene({
      venue: {
        market: () => {
          throw new Error(`at ${String(feed.stats().received)}`);
        },
      },
      feed: { logger },
    });
    listen(['A']);
    for (let n = 0; n < 100; n += 1) price('A', n);
    expect(feed.stats().callbackErrors).toEqual({ market: 100 });
    expect(lines.filter(([, text]) => text.includes('market failed'))).toHaveLength(16);
  });

  it('may be any value, also one whose properties throw', () => {
    const thrown: readonly unknown[] = [
      undefined,
      null,
      'text',
      7,
      Object.create(null),
      { name: 'token=SECRET', message: 5 },
      new Proxy({}, { get: boom }),
    ];
    let next = 0;
    const market = (): never => {
      next += 1;
      throw thrown[next - 1];
    };
    const { listen, price, feed } = scene({ venue: { market }, feed: { logger: memoryLogger().logger } });
    const { said } = listen(['A']);
    thrown.forEach((_one, n) => {
      price('A', n);
    });
    expect(said.at(-1)).toBe('A 6 live unknown e0 image');
    expect(feed.stats()).toMatchObject({ callbackErrors: { market: 7 }, lastCallbackErrors: { market: 'Error' } });
  });

  it('does not recurse when the logger throws, too', () => {
    const { listen, price, feed } = scene({
      venue: { calendar: { at: boom } },
      feed: { logger: { debug: boom, info: boom, warn: boom, error: boom } },
    });
    const { said } = listen(['A']);
    price('A', 1);
    expect(said.at(-1)).toBe('A 1 live unknown e0 image');
    expect(Object.keys(feed.stats().callbackErrors).sort()).toEqual(['calendar.at', 'logger']);
  });
});
