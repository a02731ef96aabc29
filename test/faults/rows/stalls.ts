import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';
import type { Scene } from '../scene/scene.js';

const BLOCKED = 3_000;
const STOPPED = 10_000;
const ASLEEP = 8_000;
const HOUR = 3_600_000;

/** Makes a feed live, lets the trouble pass, and waits until a gap of this cause is reported. */
async function reportedAsGap(
  scene: Scene,
  cause: 'stall' | 'wake',
  trouble: () => Promise<void> | void,
): Promise<void> {
  await scene.live({ gaps: true });
  // A busy machine may have been stalled before.
  const known = scene.gaps.length;
  await trouble();
  scene.fault();
  await scene.reportedGap(cause, known);
}

/** Waits until every symbol is live again. The link must not have been lost. */
async function recoveredOnOneLink(scene: Scene): Promise<void> {
  await scene.recovered();
  if (scene.feed.stats().attempts > 1) scene.note('the link was lost');
}

/** Nothing is read for a while, or the clocks disagree. Publishers have processes of their own. */
export const stalls: readonly FaultRow[] = [
  {
    fault: 'loop blocked 3 s at 20,000 messages a second',
    brokers: both,
    expect: 'gap stall',
    deadline: deadlines.stall,
    symbols: 100,
    rate: 20_000,
    quick: true,
    run: async (scene) => {
      await reportedAsGap(scene, 'stall', () => {
        const end = performance.now() + BLOCKED;
        while (performance.now() < end);
      });
      await recoveredOnOneLink(scene);
    },
  },
  {
    fault: 'process stopped 10 s',
    brokers: both,
    expect: 'gap wake',
    deadline: deadlines.wake,
    symbols: 100,
    rate: 1_000,
    run: async (scene) => {
      await reportedAsGap(scene, 'wake', () => scene.far.stopUs?.(STOPPED));
      await scene.recovered();
    },
  },
  {
    fault: 'machine asleep 8 s, monotonic time standing still, link alive',
    brokers: both,
    expect: 'gap wake',
    deadline: deadlines.sleep,
    symbols: 100,
    rate: 1_000,
    quick: true,
    run: async (scene) => {
      await reportedAsGap(scene, 'wake', () => {
        scene.clock.sleepWhenStopped();
        return scene.far.stopUs?.(ASLEEP);
      });
      await recoveredOnOneLink(scene);
    },
  },
  {
    fault: 'machine asleep 8 s, monotonic time standing still, link dead',
    brokers: both,
    expect: 'gap wake, reconnect RXQ_RECONNECT',
    deadline: deadlines.sleep,
    symbols: 100,
    rate: 1_000,
    run: async (scene) => {
      const proxy = await scene.proxied();
      await reportedAsGap(scene, 'wake', () => {
        scene.clock.sleepWhenStopped();
        proxy.now({ kind: 'black-hole' });
        return scene.far.stopUs?.(ASLEEP);
      });
      await scene.untilReported();
      await scene.recovered();
    },
  },
  {
    fault: 'wall clock set forward an hour',
    brokers: both,
    expect: 'gap wake',
    deadline: deadlines.sleep,
    run: async (scene) => {
      await reportedAsGap(scene, 'wake', () => {
        scene.wallStep = HOUR;
      });
      await recoveredOnOneLink(scene);
    },
  },
  {
    fault: 'wall clock set back an hour',
    brokers: both,
    expect: 'live',
    run: async (scene) => {
      await scene.live({ gaps: true });
      scene.fault();
      scene.wallStep = -HOUR;
      await scene.pass(1_000);
      await scene.recovered();
      scene.note(
        scene.feed.stats().attempts === 1 && scene.gaps.every(({ cause }) => cause !== 'wake') ? 'live' : 'disturbed',
      );
    },
  },
];
