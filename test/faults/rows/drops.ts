import mqtt from 'mqtt';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';

const CLIENT_ID = 'desk-1';

/** Connections get live and are lost again, over and over. */
export const drops: readonly FaultRow[] = [
  {
    fault: 'live and dropped again, for a minute',
    brokers: both,
    expect: 'network RXQ_NETWORK, flap RXQ_FLAP, rejected',
    deadline: deadlines.cut,
    run: async (scene) => {
      const proxy = await scene.proxied();
      await scene.live();
      const mend = proxy.rule({ packet: 'publish', direction: 'to client', action: { kind: 'reset' } });
      scene.fault();
      await scene.untilReported();
      await scene.reportedFlap();
      await scene.minuteThenCure(mend, false);
    },
  },
  {
    fault: 'same client id twice, until it flaps',
    brokers: both,
    expect: 'network RXQ_NETWORK, flap RXQ_FLAP',
    deadline: deadlines.cut,
    run: async (scene) => {
      const { url, login } = scene.far;
      await scene.live({ endpoint: () => ({ url, ...login, clientId: CLIENT_ID }) });
      scene.fault();
      const other = mqtt.connect(url, { ...login, clientId: CLIENT_ID, reconnectPeriod: 100 });
      other.on('error', () => undefined);
      scene.finally(async () => {
        await other.endAsync(true);
      });
      await scene.untilReported();
      await scene.reportedFlap();
      await scene.cure(async () => {
        await other.endAsync(true);
      });
      await scene.recovered();
      await scene.minute();
    },
  },
];
