import { knownOptions, oneOf, outOfRange, wrongType } from '../../operators/support/argument.js';
import type { MarketState } from '../model/state.js';
import type { SettradeTimetable } from './settradeTimetable.js';

/** A part of a trading day. At all other times the market is `closed`. */
export interface MarketHours {
  readonly market: Exclude<MarketState, 'closed'>;
  /** First minute of this part, wall time in Bangkok, `HH:MM`. */
  readonly from: string;
  /** First minute after this part, `HH:MM`; if it is not later than `from`, it is on the next day. */
  readonly to: string;
}

/** The same in ms from the midnight before. */
export interface DayPart {
  readonly market: MarketState;
  readonly from: number;
  readonly to: number;
}

const minute = 60_000;
export const day: number = 24 * 60 * minute;

const derivatives: readonly MarketHours[] = [
  { market: 'auction', from: '09:15', to: '09:45' },
  { market: 'open', from: '09:45', to: '12:30' },
  { market: 'auction', from: '13:15', to: '13:45' },
  { market: 'open', from: '13:45', to: '16:55' },
];

/**
 * Hours as published; sources in docs/settrade-protocol.md. An auction that ends at a random time has its whole window
 * here, so the market is never `open` while the auction may run.
 */
export const publishedHours: Readonly<Record<SettradeTimetable, readonly MarketHours[]>> = {
  SET: [
    { market: 'auction', from: '09:30', to: '10:00' },
    { market: 'open', from: '10:00', to: '12:30' },
    { market: 'auction', from: '13:30', to: '14:00' },
    { market: 'open', from: '14:00', to: '16:30' },
    { market: 'auction', from: '16:30', to: '16:40' },
  ],
  TFEX: derivatives,
  TFEX_NIGHT: [
    ...derivatives,
    { market: 'auction', from: '18:45', to: '19:00' },
    { market: 'open', from: '19:00', to: '03:00' },
  ],
};

const states = ['open', 'auction', 'halted', 'unknown'] as const;

function timeOfDay(option: string, value: unknown): number {
  const remedy = 'pass a wall time in Bangkok, HH:MM, from 00:00 to 23:59';
  if (typeof value !== 'string') throw wrongType(option, value, remedy);
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)) throw outOfRange(option, value, remedy);
  return (Number(value.slice(0, 2)) * 60 + Number(value.slice(3))) * minute;
}

/** Checks the hours of a day; throws for parts that overlap, also with those of the next day. */
export function dayParts(option: string, hours: unknown): readonly DayPart[] {
  if (!Array.isArray(hours)) throw wrongType(option, hours, 'pass an array of { market, from, to }');
  const given: readonly unknown[] = hours;
  const parts: DayPart[] = [];
  for (const [index, one] of given.entries()) {
    const name = `${option}[${String(index)}]`;
    knownOptions(name, one, ['market', 'from', 'to']);
    const { market, from, to } = one as Readonly<Record<'market' | 'from' | 'to', unknown>>;
    const begin = timeOfDay(`${name}.from`, from);
    const end = timeOfDay(`${name}.to`, to);
    const part = { market: oneOf(`${name}.market`, market, states), from: begin, to: end > begin ? end : end + day };
    const before = parts.at(-1)?.to ?? 0;
    if (begin < before) throw outOfRange(`${name}.from`, from, 'pass hours in their order, none into another');
    parts.push(part);
  }
  const [first] = parts;
  const last = parts.at(-1);
  if (first !== undefined && last !== undefined && last.to - day > first.from) {
    throw outOfRange(option, hours, 'end the last hours before the first of the next morning begin');
  }
  return parts;
}
