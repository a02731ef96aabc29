import type { MarketState } from '../../src/model/state.js';

export const second = 1_000;
export const minute: number = 60 * second;
export const hour: number = 60 * minute;

/** Days begin at 08:00, so that a night session belongs to the day on which it began. */
export const dayLength: number = 24 * hour;

/** Ms since the begin of the day. */
export const at = (hours: number, minutes = 0): number => (hours - 8) * hour + minutes * minute;

export const markets = ['SET', 'TFEX', 'TFEX_NIGHT'] as const;
export type Market = (typeof markets)[number];

/** A part of a market's day; what no part covers is closed. Parts don't overlap, and begin and end on whole cells. */
export interface Part {
  readonly state: Exclude<MarketState, 'closed' | 'unknown'>;
  readonly from: number;
  readonly to: number;
}

const derivatives: readonly Part[] = [
  { state: 'auction', from: at(9, 15), to: at(9, 45) },
  { state: 'open', from: at(9, 45), to: at(12, 30) },
  { state: 'auction', from: at(13, 15), to: at(13, 45) },
  { state: 'open', from: at(13, 45), to: at(16, 55) },
];

/** Published hours; sources in docs/settrade-protocol.md. */
export const hours: Readonly<Record<Market, readonly Part[]>> = {
  SET: [
    { state: 'auction', from: at(9, 30), to: at(10) },
    { state: 'open', from: at(10), to: at(12, 30) },
    { state: 'auction', from: at(13, 30), to: at(14) },
    { state: 'open', from: at(14), to: at(16, 30) },
    { state: 'auction', from: at(16, 30), to: at(16, 40) },
  ],
  TFEX: derivatives,
  TFEX_NIGHT: [
    ...derivatives,
    { state: 'auction', from: at(18, 45), to: at(19) },
    { state: 'open', from: at(19), to: at(27) },
  ],
};

export function stateAt(parts: readonly Part[], time: number): MarketState {
  return parts.find(({ from, to }) => from <= time && time < to)?.state ?? 'closed';
}

/** The next change at or after `time`. */
export function changeAfter(parts: readonly Part[], time: number): number {
  const changes = parts.flatMap(({ from, to }) => [from, to]).filter((change) => change > time);
  return Math.min(dayLength, ...changes);
}

/** How long it is open between two times. */
export function openBetween(parts: readonly Part[], from: number, to: number): number {
  return parts.reduce(
    (sum, part) => sum + (part.state === 'open' ? Math.max(0, Math.min(part.to, to) - Math.max(part.from, from)) : 0),
    0,
  );
}

/** `parts` with a span in which another state is, or none. */
export function replaced(parts: readonly Part[], from: number, to: number, between: readonly Part[]): readonly Part[] {
  const outside = parts.flatMap((part) => [
    ...(part.from < from ? [{ ...part, to: Math.min(part.to, from) }] : []),
    ...(part.to > to ? [{ ...part, from: Math.max(part.from, to) }] : []),
  ]);
  return [...outside, ...between].sort((a, b) => a.from - b.from);
}
