import { describe, expect, it } from 'vitest';
import { Market, note } from './market.js';

const minute = 60_000;

describe('a symbol that was stale before it had a threshold', () => {
  it('gets a threshold like any other symbol, and is stale again by maxStaleAfter', () => {
    const market = new Market(41, { minStaleAfter: 2_000, maxStaleAfter: 45_000 });
    const all = market.add(20, 0.05);
    market.run(5 * minute);
    expect(market.found.some(({ verdict }) => verdict.scope === 'topic')).toBe(true);
    market.run(60 * minute);
    for (const { topic } of all) {
      expect(market.judge.explain(topic)?.thresholdMs).toBeGreaterThan(0);
      expect(market.judge.explain(topic)?.samples).toBeGreaterThan(64);
    }
    for (const { judged } of all.slice(0, 5)) note(market.judge, judged, market.now);
    market.silence(all.slice(0, 5), 2 * minute);
    const stale = market.found.flatMap(({ at, verdict }) =>
      at > market.now - 2 * minute && verdict.scope === 'topic' ? [verdict.topic] : [],
    );
    expect(stale).toEqual(expect.arrayContaining(all.slice(0, 5).map(({ topic }) => topic)));
  });
});
