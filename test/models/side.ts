import type { QueueSnapshot } from '../../operators/index.js';
import { expectConserved } from '../support/conserved.js';
import { type Dice, dice } from '../support/feedMachineDice.js';

/** A value: of one key, and known by its number. */
export interface Item {
  readonly key: number;
  readonly id: number;
  readonly control: boolean;
}

const reasons = ['capacity', 'key-evicted', 'control-capacity', 'unsubscribed', 'completed', 'errored'] as const;

/** For models in which no time passes. */
export const stoppedClock: { now(): number } = { now: () => 0 };

/** Thrown by callbacks on purpose. */
export class Thrown extends Error {}

/**
 * One of two that are driven alike: an operator, and a naive model of it. Both throw the same dice as long as both do the
 * same; the first difference in what they say ends the run.
 */
export abstract class Side {
  readonly dice: Dice;
  /** Notifications since the last step: two sides are the same when these are. */
  readonly log: (string | number)[] = [];
  /** Results of promises since the last step: they arrive a little later, so in no order among each other. */
  readonly answers: string[] = [];
  /** The number of errors of consumers that have to be reported as unhandled. */
  unhandled = 0;
  protected depth = 0;
  /** From inside callbacks more is done: the share of them. */
  protected reentry = 0.06;
  private ids = 0;

  constructor(seed: number) {
    this.dice = dice(seed);
  }

  /** Does something at random, and says what came of it. */
  step(): void {
    this.log.length = 0;
    this.act();
    this.recordCounts();
  }

  protected abstract act(): void;

  /** Records the counts of now; they have to be right whenever a callback runs. */
  protected abstract stats(): QueueSnapshot;

  protected item(): Item {
    this.ids += 1;
    return { key: Math.floor(this.dice.next() * 12), id: this.ids, control: this.dice.chance(0.15) };
  }

  /** In a callback: says so, then maybe does something else, then maybe throws. */
  protected observed(what: string, id: number | string = '', throws = 0.01): void {
    this.log.push(what, id);
    this.recordCounts();
    if (this.depth < 3 && this.dice.chance(this.reentry)) {
      this.depth += 1;
      this.act();
      this.depth -= 1;
    }
    if (this.dice.chance(throws)) throw new Thrown(what);
  }

  /** The same in a consumer's `next`, whose throws are reported as unhandled. */
  protected reports(what: string, id: number | string = ''): void {
    try {
      this.observed(what, id);
    } catch (error) {
      if (error instanceof Thrown) this.unhandled += 1;
      throw error;
    }
  }

  protected recordCounts(): void {
    const stats = this.stats();
    expectConserved(stats);
    this.log.push(stats.received, stats.emitted, stats.conflated, stats.inFlight, stats.callbackErrors);
    this.log.push(stats.oldestWait, stats.longestWait, stats.totalWait);
    for (const reason of reasons) this.log.push(stats.dropped[reason] ?? 0);
  }
}

/** Calls back as the library does: what is thrown changes nothing here, and is counted by `counts` where there is one. */
export function calmly(call: () => void, counts?: { callbackErrors: number }): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    if (counts) counts.callbackErrors += 1;
  }
}
