import type { SilenceExplanation } from '../../diagnostics/topicExplanation.js';
import { type Limits, rules } from './rules.js';
import type { TopicSilence } from './topicSilence.js';

/** Explains when the silence of a topic is reported. */
export function explainSilence(topic: TopicSilence, { minStaleAfter, maxStaleAfter }: Limits): SilenceExplanation {
  const { market, staleAfter, quietAfter, gaps: samples, judged } = topic;
  const inTime = (threshold: number): number =>
    Math.min(maxStaleAfter, Math.max(minStaleAfter, threshold / market.speed));
  const isUnlearned = staleAfter === Infinity;
  const atLatest = isUnlearned && topic.state === 'unknown' ? rules.unlearned : Infinity;
  const thresholdMs = judged.span ?? Math.min(inTime(staleAfter), atLatest);
  const undetectable = thresholdMs > Math.min(market.plannedUntil - market.at, rules.tradingDay);
  const unnoticed = undetectable ? '; its silence alone would not be noticed today' : '';
  return { thresholdMs, undetectable, samples, fixed: judged.span !== undefined, text: sentence() + unnoticed };

  function sentence(): string {
    if (judged.span !== undefined) return `stale ${after(judged.span)}, as set by staleAfter`;
    if (isUnlearned) return `stale ${after(thresholdMs)}; too few gaps to learn from, ${samples} of ${rules.fewGaps}`;
    return `quiet ${after(inTime(quietAfter))} and stale ${after(thresholdMs)} at the present speed of its market; learned from ${samples} gaps`;
  }
}

function after(ms: number): string {
  if (ms === Infinity) return 'never';
  const [value, unit] = ms < 120e3 ? [ms / 1e3, 's'] : ms < 7_200e3 ? [ms / 60e3, 'min'] : [ms / 3_600e3, 'h'];
  return `after ${value.toFixed(1)} ${unit} without a message`;
}
