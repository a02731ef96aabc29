import type { Cause, Detected } from '../cause.js';
import type { Change, Window } from '../window.js';
import { type ConsumerUse, consumersOf, percent, span } from './delayed.js';

/** The event loop is busy at this part of the time. */
const busyShare = 0.8;
/** The least real time, in ms, for a statement about the event loop. */
const shortest = 5_000;
/** Messages a second that alone keep a core busy: a third of what the feed carries on a slow core (docs/performance.md). */
const highRate = 100_000;

/** The use of the event loop in the span, by its causes; `undefined` while it is not busy, or not measured. */
function busy(
  window: Window,
  change: Change,
): { readonly share: number; readonly consumers: readonly ConsumerUse[]; readonly rate: number } | undefined {
  const use = change.process((before, after) => ({ ms: after.at - before.at, busy: after.busy - before.busy }));
  if (use === undefined || use.ms < shortest || use.busy < busyShare * use.ms) return undefined;
  const rate = (1000 * change.count(({ received }) => received)) / change.ms;
  return { share: use.busy / use.ms, consumers: consumersOf(window, change), rate };
}

type Blame = 'consumers' | 'rate' | 'other';

function detect(window: Window, blamed: Blame): Detected | undefined {
  const change = window.over(span);
  const use = busy(window, change);
  if (use === undefined) return undefined;
  const { share, consumers, rate } = use;
  const theirs = consumers.reduce((sum, one) => sum + one.share, 0);
  const blame: Blame = theirs >= share / 2 ? 'consumers' : rate >= highRate ? 'rate' : 'other';
  if (blame !== blamed) return undefined;
  const each = consumers.slice(0, 5).map((one) => `${one.name} ${percent(one.share)}`);
  return {
    symptom: `the event loop was busy ${percent(share)} of the time ${change.words}; consumers took ${percent(theirs)}${each.length === 0 ? '' : ` (${each.join(', ')})`}, at ${String(Math.round(rate))} messages a second`,
    names: blamed === 'consumers' ? consumers.map(({ name }) => name) : [],
  };
}

const profile = 'see where the time goes: node --cpu-prof, then open the file in Chrome’s DevTools';

/** Causes of a busy event loop. The feed runs on one thread, so the number of threads is no cause. */
export const cpuCauses: readonly Cause[] = [
  {
    code: 'RXP_CPU_CONSUMERS',
    chapter: 'cpu',
    severity: 'warning',
    title: 'Consumers keep the thread busy',
    apart:
      'The event loop is busy, and the time in next of your subscriptions is at least half of it. Their shares are in the symptom.',
    roots: ['RXP_SLOW_CONSUMER'],
    over: span,
    detect: (window) => detect(window, 'consumers'),
    fixes: ['do less in next, or move it to a worker', 'conflate before it: conflateBy or latestBy', profile],
    fault: 'a consumer that takes 6 ms for each of 150 messages a second',
  },
  {
    code: 'RXP_CPU_RATE',
    chapter: 'cpu',
    severity: 'warning',
    title: 'The message rate alone keeps the thread busy',
    apart: 'The event loop is busy, consumers take less than half of it, and more than 100,000 messages a second come.',
    over: span,
    detect: (window) => detect(window, 'rate'),
    fixes: ['subscribe to fewer symbols', 'split the symbols between processes'],
    fault: 'a venue that sends 150,000 messages a second',
  },
  {
    code: 'RXP_CPU_OTHER',
    chapter: 'cpu',
    severity: 'warning',
    title: 'Other code keeps the thread busy',
    apart: 'The event loop is busy, and neither consumers nor the message rate nor garbage collection explains it.',
    roots: ['RXP_GC_PAUSES', 'RXP_BUSY_THREAD'],
    over: span,
    detect: (window) => detect(window, 'other'),
    fixes: [profile, 'move the work to a worker or another process'],
    probe: 'event-loop',
    fault: 'code that runs without a pause, in pieces of a few ms',
  },
];
