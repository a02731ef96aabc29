import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';

/** A live connection ends, and the feed reports it. */
export const cuts: readonly FaultRow[] = (
  [
    ['FIN', { kind: 'half-close' }],
    ['RST', { kind: 'reset' }],
  ] as const
).map(([fault, action]) => ({
  fault,
  brokers: both,
  expect: 'network RXQ_NETWORK',
  deadline: deadlines.cut,
  quick: fault === 'RST',
  run: async (scene) => {
    const proxy = await scene.proxied();
    await scene.live();
    scene.fault(() => {
      proxy.now(action);
    });
    await scene.untilReported();
    await scene.recovered();
    await scene.minute();
  },
}));
