import { afterAll, it } from 'vitest';
import { expectRecoveries } from '../live/restartRounds.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

const broker = await startMosquitto();
afterAll(broker.stop);

it.each([
  ['mqtt', 20],
  ['mqtts', 5],
  ['ws', 5],
  ['wss', 5],
] as const)(
  'a feed over %s emits all of 800 symbols as live after each of %i restarts, one epoch higher, and leaves no handle',
  async (scheme, rounds) => {
    const { urls, certificates, username, password, publish, restart: cut } = broker;
    const tls = scheme === 'mqtts' || scheme === 'wss' ? { tls: { ca: certificates.ca } } : {};
    await expectRecoveries({ endpoint: { url: urls[scheme], username, password, ...tls }, publish, cut }, rounds);
  },
  120_000,
);
