import { afterAll, expect, it } from 'vitest';
import mqtt from 'mqtt';
import { quoteFeed } from '../../src/index.js';
import { checkConservation } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { expectOverlapRounds } from '../live/overlapRounds.js';
import { startMosquitto } from '../support/mosquittoBroker.js';
import { textVenue } from '../support/textVenue.js';

/** With this setting Mosquitto sends a copy of a message for each filter that matches it, as EMQX does. */
const broker = await startMosquitto({}, ['allow_duplicate_messages true']);
afterAll(broker.stop);

const { username, password, urls, publish } = broker;
const endpoint = { url: urls.mqtt, username, password };

it('the broker of these tests sends a copy for each filter', async () => {
  const client = await mqtt.connectAsync(urls.mqtt, { username, password });
  let copies = 0;
  client.on('message', () => (copies += 1));
  await client.subscribeAsync(['twice/+', 'twice/a']);
  await publish('twice/a', Buffer.from('1'));
  await until(() => copies === 2, 'two copies came');
  await client.endAsync();
});

it('a wildcard of fromMqtt that is added and removed loses no message of a name that it covers, and duplicates none for long', async () => {
  await expectOverlapRounds({ endpoint, publish });
});

it.each([
  ['by name and by a wildcard', [['A'], undefined]],
  ['by a wildcard and by name', [undefined, ['A']]],
] as const)('a feed emits each image once where a symbol is subscribed to %s', async (_, order) => {
  const feed = quoteFeed({ venue: textVenue({ endpoint, onSubscribe: 'retained' }), staleAfter: Infinity });
  const prices: number[][] = [];
  for (const symbols of order) {
    const got: number[] = [];
    prices.push(got);
    feed.quotes(symbols).subscribe(({ price, change }) => {
      if (change === 'image') got.push(price);
    });
    // The second consumer comes to a live feed.
    await until(() => feed.stats().connected, 'the feed is live');
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const price of [1, 2, 3]) {
    await publish('px/A', Buffer.from(String(price)));
    await until(() => prices.every((got) => got.at(-1) === price), 'the price came to both');
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(prices).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  checkConservation(feed.stats());
  await feed.close();
});
