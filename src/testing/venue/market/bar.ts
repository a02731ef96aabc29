import type { Totals } from './instrument.js';

/** The trades of a symbol in one minute; prices and value in satang. */
export interface Bar {
  /** Its beginning, in ms since the Unix epoch. */
  readonly time: number;
  /** Counts the trades of the day. */
  readonly sequence: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number;
}

const minute = 60_000;

/** Makes bars of one minute from the trades of a symbol. */
export class BarSeries {
  /** The last bar there is; `undefined` before the first trade. */
  bar: Bar | undefined;
  private counted: Pick<Totals, 'volume' | 'value'> = { volume: 0, value: 0 };

  /** Adds the trade since the last call to the bar of its minute. Returns whether there was a trade. */
  update({ last, volume, value, deals }: Totals, now: number): boolean {
    if (volume === this.counted.volume) return false;
    const [traded, paid] = [volume - this.counted.volume, value - this.counted.value];
    this.counted = { volume, value };
    const time = Math.floor(now / minute) * minute;
    const before = this.bar?.time === time ? this.bar : undefined;
    this.bar = {
      time,
      sequence: deals,
      open: before?.open ?? last,
      high: Math.max(before?.high ?? last, last),
      low: Math.min(before?.low ?? last, last),
      close: last,
      volume: (before?.volume ?? 0) + traded,
      value: (before?.value ?? 0) + paid,
    };
    return true;
  }
}
