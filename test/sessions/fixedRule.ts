import type { Judge, Verdict } from './judge.js';

/** A rule in wide use: a symbol is dead after 10 s without a message, the feed after 5; markets and rates are unknown. */
export function fixedRule(symbolAfter = 10_000, feedAfter = 5_000): Judge {
  const numbers = new Map<string, number>();
  const topics: string[] = [];
  const heard: number[] = [];
  // A ring by the time of their last message; 0 is between its ends, and points to itself when nobody is in it.
  const before = [0];
  const after = [0];
  let last = Infinity;
  const leave = (number: number): void => {
    after[before[number]!] = after[number]!;
    before[after[number]!] = before[number]!;
  };
  return {
    watch: (topic) => {
      topics.push(topic);
      const number = topics.length;
      numbers.set(topic, number);
      before[number] = after[number] = number;
    },
    seen: (topic, now) => {
      const number = numbers.get(topic)!;
      last = heard[number] = now;
      leave(number);
      before[number] = before[0]!;
      after[number] = 0;
      after[before[0]!] = number;
      before[0] = number;
    },
    market: () => {},
    linkLost: () => {
      for (let number = 0; number <= topics.length; number += 1) before[number] = after[number] = number;
      last = Infinity;
    },
    linkLive: (now) => {
      last = now;
    },
    deadline: () => Math.min(last + feedAfter, after[0] === 0 ? Infinity : heard[after[0]!]! + symbolAfter),
    advance: (now) => {
      const verdicts: Verdict[] = [];
      if (now >= last + feedAfter) {
        last = Infinity;
        verdicts.push({ scope: 'feed' });
      }
      for (let number = after[0]!; number !== 0 && now >= heard[number]! + symbolAfter; number = after[0]!) {
        leave(number);
        before[number] = after[number] = number;
        verdicts.push({ scope: 'topic', topic: topics[number - 1]! });
      }
      return verdicts;
    },
  };
}
