import type { DataState } from '../../model/state.js';
import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Style } from '../terminal/ansi.js';
import { printable } from '../terminal/cells.js';
import { counted, seconds, timeOfDay, volumeText } from '../view/figures.js';
import type { Known } from '../view/doubt.js';

function until(time: number, now: number): string {
  return seconds(Math.max(0, time - now));
}

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
      return `retry in ${until(state.since + state.delay, now)}: ${state.reason?.message ?? 'too many connects in a minute'}`;
    case 'rejected':
      return `retry in ${until(state.retryAt, now)}: ${state.reason.message}`;
    default:
      return '';
  }
}

/** The state of the connection as one line, with its style. */
export function connectionLine(state: ConnectionState, url: string, now: number): { text: string; style: Style } {
  const epoch = state.epoch === undefined ? 'no epoch yet' : `epoch ${state.epoch}`;
  // The longest part comes last, because a narrow terminal cuts it off.
  const parts = [state.status.toUpperCase(), epoch, timeOfDay(now).slice(0, -4), details(state, now), url];
  const style = state.status === 'live' ? 'green' : state.status === 'connecting' ? 'yellow' : 'red';
  return { text: printable(parts.filter((part) => part !== '').join('  ')), style };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The rate of messages and the counts of lost and untrusted ones, as one line. */
export function countLine(stats: FeedStats, rate: number, known: readonly (Known | undefined)[]): string {
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
  return [`${rate.toFixed(1)} msg/s`, ...shown].join('  ');
}
