import type { DataState } from '../../model/state.js';
import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Style } from '../terminal/ansi.js';
import { printable, widthOf } from '../terminal/cells.js';
import type { Advice } from '../view/advice.js';
import { counted, seconds, timeOfDay, volumeText } from '../view/figures.js';
import type { Known } from '../view/doubt.js';
import { wrap } from '../view/wrap.js';

function until(time: number, now: number): string {
  return seconds(Math.max(0, time - now));
}

/** The figures of a state. */
function details(state: ConnectionState, now: number): string {
  switch (state.status) {
    case 'connecting':
      return `${state.step}, attempt ${state.attempt + 1}`;
    case 'live':
      return [
        `for ${until(now, state.since)}`,
        ...(
          [
            ['refused', state.ledger.refused],
            ['without data', state.ledger.noData],
          ] as const
        )
          .filter(([, topics]) => topics.length > 0)
          .map(([what, topics]) => `${counted(topics.length, 'topic')} ${what}`),
      ].join(', ');
    case 'silent':
      return state.why === 'no-data' ? 'no data comes' : 'the peer does not answer';
    case 'waiting':
      return `retry in ${until(state.since + state.delay, now)}`;
    case 'rejected':
      return `retry in ${until(state.retryAt, now)}`;
    default:
      return '';
  }
}

/** Why the next attempt is later. */
function reasonOf(state: ConnectionState): string | undefined {
  if (state.status !== 'waiting' && state.status !== 'rejected') return undefined;
  return state.reason?.message ?? 'too many connects in a minute';
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
  const epoch = state.epoch === undefined ? 'no epoch yet' : `epoch ${state.epoch}`;
  const reason = reasonOf(state);
  const why = reason === undefined || advice.some(({ symptom }) => symptom.includes(reason)) ? '' : reason;
  const parts = [state.status.toUpperCase(), epoch, timeOfDay(now).slice(0, -4), details(state, now), why, url];
  const style = state.status === 'live' ? 'green' : state.status === 'connecting' ? 'yellow' : 'red';
  const shown = parts.filter((part) => part !== '').map(printable);
  return { lines: flow(shown, width), style };
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
