import { describe, expect, it } from 'vitest';
import { SilenceJudge } from '../../../src/feed/staleness/judge/silenceJudge.js';
import type { Verdict } from '../../../src/feed/staleness/judge/verdict.js';
import type { Judged } from '../../../src/feed/topics/topic.js';
import type { MarketState } from '../../../src/model/state.js';
import { note, notes } from './market.js';

interface Followed {
  readonly market: string;
  readonly judged: Judged;
  state: MarketState;
  reported: 'nothing' | 'quiet' | 'stale';
}

const states: readonly MarketState[] = ['open', 'open', 'open', 'unknown', 'closed', 'auction', 'halted'];
const markets = ['A', 'B', 'C'];
/** Spans in ms that pass between two steps: most of them short, some of them a lunch, a night or a sleep. */
const spans = [0, 0, 1, 50, 250, 250, 1_000, 1_000, 4_600, 20_000, 7_200_000, 57_600_000];

/** A judge that is used at random, and what it may report at each moment. */
class RandomUse {
  readonly judge = new SilenceJudge();
  readonly counts: Record<Verdict['scope'], number> = { topic: 0, quiet: 0, partial: 0, market: 0, feed: 0 };
  /** Reports that were not allowed. */
  readonly wrong: string[] = [];
  private readonly followed = new Map<string, Followed>();
  private readonly planned = new Map<string, MarketState | undefined>();
  private readonly steps: readonly (() => void)[];
  private now = 0;
  private random: number;
  private named = 0;

  constructor(seed: number) {
    this.random = seed;
    const [often, always] = [4, 12];
    this.steps = [
      () => {
        this.watch(1 + this.below(20));
      },
      () => {
        this.watch(this.below(8) === 0 && this.followed.size < 300 ? 600 : 1);
      },
      () => {
        this.forget(this.followed.size > 600 ? 300 : 1 + this.below(30));
      },
      () => {
        this.become();
      },
      () => {
        this.calendar();
      },
      () => {
        this.breakLink();
      },
      ...Array.from({ length: often }, () => () => {
        this.interrupt();
      }),
      ...Array.from({ length: often }, () => () => {
        this.send(this.pick([1, 20, 300]), this.pick([1, 1, 1, 100]));
      }),
      ...Array.from({ length: always }, () => () => {
        this.trade(this.pick([1, 10, 40]));
      }),
      ...Array.from({ length: always }, () => () => {
        this.pass();
      }),
    ];
  }

  step(): void {
    this.pick(this.steps)();
    if (Number.isNaN(this.judge.deadline)) this.wrong.push('a deadline that is not a number');
  }

  private watch(count: number): void {
    for (let number = 0; number < count; number += 1) {
      const market = this.pick(markets);
      const name = `${market}${String((this.named += 1))}`;
      const judged = { ...notes(), span: this.pick([undefined, undefined, undefined, undefined, 3_000, Infinity]) };
      const state = this.pick(states);
      this.followed.set(name, { market, judged, state, reported: 'nothing' });
      this.judge.watch(name, market, judged, this.now);
      this.judge.market(name, state, this.now);
    }
  }

  private forget(count: number): void {
    for (const name of this.some(count)) {
      this.judge.forget(name);
      this.followed.delete(name);
    }
    // The judge forgets a market with its last topic.
    for (const market of markets)
      if ([...this.followed.values()].every((topic) => topic.market !== market)) this.planned.delete(market);
  }

  /** A market or a part of it changes its state. */
  private become(): void {
    const [market, state] = [this.pick(markets), this.pick(states)];
    const part = this.pick([1, 1, 1, 10]);
    for (const [name, topic] of this.followed) {
      if (topic.market !== market || this.below(part) > 0) continue;
      // After a night, a topic that was stale the day before may be reported again.
      if (!isJudged(topic.state)) topic.reported = 'nothing';
      topic.state = state;
      this.judge.market(name, state, this.now);
    }
  }

  private calendar(): void {
    const [market, state] = [this.pick(markets), this.pick([...states, undefined])];
    if ([...this.followed.values()].every((topic) => topic.market !== market)) return;
    this.planned.set(market, state);
    this.judge.calendar(market, state, this.now, this.now + 1_000 * this.below(10_000));
  }

