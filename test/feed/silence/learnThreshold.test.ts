import { describe, expect, it } from 'vitest';
import { learnThreshold } from '../../../src/feed/staleness/judge/learnThreshold.js';
import { MarketPool } from '../../../src/feed/staleness/judge/marketPool.js';
import { Track } from '../../../src/feed/staleness/judge/track.js';

describe('a topic’s law is fitted anew', () => {
  // What its like have taught meanwhile would else be missed for days by one that is heard four times an hour.
  it('after a quarter more of its gaps, while they are few', () => {
    const track = new Track('one', new MarketPool('M'));
    for (let gap = 0; gap < 80; gap += 1) track.byTime.add(1_000 + 100 * gap, true);
    learnThreshold(track);
    expect(track.nextFit).toBe(100);
  });
});
