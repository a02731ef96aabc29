import type { MarketPool } from './marketPool.js';
import type { Verdict } from './silenceJudge.js';

/** A market that is silent by chance would have sent so many messages: with fewer due it says nothing of the feed. */
const dueAtLeast = 6;

/** Judges the silence of markets, and of all of them together. */
export class PooledSilence {
  private told = false;

  /** Something came. */
  heard(): void {
    this.told = false;
  }

  /** Says what is to be said; how long, in ms, until there may be more. */
  look(pools: readonly MarketPool[], now: number, verdicts: Verdict[]): number {
    let next = Infinity;
    if (this.told) return next;
    const judged = pools.filter((pool) => pool.judged);
    for (const pool of judged) {
      if (now < pool.deadline) {
        next = Math.min(next, pool.deadline - now);
      } else if (!pool.told) {
        pool.told = true;
        const silent = now - pool.lastAt;
        if (judged.every((one) => one.told || isSilent(one, now - one.lastAt, silent))) {
          for (const one of judged) one.told = true;
          this.told = true;
          verdicts.push({ scope: 'feed' });
          return Infinity;
        }
        verdicts.push({ scope: 'market', market: pool.name });
      }
    }
    return next;
  }
}

/** Whether a market is silent together with one that has been so for `longest` ms. */
function isSilent(pool: MarketPool, silent: number, longest: number): boolean {
  return silent >= longest / 2 && pool.due(silent) >= dueAtLeast;
}
