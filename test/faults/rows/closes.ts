import { startSilentTcp } from '../../contract/silentServer.js';
import { CLOSE_TIMEOUT } from '../../../src/mqtt/retry/retryRules.js';
import type { ConnectionState } from '../../../src/index.js';
import type { FaultRow } from '../faultRow.js';
import type { Scene } from '../scene/scene.js';

/** How a feed gets into a state. */
const ways: readonly (readonly [ConnectionState['status'], (scene: Scene) => Promise<void> | void])[] = [
  [
    'connecting',
    async (scene) => {
      const silent = await startSilentTcp();
      scene.finally(() => silent.stop());
      scene.subscribe({ endpoint: () => ({ url: `mqtt://127.0.0.1:${silent.port}` }) });
    },
  ],
  ['live', (scene) => scene.live()],
  [
    'waiting',
    async (scene) => {
      const proxy = await scene.proxied();
      proxy.refuse();
      scene.subscribe();
    },
  ],
  [
    'rejected',
    (scene) => {
      scene.far.venue!.fail('connect', { kind: 'connack', code: 5 });
      scene.subscribe();
    },
  ],
  [
    'silent',
    async (scene) => {
      const proxy = await scene.proxied();
      await scene.live();
      proxy.now({ kind: 'black-hole' });
    },
  ],
];

/** close() in each state: done in time, every stream complete. */
export const closes: readonly FaultRow[] = ways.map(([status, into]) => ({
  fault: `close() while ${status}`,
  brokers: ['simulated'],
  expect: `${status}, closed, complete`,
  recovers: false,
  deadline: { within: CLOSE_TIMEOUT },
  run: async (scene) => {
    await into(scene);
    // The expected state may be the feed's own wait, which must not be skipped by the step that finds it.
    await scene.until(() => scene.states.some((state) => state.status === status), status);
    scene.fault();
    let isComplete = false;
    scene.feed.quotes(scene.far.symbols).subscribe({
      complete: () => {
        isComplete = true;
      },
    });
    const before = scene.states.at(-1)?.status;
    await scene.feed.close();
    scene.note(before ?? 'nothing');
    scene.note(scene.states.at(-1)?.status ?? 'nothing');
    if (isComplete) scene.note('complete');
  },
}));
