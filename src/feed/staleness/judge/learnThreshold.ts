import { unit } from './gapHistogram.js';
import { tradingDay } from './marketPool.js';
import { survival } from './survival.js';
import { tailFit } from './tailFit.js';
import type { Level } from './level.js';
import { type Learned, variances } from './learned.js';
import { Pace } from './pace.js';
import type { Track } from './track.js';

/** Gaps beyond the threshold, of one topic, a day: one false mark in 1,000 symbol-days. */
const budget = 0.001;

/** What laws that are none of those thought of need, and half as much again where a pace is followed that few gaps tell. */
const headrooms = [1.05, 1.5, 1.5] as const;

/** From this variance of its logarithm on a scale is doubted, for about so many gaps a day. */
const doubtful = 0.1;
const doubtfulGaps = 20;

/** Gaps enough to speak for a market. */
const speaks = 256;

/** Gaps enough to take part in telling the market's time. */
const tellsTime = 32;

/** Finer than so many messages of others, the market's time is rough. */
const rough = 8;

/** How much better, in nats a gap, a shorter memory must foresee gaps: many gaps tell little differences apart. */
function better(total: number): number {
  return 0.003 + 3 / total;
}

/** Levels nearly as good as the best, in nats a gap: which of them waits least is asked. */
const near = 0.06;

/** The levels that foresee gaps best: the one with the longest memory alone, where no other does better. */
function best(levels: readonly Level[]): readonly number[] {
  const worth = levels.map(({ gaps }, level) =>
    gaps.total < 8
      ? Infinity
      : gaps.entropy + 0.1 * Math.abs(Math.log(gaps.scale)) + (level === 0 ? 0 : better(gaps.total)),
  );
  const least = Math.min(...worth);
  if (worth[0] === least || least === Infinity) return [0];
  return worth.flatMap((one, level) => (one <= least + near ? [level] : []));
}

/** By the clock a topic is followed that is heard so often: its pace changes with the hours, which the clock doesn't tell. */
const oftenEnough = 15_000;

/** Gaps before it is judged by the clock; and so much sooner must that tell of it. */
const enoughByClock = 64;
const sooner = 0.8;

/** Learns thresholds from gaps, and from those of its like. */
function learnPace(pace: Pace): void {
  const { common, mean } = pace;
  const { speed, grain } = common.time;
  const perDay = Math.max(1, (tradingDay * speed) / mean);
  const learn = (level: number): Learned & { readonly likely: Float64Array; readonly wait: number } => {
    const { gaps, scale } = pace.levels[level] ?? pace.level;
    const fit = tailFit(gaps, common.prior(level).logs, (rough * grain * unit) / scale.value, pace.noise);
    // A day may be as lively as two.
    const length = (2 * perDay * mean * unit) / scale.value;
    const headroom = headrooms[level] ?? 1;
    // A scale that came after gaps which became ever shorter will not always do so.
    const lag = Math.min(1, gaps.scale);
    const usual = fit.longest(budget, perDay, length, 0);
    const stale = variances.map((variance) => {
      // A scale that is doubted is so for few gaps: a third of the budget is theirs.
      const gap =
        variance < doubtful
          ? fit.longest(budget, perDay, length, variance)
          : fit.longest(budget / 3, Math.min(perDay, doubtfulGaps), length, variance);
      return (headroom * Math.max(usual, gap)) / lag / unit;
    });
    return {
      level,
      stale,
      quiet: fit.longest(1, perDay, length, 0) / unit,
      survival: survival(gaps, fit),
      likely: fit.likely,
      wait: headroom * usual,
    };
  };
  const learned = best(pace.levels.slice(0, common.time.levels))
    .map(learn)
    .reduce((one, other) => (other.wait < one.wait ? other : one));
  const { level, likely } = learned;
  const { gaps } = pace.levels[level] ?? pace.level;
  const prior = common.prior(level);
  pace.learn(learned);
  if (gaps.total >= speaks) {
    const { said } = pace;
    if (said !== undefined && said.level !== level) common.prior(said.level).forget(said.likely);
    prior.learn(likely, said?.level === level ? said.likely : undefined);
    pace.said = { level, likely };
  }
}

/** Learns when a topic is stale, by its market's time; or by the clock, where that time is rough and the clock tells sooner. */
export function learnThreshold(track: Track): void {
  const { pool, seen, byTime } = track;
  const { mean } = byTime;
  learnPace(byTime);
  track.pace = byTime;
  let soon = 16_384;
  if (pool.even || mean > oftenEnough * pool.speed) track.byClock = undefined;
  else {
    if (track.byClock === undefined) soon = enoughByClock;
    const byClock = (track.byClock ??= new Pace(pool.byClock));
    if (byClock.seen >= enoughByClock) {
      learnPace(byClock);
      if (byClock.threshold < (sooner * byTime.threshold) / pool.speed) track.pace = byClock;
    }
  }
  const usual = 1 / mean;
  if (seen >= tellsTime && !(usual < 2 * track.usual && usual > track.usual / 2)) track.usual = usual;
  if (track.market === 'open' && track.told !== 'stale' && track.usual !== track.rate)
    pool.time.add(track, track.usual);
  track.nextFit = seen + Math.max(6, Math.min(soon, seen < speaks ? seen / 4 : seen));
}
