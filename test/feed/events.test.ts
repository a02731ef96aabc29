import { createRequire } from 'node:module';
import type protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { type Snippet, typeErrors } from '../support/typeErrors.js';
import { eventScene } from '../support/eventScene.js';
import { escapedErrors } from '../support/failingCallbacks.js';
import { kindsScene } from '../support/kindsScene.js';

const { parse } = createRequire(import.meta.url)('protobufjs') as typeof protobuf;

const tags = {
  ...{ kind: 'quote', epoch: 0, state: 'live', market: 'open', change: 'image' },
  ...{ receivedAt: 0, monotonicAt: 0 },
};

/** The quote that a feed makes of an event. */
function quoteOfEvent(event: object): object {
  const { quotes, rejected, send } = eventScene();
  send(event);
  expect(rejected).toEqual([]);
  expect(quotes).toHaveLength(1);
  return quotes[0] as object;
}

describe('an emitted quote', () => {
  test('has the defaults of a protobuf message, which are on its prototype, but not its methods', () => {
    const source = `syntax = "proto3";
      message Quote { string symbol = 1; double bid = 2; int32 bid_volume = 3; int32 ask_volume = 4; repeated int32 days = 5; }`;
    const type = parse(source).root.lookupType('Quote');
    const bytes = type.encode({ symbol: 'A', bid: 61.25, bidVolume: 100 }).finish();
    expect(quoteOfEvent(type.decode(bytes))).toEqual({
      ...{ symbol: 'A', bid: 61.25, bidVolume: 100, askVolume: 0, days: [] },
      ...tags,
    });
  });

  test('has the values of the getters of its class and base classes, but no methods', () => {
    class Cents {
      readonly symbol = 'A';
      protected readonly cents: number;
      constructor(cents: number) {
        this.cents = cents;
      }
      get bid(): number {
        return this.cents / 100;
      }
      get venue(): string {
        return 'above';
      }
      toJSON(): string {
        return 'none';
      }
    }
    class Book extends Cents {
      get ask(): number {
        return this.bid + 0.25;
      }
      override get venue(): string {
        return 'below';
      }
      state(): string {
        return 'a method has no value';
      }
    }
    const quote = quoteOfEvent(new Book(6150));
    expect(quote).toEqual({ symbol: 'A', cents: 6150, bid: 61.5, ask: 61.75, venue: 'below', ...tags });
    expect(Object.keys(quote)).not.toContain('toJSON');
    expect(JSON.parse(JSON.stringify(quote))).toMatchObject({ bid: 61.5, ask: 61.75 });
  });

  test('has the event’s own value if the prototype has another, in every message', () => {
    const prototype = { symbol: 'none', price: 0, size: 7 };
    const { quotes, send } = eventScene();
    for (const price of [1, 2]) send(Object.assign(Object.create(prototype) as object, { symbol: 'A', price }));
    expect(quotes).toEqual([1, 2].map((price) => ({ symbol: 'A', price, size: 7, ...tags })));
  });

  test('has the fields of an event without a prototype', () => {
    expect(quoteOfEvent(Object.assign(Object.create(null) as object, { symbol: 'A', price: 1 }))).toEqual({
      ...{ symbol: 'A', price: 1 },
      ...tags,
    });
  });

  test('is rejected when a getter throws, and the next event is emitted', async () => {
    class Broken {
      readonly symbol = 'A';
      get bid(): number {
        throw new Error('no bid');
      }
    }
    const { quotes, rejected, send } = eventScene();
    const { errors } = await escapedErrors(() => {
      send(new Broken());
      send(Object.defineProperty({ symbol: 'A' }, 'bid', { enumerable: true, get: () => new Broken().bid }));
      send({ symbol: 'A' });
    });
    expect([rejected, quotes.length, errors]).toEqual([['threw: no bid', 'threw: no bid'], 1, []]);
  });

  test('keeps its values when the decoder uses the same object for the next message', () => {
    const event = { symbol: 'A', price: 1 };
    const { fake, quotes, send } = eventScene();
    send(event);
    event.price = 2;
    fake.drop();
    expect(quotes.at(-1)).toMatchObject({ symbol: 'A', price: 1, state: 'suspect' });
  });

  test('gets no prototype, and so no tag, from a field of JSON named __proto__', () => {
    const quote = quoteOfEvent(JSON.parse('{"symbol":"A","__proto__":{"replayed":"cache"}}') as object);
    expect(Object.getPrototypeOf(quote)).toBe(Object.prototype);
    expect('replayed' in quote).toBe(false);
  });
});

