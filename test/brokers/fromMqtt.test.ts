import { afterAll, it } from 'vitest';
import { expectMqttRounds } from '../live/mqttRounds.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

const broker = await startMosquitto();
afterAll(broker.stop);

it.each(['mqtt', 'mqtts', 'ws', 'wss'] as const)(
  'fromMqtt over %s gets stored and new messages, one epoch higher after each of 3 restarts, and leaves no handle',
  async (scheme) => {
    const { urls, certificates, username, password, publish, restart, refusedTree } = broker;
    const tls = scheme === 'mqtts' || scheme === 'wss' ? { tls: { ca: certificates.ca } } : {};
    const endpoint = { url: urls[scheme], username, password, ...tls };
    const stored = `rounds/${endpoint.url.replace(/\W/g, '')}/stored`;
    const cut = async (): Promise<void> => {
      await restart();
      await publish(stored, Buffer.from('stored'), true);
    };
    await expectMqttRounds({ endpoint, forgets: true, refused: `${refusedTree}/topic`, publish, cut }, 3);
  },
  120_000,
);
