import { afterEach, expect, it } from 'vitest';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { settradeFeed } from './settradeFeed.js';

/** The longest time, in ms, after which a refused topic or one without data is asked for again: a minute and a quarter of chance. */
const LONGEST_RETRY = 75_000;

let venue: SimulatedVenue | undefined;
afterEach(() => venue?.stop());

it('a topic that is granted and silent is without data if other topics had an image, and recovers with its own image', async () => {
  venue = await startSimulatedVenue({ symbols: 10, rate: 0, imageOnSubscribe: true, timestampTolerance: 1e9 });
  const { symbols } = venue;
  const topic = venue.topic('quote', symbols[3]);
  const grant = venue.refuse(topic, 'silent');
  const { feed, clock, states, skipUntil } = settradeFeed(venue, { onSubscribe: 'unknown' });
  const noData = (): readonly string[] => {
    const state = states.at(-1);
    return state?.status === 'live' ? state.ledger.noData : [];
  };
  feed.quotes(symbols).subscribe();
  await skipUntil(() => feed.stats().emitted === 19, 'every other topic has its image');
  clock.skip(5_000);
  await until(() => noData().length > 0, 'it is reported to be without data');
  expect(noData()).toEqual([topic]);
  expect(feed.explain(symbols[3] ?? '')[0]).toMatchObject({ state: 'awaiting', subscription: { status: 'no-data' } });

  grant();
  clock.skip(LONGEST_RETRY);
  await until(() => feed.stats().emitted === 20, 'it was asked for again');
  expect(noData()).toEqual([]);
  await feed.close();
});

it('a topic that Settrade grants and refuses by a notice is refused, with the venue’s text; other topics continue', async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT'], rate: 60, timestampTolerance: 1e9 });
  const grant = venue.refuse(venue.topic('quote', 'PTT'), 'notice');
  const { feed, clock, states, skipUntil } = settradeFeed(venue);
  const last = new Map<string, string>();
  feed.updates(['AOT', 'PTT']).subscribe((update) => {
    if (update.kind !== 'gap') last.set(update.symbol, update.state);
  });
  await skipUntil(() => last.get('AOT') === 'live' && last.get('PTT') === 'refused', 'one is live, one is refused');
  expect(states.at(-1)).toMatchObject({
    status: 'live',
    ledger: { wanted: 4, granted: 3, refused: [venue.topic('quote', 'PTT')] },
  });
  expect(feed.explain('PTT')[0]?.why).toContain('the broker refused the subscription: no permission');
  expect(feed.stats()).toMatchObject({ rejected: {}, unclaimed: 0 });

  grant();
  clock.skip(LONGEST_RETRY);
  await until(() => last.get('PTT') === 'live', 'it was asked for again');
  await feed.close();
});
