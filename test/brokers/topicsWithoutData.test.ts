import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteFeed } from '../../src/index.js';
import { until } from '../contract/openConnection.js';
import { skippingClock } from '../live/skippingClock.js';
import { type MosquittoBroker, startMosquitto } from '../support/mosquittoBroker.js';
import { textVenue } from '../support/textVenue.js';

let broker: MosquittoBroker;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

it('only the topic that the access list grants but never delivers is reported as without data', async () => {
  const symbols = Array.from({ length: 9 }, (_, index) => `S${index}`);
  for (const symbol of symbols) await broker.publish(`px/${symbol}`, Buffer.from('1'), true);
  await broker.publish(`${broker.silentTree}/info`, Buffer.from('1'), true);
  const { username, password } = broker;
  const clock = skippingClock();
  const venue = textVenue({
    endpoint: { url: broker.urls.mqtt, username, password },
    topics: { quote: 'px/{symbol}', info: `${broker.silentTree}/{symbol}` },
    decode: (_payload, _topic, symbol) => ({ symbol, price: 1 }),
    onSubscribe: 'unknown',
  });
  const feed = quoteFeed({ venue, clock, staleAfter: Infinity });
  let noData: readonly string[] = [];
  feed.state$.subscribe((state) => {
    noData = state.status === 'live' ? state.ledger.noData : [];
  });
  feed.quotes(symbols).subscribe();
  feed.priceInfos(['info']).subscribe();
  await until(() => feed.stats().received === symbols.length, 'what the broker kept came');
  clock.skip(5_000);
  await until(() => noData.length > 0, 'one is reported to be without data');
  expect(noData).toEqual([`${broker.silentTree}/info`]);
  await feed.close();
});
