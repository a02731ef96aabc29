import type { MarketPool } from './marketPool.js';
import type { Verdict } from './silenceJudge.js';
import { logSurvival } from './survival.js';
import type { Track } from './track.js';

/** The least silence of a market, in ms, that is told: a status that comes late has this long. */
const soonest = 4_500;

/** Between two looks, in ms. */
const between = 250;

/** ln of the chance of a silence that is none of chance: of all, of whose pace nobody tells; of one market, beside others. */
const allBeyond = -22;
const oneBeyond = -16;

/** So many messages due and not come are none of chance, whatever is known of their laws. */
const missed = 440;

/** A market may fall to this part of its pace at once, for all that is known; and where others go on, who tell. */
const lull = 0.2;
const besideOthers = 0.8;

/** A market and its topics. */
export interface Group {
  readonly pool: MarketPool;
  readonly tracks: ReadonlySet<Track>;
}

/** Judges the silence of markets, and of all of them together. */
export class PooledSilence {
  private told = false;

  /** Something came. */
  heard(): void {
    this.told = false;
  }

  /** Says what is to be said; how long, in ms, until there may be more. */
  look(groups: readonly Group[], now: number, verdicts: Verdict[]): number {
    if (this.told) return Infinity;
    let next = Infinity;
    const judged = groups.filter(({ pool }) => pool.judged);
    const last = judged.reduce((latest, { pool }) => Math.max(latest, lastOf(pool)), -Infinity);
    if (judged.length > 0) next = Math.max(between, last + soonest - now);
    if (now - last >= soonest && (isSilent(judged, last, now, lull, allBeyond) || isMissed(judged, now - last))) {
      for (const { pool } of judged) pool.told = true;
      this.told = true;
      verdicts.push({ scope: 'feed' });
      return Infinity;
    }
    for (const group of judged) {
      const { pool } = group;
      if (pool.told) continue;
      const wait = lastOf(pool) + soonest - now;
      if (wait > 0) next = Math.min(next, wait);
      else {
        next = between;
        const teller = largest(judged.filter((other) => other !== group && other.pool.lastAt > pool.lastAt));
        if (teller === undefined) continue;
        const change = Math.min(1, teller.pool.change);
        // The less its own messages tell its time, the less is known of its pace.
        const sure = 1 - pool.time.byClock;
        if (!isSilent([group], lastOf(pool), now, besideOthers * sure * change, oneBeyond)) continue;
        pool.told = true;
        verdicts.push({ scope: 'market', market: pool.name });
      }
    }
    return next;
  }
}

/** Of few topics a few seconds tell nothing of how lively all are. */
function largest(groups: readonly Group[]): Group | undefined {
  return groups.reduce<Group | undefined>(
    (most, group) => (most !== undefined && most.pool.open >= group.pool.open ? most : group),
    undefined,
  );
}

function lastOf(pool: MarketPool): number {
  return pool.lastAt === pool.lastAt ? pool.lastAt : pool.openedAt;
}

/** Whether so many messages are missed that nothing need be known of them. */
function isMissed(groups: readonly Group[], span: number): boolean {
  return groups.reduce((sum, { pool }) => sum + pool.due(span), 0) >= missed;
}

/** Whether the silence of these markets since then is none of chance, if their time went on at this part of its speed. */
function isSilent(groups: readonly Group[], since: number, now: number, part: number, beyondChance: number): boolean {
  if (groups.some(({ pool }) => now >= pool.owedUntil)) return true;
  let log = 0;
  for (const { pool, tracks } of groups) {
    const passed = part * pool.speedNow * (now - since);
    if (!(passed > 0)) continue;
    const before = pool.lastTime + pool.speedNow * (since - pool.lastAt);
    for (const { judged, told, byTime, last, after } of tracks) {
      const { learned, level } = byTime;
      if (!judged || told === 'stale' || learned === undefined || after !== undefined) continue;
      const age = before - last;
      const { value } = level.scale;
      log += logSurvival(learned.survival, (age + passed) / value) - logSurvival(learned.survival, age / value);
      if (log < beyondChance) return true;
    }
  }
  return false;
}
