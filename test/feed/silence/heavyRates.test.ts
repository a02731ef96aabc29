import { describe, expect, it } from 'vitest';
import type { SilenceJudge } from '../../../src/feed/staleness/judge/silenceJudge.js';
import type { Judged } from '../../../src/feed/topics/topic.js';
import { Market, note, type Sender } from './market.js';

/** Lets the symbols send a message every so many ms, until a time. */
function send(judge: SilenceJudge, topics: readonly Judged[], every: number, from: number, until: number): void {
  for (let now = from; now < until; now += every) {
    while (judge.deadline <= now) judge.advance(judge.deadline);
    for (const judged of topics) note(judge, judged, now);
  }
}

function twoTopics(): { readonly judge: SilenceJudge; readonly topics: Judged[]; readonly senders: Sender[] } {
  const market = new Market();
  const senders = market.add(2, 0);
  return { judge: market.judge, topics: senders.map(({ judged }) => judged), senders };
}

describe('the threshold of a symbol', () => {
  it('is the least one at 1,000 messages a second from the first moment on', () => {
    const { judge, topics, senders } = twoTopics();
    send(judge, topics, 1, 0, 60_000);
    for (const { topic } of senders) expect(judge.explain(topic)?.thresholdMs).toBe(2_000);
    expect(judge.deadline).toBeLessThan(60_250);
  });

  it.each([30, 100, 3_000])('is a number although the first %d messages are read in one moment', (count) => {
    const { judge, topics, senders } = twoTopics();
    for (const judged of topics) for (let number = 0; number < count; number += 1) note(judge, judged, 0);
    send(judge, topics, 50, 0, 60_000);
    for (const { topic } of senders) expect(judge.explain(topic)?.thresholdMs).toBeLessThan(600_000);
    expect(judge.deadline).toBeLessThan(60_250);
  });

  it('is a number although thousands of messages are read in one moment later', () => {
    const { judge, topics, senders } = twoTopics();
    send(judge, topics, 300, 0, 60_000);
    while (judge.deadline < 60_000) judge.advance(judge.deadline);
    for (let number = 0; number < 5_000; number += 1) for (const judged of topics) note(judge, judged, 60_000);
    send(judge, topics, 300, 60_300, 120_000);
    for (const { topic } of senders) expect(judge.explain(topic)?.thresholdMs).toBeLessThan(Infinity);
    expect(judge.deadline).toBeLessThan(120_300);
  });
});
