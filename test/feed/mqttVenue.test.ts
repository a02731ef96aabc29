import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type MqttVenueConfig, mqttVenue, quoteFeed } from '../../src/index.js';
import { checkConservation, fakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

test('a decoder gets the symbol that its topic has at the level of {symbol}, and an empty string without such a level', () => {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const called: string[] = [];
  const venue = mqttVenue({
    endpoint: 'mqtt://broker.test',
    topics: { quote: '{symbol}/px', info: 'a/{symbol}/info', candle: 'cd/{interval}/{symbol}', market: 'market' },
    decode: (_payload, topic, symbol) => {
      called.push(`${topic} → ${symbol}`);
      return { symbol };
    },
  });
  const feed = quoteFeed({ venue, transport: fake.transport, clock: virtualClock(scheduler) });
  feed.quotes(['A B']).subscribe();
  feed.priceInfos().subscribe();
  feed.candles(['C'], { interval: '1m' }).subscribe();
  for (const topic of ['A B/px', 'a/B/info', 'cd/1m/C', 'market']) fake.publish(topic, 'x');
  expect(called).toEqual(['A B/px → A B', 'a/B/info → B', 'cd/1m/C → C', 'market → ']);
});

describe('a topic that several templates of mqttVenue match', () => {
  type Topics = Exclude<MqttVenueConfig<{ symbol: string }>['topics'], string>;

  test.each<[topic: string, kind: string, topics: Topics]>([
    ['md/status', 'market', { quote: 'md/{symbol}', market: 'md/status' }],
    ['status', 'market', { quote: '{symbol}', market: 'status' }],
    [
      'md/AOT/status',
      'market',
      { quote: 'px/{symbol}', candle: 'md/{symbol}/{interval}', market: 'md/{symbol}/status' },
    ],
    ['md/AOT/last', 'info', { quote: 'px/{symbol}', info: 'md/{symbol}/last', candle: 'md/{symbol}/{interval}' }],
    ['md/AOT/1m', 'candle', { quote: 'px/{symbol}', info: 'md/{symbol}/last', candle: 'md/{symbol}/{interval}' }],
    // Fewer placeholders come before a literal level further to the left.
    ['cd/AOT/best', 'quote', { quote: '{symbol}/AOT/best', candle: 'cd/{symbol}/{interval}' }],
    // With as many placeholders, the literal level further to the left decides.
    ['md/px', 'info', { quote: '{symbol}/px', info: 'md/{symbol}' }],
    ['md/px', 'quote', { quote: 'md/{symbol}', info: '{symbol}/px' }],
    ['AOT/px', 'quote', { quote: '{symbol}/px', info: 'md/{symbol}' }],
  ])('has the kind with the most literal levels: %s has the kind %s', (topic, kind, topics) => {
    const venue = mqttVenue({ endpoint: 'mqtt://broker.test', topics, decode: () => ({ symbol: 'A' }) });
    expect(venue.decoder(topic)?.kind).toBe(kind);
  });

  /** A feed whose market has its status on a topic that looks like one of a symbol's quotes. */
  function shadowed(topics: Topics = { quote: 'md/{symbol}', market: 'md/status' }) {
    const scheduler = new FastScheduler();
    const fake = fakeTransport({ scheduler });
    const venue = mqttVenue<{ symbol: string; status?: string }>({
      endpoint: 'mqtt://broker.test',
      topics,
      decode: {
        quote: (_payload, _topic, symbol) => ({ symbol }),
        info: (_payload, _topic, symbol) => ({ symbol }),
        market: (payload) => ({ symbol: '', status: new TextDecoder().decode(payload) }),
      },
      market: ({ status }) => (status === 'open' ? { market: 'open' } : undefined),
    });
    return { fake, feed: quoteFeed({ venue, transport: fake.transport, clock: virtualClock(scheduler) }) };
  }

  test.each([['by name', ['AOT']] as const, ['by a wildcard', undefined] as const])(
    'reports the market’s state to symbols that are subscribed to %s, and is no symbol',
    (_, symbols) => {
      const { feed, fake } = shadowed();
      const got: string[] = [];
      feed.quotes(symbols).subscribe(({ symbol, market }) => got.push(`${symbol} ${market}`));
      fake.publish('md/status', 'open');
      fake.publish('md/AOT', '1');
      expect(got).toEqual(['AOT open']);
      expect(feed.symbols().map(({ symbol }) => symbol)).toEqual(['AOT']);
      expect(feed.stats().rejected).toEqual({});
      checkConservation(feed.stats());
    },
  );

  test('is refused as the topic of a symbol, with an error that names the symbol, the topic and its kind', () => {
    const { feed } = shadowed();
    const refusal = { code: 'RXQ_ARGUMENT', option: 'quotes.symbols', value: 'status' };
    const message = expect.stringMatching(/its topic md\/status carries market status, not quotes/) as string;
    expect(() => feed.quotes(['AOT', 'status'])).toThrow(expect.objectContaining({ ...refusal, message }) as Error);
    const errors: unknown[] = [];
    feed.quotes(of(['AOT', 'status'])).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toMatchObject([{ ...refusal, message }]);
    expect(() => feed.updates(['status'])).toThrow(/md\/status/);
  });

  test('is refused as the market of a symbol, with an error that names the topic and the other template', () => {
    const { feed } = shadowed({ quote: 'md/{symbol}', market: '{symbol}/status' });
    feed.quotes(['AOT']).subscribe();
    expect(() => feed.quotes(['md'])).toThrow(
      /mqttVenue\.topics\.market.*md\/status is also a topic of md\/\{symbol\}/,
    );
  });
});
