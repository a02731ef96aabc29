import { afterAll, it } from 'vitest';
import { startAedes } from '../support/aedesBroker.js';
import { expectOverlapRounds } from './overlapRounds.js';

const broker = await startAedes();
afterAll(broker.stop);

it.each(['tcpUrl', 'wsUrl'] as const)(
  'a wildcard of fromMqtt that is added and removed at the %s of a broker loses no message of a name that it covers',
  async (url) => {
    await expectOverlapRounds({ endpoint: { url: broker[url] }, publish: broker.publish });
  },
);
