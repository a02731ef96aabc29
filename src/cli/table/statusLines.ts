import type { DataState } from '../../model/state.js';
import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import { describe } from '../../store/describe.js';
import type { Style } from '../terminal/ansi.js';
import { printable, widthOf } from '../terminal/cells.js';
import type { Advice } from '../view/advice.js';
import { timeOfDay, volumeText } from '../view/figures.js';
import type { Known } from '../view/doubt.js';
import { wrap } from '../view/wrap.js';

/** The sentence on a state. A reason that is among the problems beside it is left out. */
function sentence(state: ConnectionState, now: number, advice: readonly Advice[]): string {
  const text = describe(state, now);
  const reason = 'reason' in state ? state.reason?.message : undefined;
  const isAdvised = reason !== undefined && advice.some(({ symptom }) => symptom.includes(reason));
  return isAdvised ? text.replace(`: ${reason}`, '') : text;
}

/** Joins parts to lines of a width; a part without room goes to the next line, and a long one is wrapped. */
function flow(parts: readonly string[], width: number): readonly string[] {
  let lines: readonly string[] = [];
  for (const part of parts) {
    const [last, joined] = [lines.at(-1), `${lines.at(-1) ?? ''}  ${part}`];
    if (last !== undefined && widthOf(joined) <= width) lines = [...lines.slice(0, -1), joined];
    else lines = [...lines, ...wrap(part, width)];
  }
  return lines;
}

/**
 * The state of the connection as lines of a width, with its style.
 *
 * @param advice - the problems that are shown beside it: a reason that they name is left out
 */
export function connectionLines(
  state: ConnectionState,
  url: string,
  now: number,
  advice: readonly Advice[],
  width: number,
): { readonly lines: readonly string[]; readonly style: Style } {
  const epoch = state.epoch === undefined ? [] : [`epoch ${state.epoch}`];
  const style = state.status === 'live' ? 'green' : state.status === 'connecting' ? 'yellow' : 'red';
  const parts = [sentence(state, now, advice), ...epoch, timeOfDay(now).slice(0, -4), url];
  return { lines: flow(parts.map(printable), width), style };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The rate of messages and the counts of lost and untrusted ones, as lines of a width. */
export function countLines(
  stats: FeedStats,
  rate: number,
  known: readonly (Known | undefined)[],
  width: number,
): readonly string[] {
  const count = (state: DataState): number => known.filter((one) => (one?.state ?? 'awaiting') === state).length;
  const doubts = (['awaiting', 'quiet', 'refused'] as const)
    .map((state) => [state, count(state)] as const)
    .filter(([, some]) => some > 0);
  const figures: readonly (readonly [string, number])[] = [
    ['dropped', total(stats.dropped)],
    ['conflated', stats.conflated],
    ['rejected', total(stats.rejected)],
    ['live', count('live')],
    ['suspect', count('suspect')],
    ['stale', count('stale')],
    ...doubts,
  ];
  const shown = figures.map(([name, figure]) => `${name} ${volumeText(figure)}`);
  return flow([`${rate.toFixed(1)} msg/s`, ...shown], width);
}
