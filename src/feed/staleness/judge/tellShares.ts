import type { Group } from './pooledSilence.js';
import type { ShareWatch } from './shareWatch.js';
import type { Verdict } from './silenceJudge.js';
import { stop } from './topicSilence.js';

/** Says which topics fell silent together. */
export function tellShares(shares: ShareWatch, groups: readonly Group[], now: number, verdicts: Verdict[]): void {
  // By the clock all topics are silent in a lull, and by few bursts of others in every second.
  const told = groups.filter(({ pool }) => pool.judged && pool.even);
  const silent = shares.look(told, now);
  for (const track of silent) stop(track);
  if (silent.length > 0) verdicts.push({ scope: 'share', topics: silent.map(({ topic }) => topic) });
}
