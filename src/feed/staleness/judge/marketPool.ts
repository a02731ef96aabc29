import type { MarketState } from '../../../model/state.js';
import { type Clockwork, Common } from './common.js';
import { MarketTime } from './marketTime.js';

/** Messages since the market opened, before its silence is judged: an open may come late. */
const awakeAfter = 20;

/** After a silence that a connection was given up for, its successor has so long, in ms, to bring something. */
const owedAfter = 60_000;

/** Over how long, in ms, the speed of the market's time is measured; and its speed just now. */
const speedOver = 30_000;
const quickOver = 4_000;

/** As if for so long, in ms, it had gone as fast as the clock: it never stands still for good. */
const measuredBefore = 60_000;

/** A day of trading, in ms. */
export const tradingDay: number = 6 * 3_600_000;

/** The clock, for fast topics of small markets: it knows nothing of lulls, and the fewer others tell of them the more is waited. */
class Clock implements Clockwork {
  readonly speed = 1;
  readonly grain = 0;
  // A memory of few gaps follows a burst, and takes its end for silence.
  readonly levels = 2;
  readonly soonest = 2;
  private readonly time: MarketTime;

  constructor(time: MarketTime) {
    this.time = time;
  }

  get margin(): number {
    return 1 + this.time.byClock / 2;
  }
}

/** One market: its topics' common time, the laws of their gaps, and how fast it goes. */
export class MarketPool implements Clockwork {
  readonly levels = 3;
  readonly soonest = 1;
  readonly name: string;
  readonly time: MarketTime = new MarketTime();
  /** What its topics have in common by its own time, and by the clock. */
  readonly byTime: Common = new Common(this);
  readonly byClock: Common = new Common(new Clock(this.time));
  /** How many of its topics are open. */
  open = 0;
  /** Whether nothing came since the last look. */
  idle: boolean = false;
  /** Whether a look was put off because its time stands still. */
  rested: boolean = false;
  /** Whether a message came since the market opened, or the connection was made. */
  awake: boolean = false;
  openedAt = 0;
  /** What the calendar alone says, and until when. */
  planned: MarketState | undefined;
  plannedUntil: number = Infinity;
  told = false;
  /** Its last message, or when it opened. */
  lastAt: number = NaN;
  /** The same in its time. */
  lastTime: number = NaN;
  checkedAt: number = NaN;
  weighedAt = 0;
  private owed = false;
  private heard = 0;
  private measuredAt = NaN;
  private timeMeasured = 0;
  private clockTime = measuredBefore;
  private marketTime = measuredBefore;
  private present = 1;
  private quick = 1;

  constructor(name: string) {
    this.name = name;
  }

  /** The market opens, or the connection is made; `owed`: the one before was given up for its silence. */
  wake(now: number, owed: boolean = false): void {
    this.owed = owed;
    this.awake = false;
    this.heard = 0;
    this.openedAt = now;
    this.lastAt = NaN;
    this.measuredAt = NaN;
    this.told = false;
    this.time.skip(now);
  }

  /** A message of an open topic came. */
  hear(now: number): void {
    this.heard += 1;
    this.lastAt = now;
    this.lastTime = this.time.now;
    this.told = this.owed = false;
  }

  /** A message came of a topic that is judged by itself alone. */
  touch(now: number): void {
    if (this.heard > 0) this.lastAt = now;
    this.told = this.owed = false;
  }

  /** Nobody could listen until now. */
  excuse(now: number): void {
    this.time.skip(now);
    this.measuredAt = NaN;
    if (this.heard > 0) this.lastAt = now;
  }

  /** Whether its silence as a whole says anything now. */
  get judged(): boolean {
    return (
      this.open > 0 &&
      (this.owed || this.heard >= awakeAfter) &&
      (this.planned === undefined || this.planned === 'open')
    );
  }

  /** When its silence after a connection that was given up is told; `NaN` where it is judged as always. */
  get owedUntil(): number {
    return this.owed ? this.openedAt + owedAfter : NaN;
  }

  /** Messages due in so many ms, by how many came since it opened. */
  due(span: number): number {
    return this.heard < awakeAfter ? 0 : (this.heard * span) / Math.max(1, this.lastAt - this.openedAt);
  }

  get grain(): number {
    return this.time.grain;
  }

  get margin(): number {
    return 1 + 2 * this.time.byClock ** 2;
  }

  /** Whether its time is even enough for seconds. */
  get even(): boolean {
    return this.time.isEven(this.byTime.noise.value);
  }

  /** How fast the market's time goes, in the long run. */
  get speed(): number {
    return this.marketTime / this.clockTime;
  }

  /** How fast it goes at present, while it is heard. */
  get speedNow(): number {
    return this.present;
  }

  /** How fast it goes just now, to how fast it goes at present. */
  get change(): number {
    return this.quick / this.present;
  }

  /** Lets that part of its time pass which its messages don't tell. */
  pass(now: number, guide: MarketPool | undefined): void {
    this.time.pass(now, this.speed, guide);
  }

  /** Measures how fast time goes. */
  check(now: number): void {
    this.checkedAt = now;
    const span = now - this.measuredAt;
    if (!(span > 0) || !this.awake || this.open === 0) {
      this.measuredAt = now;
      this.timeMeasured = this.time.now;
      return;
    }
    const passed = this.time.now - this.timeMeasured;
    const quick = Math.exp(-span / quickOver);
    // Silence is told by what was before it.
    if (this.idle) return;
    this.measuredAt = now;
    this.timeMeasured = this.time.now;
    this.clockTime += span;
    this.marketTime += passed;
    if (this.clockTime > tradingDay) {
      this.clockTime /= 2;
      this.marketTime /= 2;
    }
    const kept = Math.exp(-span / speedOver);
    this.present = this.present * kept + (1 - kept) * (passed / span);
    this.quick = this.quick * quick + (1 - quick) * (passed / span);
  }
}

/** The market whose messages tell the time best, for those whose own don't: the largest that is told by messages alone. */
export function guideOf(pools: readonly MarketPool[]): MarketPool | undefined {
  return pools
    .filter(({ open, awake, told, time }) => open > 0 && awake && !told && time.byClock === 0)
    .reduce<MarketPool | undefined>(
      (most, pool) => (most !== undefined && most.open >= pool.open ? most : pool),
      undefined,
    );
}
