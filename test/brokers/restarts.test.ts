import { afterAll, it } from 'vitest';
import { expectRecoveries } from '../live/restartRounds.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

const broker = await startMosquitto();
afterAll(broker.stop);

it('delivers all of 800 symbols live again after each of 20 restarts, one epoch up, and leaves no handle', async () => {
  const { urls, username, password, publish, restart: cut } = broker;
  await expectRecoveries({ endpoint: { url: urls.mqtt, username, password }, publish, cut }, 20);
}, 120_000);