describe('an event with a field that the feed adds itself', () => {
  test.each(['epoch', 'state', 'change', 'replayed', 'receivedAt', 'monotonicAt', 'market'])(
    'is rejected by the name of the field (%s), with the remedy',
    (field) => {
      class Inherits {
        readonly symbol = 'A';
      }
      Object.defineProperty(Inherits.prototype, field, { get: () => 1 });
      const { quotes, rejected, send } = eventScene();
      for (const value of [1, 'live', '', null, undefined]) send({ symbol: 'A', [field]: value });
      send(new Inherits());
      send({ symbol: 'A' });
      const why = `a field named ${field}: the feed adds ${field} to every event itself; rename it in your decoder`;
      expect(new Set(rejected)).toEqual(new Set([`schema: the decoder of px/A returned ${why}`]));
      expect([rejected.length, quotes.length]).toEqual([6, 1]);
    },
  );

  test('is rejected when its kind is not that of its topic', () => {
    const { quotes, rejected, send } = eventScene();
    send({ symbol: 'A', kind: 'info' });
    send({ symbol: 'A', kind: 'quote' });
    expect(rejected).toEqual([expect.stringMatching(/^schema: .* a kind other than quote: .* rename it/)]);
    expect(quotes).toEqual([{ symbol: 'A', ...tags }]);
  });

  test('is rejected for a market in a bar, but not in a price info or a market’s status', () => {
    const { feed, fake, hear } = kindsScene(
      {},
      { decode: (_payload, _topic, symbol) => ({ symbol, price: 1, market: 'open' }) },
    );
    const infos = hear(feed.priceInfos(['A']));
    const candles = hear(feed.candles(['A'], { interval: '1m' }));
    const markets = hear(feed.markets(['A']));
    for (const topic of ['in/A', 'cd/A/1m', 'mk/A']) fake.publish(topic, 'x');
    expect([infos, candles, markets].map(({ said }) => said.length)).toEqual([1, 0, 1]);
    expect(feed.stats().rejected).toEqual({ schema: 1 });
  });

  test('does not compile', () => {
    const snippet = (fields: string): Snippet => ({
      name: fields,
      text: `import { mqttVenue } from 'rx-quotes';
        const endpoint = 'mqtt://broker.test';
        mqttVenue({ endpoint, topics: 'px/{symbol}', decode: (_p, _t, symbol) => ({ symbol, ${fields} }) });`,
    });
    const bad = ['epoch: 1', "state: 'x'", 'change: 1', "replayed: 'x'", 'receivedAt: 1', 'monotonicAt: 1'];
    const good = ['price: 1', 'bid: 1, ask: 2', "kind: 'quote' as const", "implausible: 'crossed' as const"];
    const found = typeErrors([...bad, ...good].map(snippet), '');
    expect([...found.keys()]).toEqual(bad);
    expect(found.get('epoch: 1')).toContain("Types of property 'epoch' are incompatible");
  });
});

describe('an event with a depth of 10', () => {
  const levels = { bidPrices: [1], askPrices: [2], bidVolumes: [3], askVolumes: [4] };

  test.each([
    ['no levels', { depth: 10, orders: 7 }],
    ['levels that are no arrays', { depth: 10, bidPrices: 'x', askPrices: 1 }],
    ['another depth', { depth: 5, ...levels }],
  ])('is emitted as it is when it has %s', (_, fields) => {
    expect(quoteOfEvent({ symbol: 'A', ...fields })).toEqual({ symbol: 'A', ...fields, ...tags });
  });

  test('and levels loses them at depth 1, and nothing else', () => {
    const quote = quoteOfEvent({ symbol: 'A', depth: 10, ...levels, last: 5 });
    expect(quote).toStrictEqual({ symbol: 'A', depth: 1, last: 5, ...tags });
  });
});
