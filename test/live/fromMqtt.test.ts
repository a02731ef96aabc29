import { afterAll, it } from 'vitest';
import { startAedes } from '../support/aedesBroker.js';
import { expectMqttRounds } from './mqttRounds.js';

const refused = 'forbidden/topic';
const broker = await startAedes({ refuse: (topic) => topic === refused });
afterAll(broker.stop);

it.each(['tcpUrl', 'wsUrl'] as const)(
  'fromMqtt at the %s of a broker gets stored and new messages, one epoch higher after each of 3 cuts, and leaves no handle',
  async (url) => {
    await expectMqttRounds(
      { endpoint: { url: broker[url] }, refused, publish: broker.publish, cut: broker.dropAll },
      3,
    );
  },
);
