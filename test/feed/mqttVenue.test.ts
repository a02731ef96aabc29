import { expect, test } from 'vitest';
import { mqttVenue, quoteFeed } from '../../src/index.js';
import { fakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

test('a decoder gets the symbol that its topic has at the level of {symbol}, and an empty one where there is no such level', () => {
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
  feed.infos().subscribe();
  feed.candles(['C'], { interval: '1m' }).subscribe();
  for (const topic of ['A B/px', 'a/B/info', 'cd/1m/C', 'market']) fake.publish(topic, 'x');
  expect(called).toEqual(['A B/px → A B', 'a/B/info → B', 'cd/1m/C → C', 'market → ']);
});
