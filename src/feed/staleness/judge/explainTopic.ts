import { tradingDay } from './marketPool.js';
import type { Limits, SilenceExplanation } from './silenceJudge.js';
import type { Track } from './track.js';

/** What is known of a topic's silence. */
export function explainTopic(track: Track, { minAfter, maxAfter }: Limits): SilenceExplanation {
  const { pool, after, pace, byClock, seen } = track;
  const thresholdMs =
    after ?? Math.min(maxAfter, Math.max(minAfter, pace.threshold / (pace === byClock ? 1 : track.speedNow)));
  const left = Math.min(tradingDay, pool.planned === 'open' ? pool.plannedUntil - pool.checkedAt : Infinity);
  return { thresholdMs, undetectable: thresholdMs > left, samples: seen };
}
