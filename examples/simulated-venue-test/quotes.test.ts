/** How to test an app over real sockets: the market runs in the process of the test, and the test makes it fail. */
import { distinctUntilChanged, filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { alwaysOpen, isTradable, mqttVenue, type QuoteFeed, quoteFeed } from 'rx-quotes';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { type SimulatedVenue, startSimulatedVenue } from 'rx-quotes/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

let venue: SimulatedVenue;
let feed: QuoteFeed;

beforeEach(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT'], rate: 100 });
  feed = quoteFeed({
    venue: mqttVenue({
      endpoint: venue.tcpUrl,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      // At this venue a topic's first message is new, and the market never closes.
      onSubscribe: 'nothing',
      calendar: alwaysOpen,
    }),
  });
});

afterEach(async () => {
  await feed.close();
  await venue.stop();
});

test('a price is live, suspect as soon as the link drops, and live again on the next connection', async () => {
  const states = feed.quotes(['AOT']).pipe(
    map(({ state, epoch }) => `${state} ${String(epoch)}`),
    distinctUntilChanged(),
    take(3),
    toArray(),
  );
  const seen = firstValueFrom(states);
  await firstValueFrom(feed.quotes(['AOT']).pipe(filter(isTradable)));
  venue.dropConnections();
  expect(await seen).toEqual(['live 0', 'suspect 0', 'live 1']);
});

test('the last price is the one that the venue sent last', async () => {
  await firstValueFrom(feed.quotes(['PTT']).pipe(take(5), toArray()));
  venue.pause();
  const { bid, ask } = venue.lastImage('PTT');
  // Messages that were sent still arrive; without the newest one, this would wait for ever.
  const newest = await firstValueFrom(
    feed.quotes(['PTT']).pipe(filter((quote) => quote.bid === bid && quote.ask === ask)),
  );
  expect(isTradable(newest)).toBe(true);
});
