import { NEVER } from 'rxjs';
import { describe, expect, it, test } from 'vitest';
import { mqttVenue, quoteFeed } from '../../src/index.js';
import type { MqttVenueConfig } from '../../src/mqttVenue.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { textVenue, type TextEvent } from '../support/textVenue.js';
import { scene } from './scene.js';

// Wrong on purpose: a value that a caller without types may pass.
const wrong = (value: unknown): never => value as never;
const venue = textVenue();
const { feed } = scene();
const long = 'x'.repeat(65);

describe('last()', () => {
  itRejectsArguments([
    ['last.symbol', 'A/B', () => feed.last('A/B')],
    ['last.symbol', undefined, () => feed.last(wrong(undefined))],
    ['last.depth', 5, () => feed.last('A', { depth: wrong(5) })],
    ['last.depth', 'ten', () => feed.last('A', { depth: wrong('ten') })],
    ['last.replay', true, () => feed.last('A', wrong({ replay: true }))],
  ]);
});

describe('quotes() and updates()', () => {
  itRejectsArguments([
    ...['', '#', 'A#', '+', 'A/B', long, '\u0e01'.repeat(22)].map(
      (symbol) => ['quotes.symbols[1]', symbol, () => feed.quotes(['A', symbol])] as const,
    ),
    ['updates.symbols[0]', 1, () => feed.updates([wrong(1)])],
    ['updates.symbols', 'AOT', () => feed.updates(wrong('AOT'))],
    ['quotes.symbols', null, () => feed.quotes(wrong(null))],
    ['quotes.depth', 5, () => feed.quotes(['A'], { depth: wrong(5) })],
    ['updates.depth', 5, () => feed.updates(NEVER, { depth: wrong(5) })],
    ['quotes.replay', 'no', () => feed.quotes(['A'], { replay: wrong('no') })],
    ['quotes.dept', 1, () => feed.quotes(['A'], wrong({ dept: 1 }))],
  ]);

  it.each(['A\0B', '\ud800', 'A\udfff'])('refuse %j, which has no place in a topic', (symbol) => {
    expect(() => feed.quotes([symbol])).toThrow(RangeError);
  });

  it.each(['S & J', 'a', 'x'.repeat(64), '\u0e01'.repeat(21), '$AOT', '-', 'AOT-R'])(
    'accept the symbol %j',
    (symbol) => {
      const { listen, price } = scene();
      const { said } = listen([symbol]);
      price(symbol, 1);
      expect(said).toEqual([`${symbol} awaiting`, `${symbol} 1 live unknown e0 image`]);
    },
  );

  it('subscribe once to a topic that is named twice', () => {
    const { listen, price, fake } = scene();
    const { said } = listen(['A', 'A']);
    price('A', 1);
    expect(said).toHaveLength(2);
    expect(fake.current.subscribes).toEqual([['px/A', 'market']]);
  });
});

describe('quoteFeed() and tune()', () => {
  const made = (options: object) => () => quoteFeed({ venue, ...options });
  itRejectsArguments([
    ['quoteFeed.vanue', 1, made({ vanue: 1 })],
    ['quoteFeed.venue', 'settrade', () => quoteFeed({ venue: wrong('settrade') })],
    ['quoteFeed.venue', null, () => quoteFeed({ venue: wrong(null) })],
    ['quoteFeed.logger', 1, made({ logger: 1 })],
    ['quoteFeed.transport', 1, made({ transport: 1 })],
    ['quoteFeed.onReject', 1, made({ onReject: 1 })],
    ['quoteFeed.maxPayload', 0, made({ maxPayload: 0 })],
    ['quoteFeed.linger', -1, made({ linger: -1 })],
    ['quoteFeed.linger', Infinity, made({ linger: Infinity })],
    ['quoteFeed.staleAfter', 0, made({ staleAfter: 0 })],
    ['quoteFeed.staleAfter', 'learnt', made({ staleAfter: 'learnt' })],
    ['quoteFeed.minStaleAfter', 0, made({ minStaleAfter: 0 })],
    ['quoteFeed.maxStaleAfter', 1_000, made({ maxStaleAfter: 1_000 })],
    ['quoteFeed.capacity', 1, made({ capacity: 1 })],
    ['quoteFeed.capacity', 2.5, made({ capacity: 2.5 })],
    ['quoteFeed.maxSlice', 0, made({ maxSlice: 0 })],
    ['quoteFeed.maxBatch', 0, made({ maxBatch: 0 })],
    [
      'tune.maxBatch',
      Number.NaN,
      () => {
        feed.tune({ maxBatch: Number.NaN });
      },
    ],
    [
      'tune.venue',
      1,
      () => {
        feed.tune(wrong({ venue: 1 }));
      },
    ],
    [
      'reconnect.renw',
      true,
      () => {
        feed.reconnect(wrong({ renw: true }));
      },
    ],
  ]);

  test('tune() changes nothing when one of its settings is wrong', () => {
    const { feed: tuned, listen, scheduler, states } = scene({ feed: { linger: 100 } });
    expect(() => {
      tuned.tune({ linger: 5, maxBatch: 0 });
    }).toThrow();
    listen(['A']).subscription.unsubscribe();
    scheduler.advance(99);
    expect(states.at(-1)?.status).toBe('live');
    scheduler.advance(1);
    expect(states.at(-1)?.status).toBe('idle');
  });
});

