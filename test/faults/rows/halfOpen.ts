import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';

/** The peer is gone without a word: nothing comes, nothing ends. Real time: the mechanism is MQTT.js's. */
export const halfOpen: readonly FaultRow[] = [
  {
    fault: 'half-open',
    brokers: both,
    expect: 'timeout RXQ_TIMEOUT',
    deadline: deadlines.halfOpen,
    quick: true,
    run: async (scene) => {
      const proxy = await scene.proxied();
      await scene.live();
      scene.fault(() => {
        proxy.now({ kind: 'black-hole' });
      });
      await scene.untilReported();
      await scene.recovered();
      await scene.minute();
    },
  },
];
