import { it } from 'vitest';
import { mqttVenue } from '../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import { expectLinkOutlivesSlowConsumer } from './slowConsumer.js';

it('a consumer that is too slow for 5 s loses no link with a keep-alive of 1 s, and pings wait for at most 160 ms of its work', async ({
  annotate,
}) => {
  const { tcpUrl, symbols, stop } = await startSimulatedVenue({ symbols: 400, rate: 2_000 });
  const venue = mqttVenue({
    endpoint: tcpUrl,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    onSubscribe: 'nothing',
  });
  await expectLinkOutlivesSlowConsumer(venue, symbols, annotate);
  await stop();
});