  private breakLink(): void {
    this.judge.linkLost();
    if (this.judge.deadline !== Infinity) this.wrong.push('a deadline while the link is lost');
    this.now += this.pick(spans);
    for (const verdict of this.judge.advance(this.now)) this.wrong.push(`${verdict.scope} while the link is lost`);
    this.judge.linkLive(this.now);
  }

  private send(topics: number, messages: number): void {
    for (const name of this.some(topics)) {
      const topic = this.followed.get(name);
      if (topic === undefined) continue;
      for (let number = 0; number < messages; number += 1) note(this.judge, topic.judged, this.now);
      topic.reported = 'nothing';
    }
  }

  /** Topics send for so many quarters of a second, and each turn is taken when it is due. */
  private trade(quarters: number): void {
    for (let quarter = 0; quarter < quarters; quarter += 1) {
      this.send(this.pick([20, 100]), 1);
      this.turnsUntil(this.now + 250);
    }
  }

  /** Time passes: turns are taken in time, or one of them late, or one too early. */
  private pass(): void {
    const end = this.now + this.pick(spans);
    if (this.below(3) > 0) this.turnsUntil(end);
    else {
      this.now = end;
      this.turn();
    }
  }

  /** A market changes or topics are forgotten between two turns of a round. */
  private interrupt(): void {
    if (this.judge.deadline < Infinity) this.now = Math.max(this.now, this.judge.deadline);
    this.turn();
    if (this.below(2) > 0) this.become();
    else this.forget(10);
    this.turnsUntil(this.now);
  }

  private turnsUntil(end: number): void {
    let [turns, last, all] = [0, NaN, 0];
    while (this.judge.deadline <= end) {
      this.now = Math.max(this.now, this.judge.deadline);
      turns = this.now === last ? turns + 1 : 0;
      last = this.now;
      this.turn();
      if (turns > 20) throw new Error(`more than 20 turns at ${String(this.now)} ms`);
      // In a long time, rounds may follow each other for as long as a market is silent by chance.
      if ((all += 1) > 400) break;
    }
    this.now = Math.max(this.now, end);
  }

  private turn(): void {
    for (const verdict of this.judge.advance(this.now)) {
      this.counts[verdict.scope] += 1;
      const isOpen = [...this.followed.values()].some(
        ({ market, state }) =>
          state === 'open' &&
          (this.planned.get(market) ?? 'open') === 'open' &&
          (verdict.scope !== 'market' || market === verdict.market),
      );
      if ('topic' in verdict) this.silent(verdict.topic, verdict.scope === 'quiet' ? 'quiet' : 'stale');
      else if ('topics' in verdict) for (const name of verdict.topics) this.silent(name, 'stale');
      else if (!isOpen) this.wrong.push(`${verdict.scope} while no market is open`);
    }
  }

  private silent(name: string, reported: 'quiet' | 'stale'): void {
    const topic = this.followed.get(name);
    if (topic === undefined) this.wrong.push(`${name} is ${reported}, although it was forgotten`);
    else if (!isJudged(topic.state)) this.wrong.push(`${name} is ${reported}, although it is ${topic.state}`);
    else if (topic.reported === 'stale' || topic.reported === reported)
      this.wrong.push(`${name} is ${reported}, although it was ${topic.reported}`);
    else topic.reported = reported;
  }

  private some(count: number): string[] {
    const names = [...this.followed.keys()];
    return Array.from({ length: Math.min(count, names.length) }, () => this.pick(names));
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** A random whole number below a limit, by the generator of Park and Miller. */
  private below(limit: number): number {
    this.random = (this.random * 48_271) % 2_147_483_647;
    return Math.floor((this.random / 2_147_483_647) * limit);
  }
}

function isJudged(state: MarketState): boolean {
  return state === 'open' || state === 'unknown';
}

describe('a judge of silence that is used at random in 5,000 steps', () => {
  it.each([1, 3])('reports no topic that is forgotten, closed or already reported (seed %d)', (seed) => {
    const use = new RandomUse(seed);
    for (let step = 0; step < 5_000 && use.wrong.length === 0; step += 1) use.step();
    expect(use.wrong).toEqual([]);
    expect(use.counts.topic).toBeGreaterThan(100);
    expect(use.counts.quiet).toBeGreaterThan(100);
    expect(use.counts.feed).toBeGreaterThan(0);
  });
});
