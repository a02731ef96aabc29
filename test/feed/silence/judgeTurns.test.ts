import { describe, expect, it } from 'vitest';
import { SilenceJudge } from '../../../src/feed/staleness/judge/silenceJudge.js';
import type { Judged } from '../../../src/feed/topics/topic.js';
import { Market, note, notes } from './market.js';

const minute = 60_000;

/** A judge of so many topics with a fixed span, each with a message at 0. */
function fixedTopics(count: number, span: number): { readonly judge: SilenceJudge; readonly judged: Judged[] } {
  const judge = new SilenceJudge();
  const judged = Array.from({ length: count }, (_, at) => {
    const one = { ...notes(), span };
    judge.watch(String(at), '', one, 0);
    note(judge, one, 0);
    return one;
  });
  return { judge, judged };
}

describe('the turns of the judge of silence', () => {
  it('take at most 512 topics each, and all turns of a round are due at once', () => {
    const { judge } = fixedTopics(2_000, 1_000);
    expect(judge.deadline).toBe(1_000);
    const found: number[] = [];
    while (judge.deadline === 1_000 && found.length < 10) found.push(judge.advance(1_000).length);
    expect(found).toEqual([512, 512, 512, 464]);
  });

  it('are no longer due when all topics are stale', () => {
    const { judge } = fixedTopics(2_000, 1_000);
    for (let turn = 0; turn < 20 && judge.deadline < Infinity; turn += 1) judge.advance(judge.deadline);
    expect(judge.deadline).toBe(Infinity);
  });

  it('are no longer due when all learned topics are stale', () => {
    const market = new Market(1);
    const all = market.add(20, 1);
    market.run(10 * minute);
    market.silence(all, 600 * minute);
    expect(market.judge.deadline).toBe(Infinity);
  });

  it.each(['closed', 'halted', 'auction'] as const)('are no longer due when all markets are %s', (state) => {
    const market = new Market(2);
    market.add(20, 1, 'A');
    market.add(20, 1, 'B');
    market.run(10 * minute);
    market.become(state, 'A');
    market.become(state, 'B');
    market.rest(1_000);
    expect(market.judge.deadline).toBe(Infinity);
  });

  it('are not due for fixed spans that never end', () => {
    expect(fixedTopics(2_000, Infinity).judge.deadline).toBe(Infinity);
  });

  it('skip no topic when others are forgotten between two turns of a round', () => {
    const { judge, judged } = fixedTopics(1_100, 10_000);
    for (const at of [599, 1_098, 1_099]) {
      const one = judged[at]!;
      one.span = 1_000;
      note(judge, one, 0);
    }
    expect(judge.advance(1_000)).toEqual([]);
    for (const name of ['0', '511', '512', '1']) judge.forget(name);
    const found: string[] = [];
    while (judge.deadline === 1_000) {
      for (const verdict of judge.advance(1_000)) if (verdict.scope === 'topic') found.push(verdict.topic);
    }
    expect(found.sort()).toEqual(['1098', '1099', '599']);
  });

  it('report no outage of a market that closes between two turns of a round', () => {
    const market = new Market(3);
    const all = market.add(600, 0.2);
    market.run(2 * minute);
    expect(market.silence(all, 4_000)).toEqual([]);
    const { judge } = market;
    for (let turn = 0; turn < 20; turn += 1) {
      const due = judge.deadline;
      expect(judge.advance(due)).toEqual([]);
      if (due < market.now + 250 || judge.deadline > due) continue;
      market.now = due;
      market.become('closed');
      break;
    }
    const found = [];
    while (judge.deadline < market.now + minute) found.push(...judge.advance(judge.deadline));
    expect(found).toEqual([]);
  });
});

describe('a process that slept', () => {
  it('has the silence of topics judged that are watched after it, although none was watched when it woke', () => {
    const { judge } = fixedTopics(1, 1_000);
    judge.forget('0');
    judge.advance(5_000);
    const judged = { ...notes(), span: 1_000 };
    judge.watch('a', '', judged, 6_000);
    note(judge, judged, 6_000);
    const found = [];
    while (judge.deadline < minute) found.push(...judge.advance(judge.deadline));
    expect(found).toEqual([{ scope: 'topic', topic: 'a' }]);
  });

  it('has a symbol reported again that was stale, sent a message just before the sleep, and is silent since', () => {
    const { judge, judged } = fixedTopics(1, 1_000);
    expect(judge.advance(1_000)).toEqual([{ scope: 'topic', topic: '0' }]);
    note(judge, judged[0]!, 5_000);
    expect(judge.advance(9_000)).toEqual([]);
    const found = [];
    while (judge.deadline < minute) found.push(...judge.advance(judge.deadline));
    expect(found).toEqual([{ scope: 'topic', topic: '0' }]);
  });
});
