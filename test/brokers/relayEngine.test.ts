import { describeEngine } from '../support/engineContract.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

describeEngine('Mosquitto', async () => {
  const { urls, username, password, restart, stop } = await startMosquitto();
  return {
    relay: { url: urls.mqtt, username, password },
    reader: { url: urls.ws, username, password },
    restart,
    stop,
  };
}, ['AOT', 'S.J', 'ก', 'S & J']);
