import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gap, mqttVenue, quoteFeed } from '../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';

let venue: SimulatedVenue;
beforeAll(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT'], rate: 200 });
});
afterAll(() => venue.stop());

const blockFor = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

it('a blocked thread is reported as a gap, loses no link, and each symbol recovers with its next image', async () => {
  const feed = quoteFeed({
    venue: mqttVenue({
      endpoint: venue.tcpUrl,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      onSubscribe: 'nothing',
    }),
  });
  const gaps: Gap[] = [];
  feed.updates(venue.symbols).subscribe((update) => {
    if (update.kind === 'gap') gaps.push(update);
  });
  const allLive = (): boolean => feed.stats().topics.live === 2;
  await until(allLive, 'both symbols are live');
  blockFor(800);
  await until(() => gaps.some(({ cause, phase }) => cause === 'stall' && phase === 'closed'), 'the stall is over');
  expect(gaps[0]).toMatchObject({
    cause: 'stall',
    phase: 'open',
    fromEpoch: 0,
    topics: expect.arrayContaining([]) as [],
  });
  expect(feed.stats().longestStall).toBeGreaterThan(500);
  await until(allLive, 'both symbols are live again');
  expect(feed.stats()).toMatchObject({ attempts: 1, connected: true });
  await feed.close();
});