describe('a venue whose topics would be shared subscriptions', () => {
  const shared = quoteFeed({ venue: { ...venue, topic: (_, key) => `$share/desk/px/${key}` } });
  const market = quoteFeed({ venue: { ...venue, marketTopics: () => ['$queue/market'] } });
  const symbol = quoteFeed({ venue: textVenue({ topics: '{symbol}/px' }) });
  itRejectsArguments([
    ['venue.topic', '$share/desk/px/A', () => shared.quotes(['A'])],
    ['venue.topic', '$share/desk/px/+', () => shared.quotes()],
    ['venue.marketTopics', '$queue/market', () => market.quotes(['A'])],
    ['venue.topic', '$share/px', () => symbol.quotes(['$share'])],
    [
      'fromMqtt.notices.topics[]',
      '$share/desk/notices',
      () => quoteFeed({ venue: { ...venue, notices: { topics: ['$share/desk/notices'], decode: () => [] } } }),
    ],
  ]);
});

describe('mqttVenue()', () => {
  const decode = (): TextEvent => ({ symbol: 'A', price: 1 });
  const sound = { endpoint: 'mqtt://h', topics: 'px/{symbol}', decode };
  const made = (options: object) => () => mqttVenue<TextEvent>({ ...sound, ...options });
  itRejectsArguments([
    ['mqttVenue.endpont', 1, made({ endpont: 1 })],
    ['endpoint.url', 'http://h', made({ endpoint: 'http://h' })],
    ['endpoint.url', 'ftp://h', made({ endpoint: { url: 'ftp://h' } })],
    ...['px', 'px/{symbol}x', '{symbol}/{symbol}', 'px/+/{symbol}', 'px/{symbol}/#', ''].map(
      (topics) => ['mqttVenue.topics.quote', topics, made({ topics })] as const,
    ),
    ['mqttVenue.topics.market', '#', made({ topics: { quote: 'px/{symbol}', market: '#' } })],
    ['mqttVenue.topics.candle', 'c', made({ topics: { quote: 'px/{symbol}', candle: 'c' } })],
    ['mqttVenue.topics.info', 'px/{symbol}', made({ topics: { quote: 'px/{symbol}', info: 'px/{symbol}' } })],
    ['mqttVenue.topics.market', 'px/{symbol}', made({ topics: { quote: 'px/{symbol}', market: 'px/{symbol}' } })],
    ...['$share/desk/px/{symbol}/book', '$queue/px/{symbol}', '$exclusive/px/{symbol}', '$share/{symbol}/px'].map(
      (topics) => ['mqttVenue.topics.quote', topics, made({ topics })] as const,
    ),
    ['mqttVenue.topics.market', '$share/desk/m', made({ topics: { quote: 'px/{symbol}', market: '$share/desk/m' } })],
    ['mqttVenue.topics', undefined, made({ topics: undefined })],
    ['mqttVenue.decode', null, made({ decode: null })],
    ['mqttVenue.calendar', 1, made({ calendar: 1 })],
    ['mqttVenue.decode', undefined, made({ decode: {} })],
    [
      'mqttVenue.decode.market',
      undefined,
      made({ topics: { quote: 'px/{symbol}', market: 'm' }, decode: { quote: decode } }),
    ],
    ['mqttVenue.market', 1, made({ market: 1 })],
    ['mqttVenue.onSubscribe', 'maybe', made({ onSubscribe: 'maybe' })],
    ['mqttVenue.sessions', 2, made({ sessions: 2 })],
  ]);

  it.each(['$share/desk/', '$queue/', '$exclusive/'])(
    'gives the reason why it accepts no filter that begins with %s',
    (prefix) => {
      const why =
        prefix === '$exclusive/'
          ? /topics that this filter does not match; leave out \$/
          : /only a part of the messages.*leave out \$/;
      expect(made({ topics: `${prefix}px/{symbol}` })).toThrow(why);
    },
  );

  it('accepts a broker’s own topics that begin with $', () => {
    expect(made({ topics: '$SYS/px/{symbol}' })).not.toThrow();
    expect(made({ topics: '$shares/px/{symbol}' })).not.toThrow();
  });

  it('accepts an endpoint with a client id that the broker requires', () => {
    const endpoint = { url: 'mqtt://h', clientId: 'thing-1', clientIdRequired: true };
    expect(made({ endpoint })).not.toThrow();
  });

  it('shows no credential of a URL', () => {
    const secret = made({ endpoint: 'mqtt://me:hunter2@h' } satisfies Partial<MqttVenueConfig<TextEvent>>);
    expect(secret).toThrow(/credentials/);
    try {
      secret();
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toMatch(/hunter2|me:/);
    }
  });

  it('puts any symbol into its level of the topic, and has decoders only for its own topics', () => {
    const known = mqttVenue<TextEvent>({ ...sound, topics: { quote: 'px/{symbol}/book', market: 'm/{symbol}' } });
    expect(known.topic('quote', '$&')).toBe('px/$&/book');
    expect(known.marketTopics(['A', 'B'])).toEqual(['m/A', 'm/B']);
    expect(known.decoder('px/A/book')).toMatchObject({ kind: 'quote', delivery: 'image' });
    expect(known.decoder('m/A')).toMatchObject({ kind: 'market', delivery: 'event' });
    expect(known.decoder('px/A')).toBeUndefined();
    expect(() => known.topic('candle', 'A')).toThrow(/candle/);
  });
});
