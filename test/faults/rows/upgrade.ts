import { deadlines } from '../deadlines.js';
import type { FaultRow } from '../faultRow.js';

/** The WebSocket upgrade answered with another status than 101. A Mosquitto has no such answers. */
export const upgrade: readonly FaultRow[] = (
  [
    [401, 1, 'auth RXQ_AUTH'],
    [401, Infinity, 'auth RXQ_AUTH, rejected'],
    [403, Infinity, 'policy RXQ_POLICY, rejected'],
    [429, Infinity, 'policy RXQ_POLICY, rejected'],
    [503, Infinity, 'venue RXQ_VENUE'],
    [307, Infinity, 'protocol RXQ_PROTOCOL, rejected'],
  ] as const
).map(([status, times, expect]) => ({
  fault: `upgrade answered with ${status} ${times === 1 ? 'once' : 'for a minute'}`,
  brokers: ['simulated'],
  expect,
  deadline: deadlines.upgrade,
  quick: status === 401,
  run: async (scene) => {
    const venue = scene.far.venue!;
    const mend = venue.fail('upgrade', { kind: 'status', status }, times);
    scene.fault();
    scene.subscribe({
      endpoint: () => ({ url: venue.wsUrl, headers: { Authorization: `Bearer ${venue.dispatcherToken()}` } }),
    });
    await scene.untilReported();
    if (times === Infinity) await scene.minuteThenCure(mend);
    else {
      await scene.recovered();
      await scene.minute();
    }
  },
}));
