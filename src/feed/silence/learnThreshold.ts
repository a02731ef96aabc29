import { tradingDay } from './marketPool.js';
import { tailFit } from './tailFit.js';
import type { Track } from './track.js';

/** Gaps beyond the threshold, of one topic, a day: one false mark in 1,000 symbol-days. */
const budget = 0.001;

/** What laws that are none of those thought of need. */
const headroom = 1.1;

/** Gaps enough to speak for a market. */
const speaks = 256;

/** Gaps enough to take part in telling the market's time. */
const tellsTime = 32;

/** Finer than so many messages of others, the market's time is rough. */
const rough = 8;

/** Learns a topic's threshold from its gaps, and from those of its like. */
export function learnThreshold(track: Track): void {
  const { gaps, pool, seen } = track;
  const fit = tailFit(gaps, pool.prior.logs, rough * pool.time.grain);
  const perDay = Math.max(1, (tradingDay * pool.speed) / gaps.mean);
  track.threshold = headroom * fit.quantile(budget / perDay);
  track.quietAfter = fit.quantile(Math.min(0.5, 1 / perDay));
  if (seen >= speaks) pool.prior.learn(fit.likely);
  const usual = 1 / gaps.mean;
  if (seen >= tellsTime && !(usual < 2 * track.usual && usual > track.usual / 2)) track.usual = usual;
  if (track.market === 'open' && track.usual !== track.rate) pool.time.add(track, track.usual);
  track.nextFit = seen + Math.max(4, Math.min(8_192, Math.floor(0.5 * seen)));
}
