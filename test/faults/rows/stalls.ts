import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';

const BLOCKED = 3_000;
const STOPPED = 10_000;
const ASLEEP = 8_000;
const HOUR = 3_600_000;

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
      await scene.live({ gaps: true });
      // A busy machine may have been stalled before.
      const known = scene.gaps.length;
      const end = performance.now() + BLOCKED;
      while (performance.now() < end);
      scene.fault();
      await scene.toldGap('stall', known);
      await scene.recovered();
      if (scene.feed.stats().attempts > 1) scene.note('the link was lost');
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
      await scene.live({ gaps: true });
      const known = scene.gaps.length;
      await scene.far.stopUs?.(STOPPED);
      scene.fault();
      await scene.toldGap('wake', known);
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
      await scene.live({ gaps: true });
      const known = scene.gaps.length;
      scene.clock.sleepWhenStopped();
      await scene.far.stopUs?.(ASLEEP);
      scene.fault();
      await scene.toldGap('wake', known);
      await scene.recovered();
      if (scene.feed.stats().attempts > 1) scene.note('the link was lost');
    },
  },
  {
    fault: 'machine asleep 8 s, monotonic time standing still, link dead',
    brokers: both,
    expect: 'gap wake, timeout RXQ_TIMEOUT',
    deadline: deadlines.sleep,
    symbols: 100,
    rate: 1_000,
    run: async (scene) => {
      const proxy = await scene.proxied();
      await scene.live({ gaps: true });
      const known = scene.gaps.length;
      scene.clock.sleepWhenStopped();
      proxy.now({ kind: 'black-hole' });
      await scene.far.stopUs?.(ASLEEP);
      scene.fault();
      await scene.toldGap('wake', known);
      await scene.told();
      await scene.recovered();
    },
  },
  {
    fault: 'wall clock set forward an hour',
    brokers: both,
    expect: 'gap wake',
    deadline: deadlines.sleep,
    run: async (scene) => {
      await scene.live({ gaps: true });
      const known = scene.gaps.length;
      scene.fault();
      scene.wallStep = HOUR;
      await scene.toldGap('wake', known);
      await scene.recovered();
      if (scene.feed.stats().attempts > 1) scene.note('the link was lost');
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
