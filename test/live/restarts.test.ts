import { afterAll, it } from 'vitest';
import { startAedes } from '../support/aedesBroker.js';
import { expectRecoveries } from './restartRounds.js';

const broker = await startAedes();
afterAll(broker.stop);

it('a feed emits all of 800 symbols as live after each of 5 cuts, one epoch higher, and leaves no handle', async () => {
  const { tcpUrl: url, publish, dropAll: cut } = broker;
  await expectRecoveries({ endpoint: { url }, publish, cut }, 5);
});
