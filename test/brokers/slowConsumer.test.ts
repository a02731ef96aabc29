import mqtt from 'mqtt';
import { afterAll, it } from 'vitest';
import { expectLinkOutlivesSlowConsumer } from '../live/slowConsumer.js';
import { startMosquitto } from '../support/mosquittoBroker.js';
import { textVenue } from '../support/textVenue.js';

const broker = await startMosquitto();
afterAll(broker.stop);

const symbols = Array.from({ length: 400 }, (_, index) => `S${String(index)}`);

it.for(['mqtt', 'wss'] as const)(
  'a consumer over %s that is too slow for 5 s loses no link with a keep-alive of 1 s; pings wait for 160 ms at most',
  async (scheme, { annotate }) => {
    const { urls, certificates, username, password } = broker;
    const publisher = await mqtt.connectAsync(urls.mqtt, { username, password, reconnectPeriod: 0 });
    // Each time a timer fires, half of the symbols get a price: some 2,000 messages for each second of the publisher's.
    let turn = 0;
    const publishing = setInterval(() => {
      turn += 1;
      for (let index = turn % 2; index < symbols.length; index += 2)
        publisher.publish(`px/${symbols[index]!}`, String(turn));
    }, 100);
    const tls = scheme === 'wss' ? { tls: { ca: certificates.ca } } : {};
    const venue = textVenue({ endpoint: { url: urls[scheme], username, password, ...tls } });
    await expectLinkOutlivesSlowConsumer(venue, symbols, annotate);
    clearInterval(publishing);
    await publisher.endAsync(true);
  },
);
