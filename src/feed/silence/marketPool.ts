import type { MarketState } from '../../events.js';
import { GapHistogram } from './gapHistogram.js';
import { MarketTime } from './marketTime.js';
import { ShapePrior } from './shapePrior.js';
import { tailFit } from './tailFit.js';

/** The least silence of a market, in ms, that is told: a status that comes late has this long. */
const soonest = 4_500;

/** … and the longest where its messages come a hundred a second. */
const latestOfBusy = 4_800;

/** Messages since the market opened, before its silence is judged: an open may come late. */
const awakeAfter = 20;

/** A market may fall to a tenth of its pace at once (lunch); so many messages are then still due. */
const dueAtTenth = 25;

/** Over how long, in ms, the pace is measured. */
const paceOver = 60_000;

/** After a silence that a connection was given up for, its successor has so long, in ms, to bring something. */
const owedAfter = 60_000;

/** Between two looks at shares, in ms. */
const lookEvery = 1_000;

/** Over how long, in ms, the present speed of the market's time is measured. */
const speedOver = 30_000;

/** False alarms of a market, a day of its silence being judged. */
const budget = 0.0001;

/** A day of trading, in ms. */
export const tradingDay: number = 6 * 3_600_000;

/** One market: its topics' common time, the laws of their gaps, and the silence of all together. */
export class MarketPool {
  readonly name: string;
  readonly time: MarketTime = new MarketTime();
  readonly prior: ShapePrior = new ShapePrior();
  /** How many of its topics are open. */
  open = 0;
  /** Whether nothing came since the last look. */
  idle: boolean = false;
  /** Whether a message came since the market opened, or the connection was made. */
  awake: boolean = false;
  openedAt = 0;
  /** What the calendar alone says, and until when. */
  planned: MarketState | undefined;
  plannedUntil: number = Infinity;
  told = false;
  private owed = false;
  lastAt: number = NaN;
  private readonly gaps = new GapHistogram();
  private heard = 0;
  private counted = 0;
  checkedAt: number = NaN;
  private timeChecked = 0;
  private clockTime = 0;
  private marketTime = 0;
  private present = 1;
  private lookedAt = -Infinity;
  private pace = 0;
  private paceWeight = 0;
  private learnedAt = -Infinity;
  private learned = 0;

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
    this.checkedAt = NaN;
    this.told = false;
    this.time.skip(now);
  }

  /** A message of an open topic came. */
  hear(now: number): void {
    if (this.heard > 0) this.gaps.add(now - this.lastAt);
    this.heard += 1;
    this.counted += 1;
    this.lastAt = now;
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
    this.checkedAt = NaN;
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

  /** When its silence is beyond normal; `Infinity` while it is not judged, or was told. */
  get deadline(): number {
    if (!this.judged || this.told) return Infinity;
    return this.owed ? this.openedAt + owedAfter : this.lastAt + this.patience;
  }

  /** Messages due in so many ms. */
  due(span: number): number {
    return this.perMs * span;
  }

  /** How fast the market's time goes, in the long run. */
  get speed(): number {
    return this.clockTime > 0 ? this.marketTime / this.clockTime : 1;
  }

  /** How fast it goes at present. */
  get speedNow(): number {
    return this.present;
  }

  /** Measures the pace; whether shares are to be looked at. */
  check(now: number): boolean {
    const span = now - this.checkedAt;
    if (span > 0) {
      if (this.awake) {
        this.clockTime += span;
        const passed = this.time.now - this.timeChecked;
        this.marketTime += passed;
        const faded = Math.exp(-span / speedOver);
        this.present = this.present * faded + (1 - faded) * (passed / span);
        if (this.clockTime > tradingDay) {
          this.clockTime /= 2;
          this.marketTime /= 2;
        }
      }
      const kept = Math.exp(-span / paceOver);
      this.pace = this.pace * kept + (1 - kept) * (this.counted / span);
      this.paceWeight = this.paceWeight * kept + (1 - kept);
    }
    if (!(span === 0)) this.counted = 0;
    this.checkedAt = now;
    this.timeChecked = this.time.now;
    if (now - this.learnedAt > paceOver && this.gaps.total >= 64) {
      this.learnedAt = now;
      this.learned = tailFit(this.gaps, this.prior.logs).quantile((budget * this.gaps.mean) / tradingDay);
    }
    if (!this.judged || now - this.lookedAt < lookEvery) return false;
    this.lookedAt = now;
    return true;
  }

  private get perMs(): number {
    return this.paceWeight > 0 ? this.pace / this.paceWeight : 0;
  }

  private get patience(): number {
    const { perMs } = this;
    const patience = Math.max(soonest, (10 * dueAtTenth) / perMs, this.learned);
    return perMs >= 0.1 ? Math.min(patience, latestOfBusy) : patience;
  }
}
