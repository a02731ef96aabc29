import type { MarketState } from '../../../model/state.js';
import type { Judged } from '../../topics/topic.js';
import type { SilenceExplanation } from '../../diagnostics/topicExplanation.js';
import { explainSilence } from './explainSilence.js';
import { lawCount } from './gapLaws.js';
import { MarketTime } from './marketTime.js';
import { Outages } from './outages.js';
import { type Limits, rules, usualLimits } from './rules.js';
import { TopicSilence } from './topicSilence.js';
import type { Verdict } from './verdict.js';

/**
 * Judges silence. It has no timer and reads no clock: its owner calls `advance()` at `deadline`, which every method may change. Every `now`
 * is monotonic time in ms.
 *
 * A round goes over all topics, a few hundred in each turn. Each topic learns from the messages since the last round, and its silence is
 * compared with its thresholds. While messages come, one round follows another. Otherwise the next round begins when a silence can be long
 * enough.
 */
export class SilenceJudge {
  /** The time to call `advance()`; `Infinity` while no silence can be reported. */
  deadline: number = Infinity;
  private readonly limits: () => Limits;
  private readonly topics = new Map<string, TopicSilence>();
  private readonly markets = new Map<string, MarketTime>();
  private readonly outages = new Outages();
  private readonly prior = new Float64Array(lawCount).fill(1 / lawCount);
  private isLive = true;
  private isCatchingUp = false;
  /** The topics that the present round has yet to judge, and when it began; `undefined` between rounds. */
  private round: { readonly topics: Iterator<TopicSilence>; readonly now: number } | undefined;
  /** The time at which the next round begins: because of continuing silence, and because of messages. */
  private silentAt = Infinity;
  private messagesAt = Infinity;
  private verdicts: Verdict[] = [];

  constructor(limits: () => Limits = () => usualLimits) {
    this.limits = limits;
  }

  /** Follows a topic from now on. The delivery path notes its messages in `judged`. */
  watch(name: string, market: string, judged: Judged, now: number): void {
    if (this.topics.has(name)) return;
    const time = this.markets.get(market) ?? new MarketTime(market, now);
    this.markets.set(market, time);
    time.topics += 1;
    time.judged += 1;
    this.topics.set(name, new TopicSilence(name, time, judged));
  }

  forget(name: string): void {
    const topic = this.topics.get(name);
    if (topic === undefined) return;
    this.topics.delete(name);
    const { market } = topic;
    if (topic.isJudged) market.judged -= 1;
    if (topic.isOpen) market.open -= 1;
    topic.isOpen = false;
    // The present round may still name it.
    topic.state = 'closed';
    market.topics -= 1;
    if (market.topics === 0) this.markets.delete(market.name);
  }

  /** Called when a message was noted at `now`. `span` is the topic's fixed `staleAfter` in ms; `undefined` if it is learned. */
  noted(now: number, span: number | undefined): void {
    const due = now + (span ?? rules.every);
    if (due >= this.messagesAt) return;
    this.messagesAt = due;
    this.arm();
  }

  /** Sets the state of a topic's market. Outages are looked for in open markets, and in unknown ones that were open when last known. */
  market(name: string, state: MarketState, now: number, wasOpen: boolean = false): void {
    const topic = this.topics.get(name);
    if (topic === undefined) return;
    const { market, isJudged: was } = topic;
    const isOpen = state === 'open' || (state === 'unknown' && wasOpen);
    if (isOpen !== topic.isOpen) {
      topic.isOpen = isOpen;
      market.open += isOpen ? 1 : -1;
      this.review(now + rules.every);
    }
    if (state === topic.state) return;
    const is = state === 'open' || state === 'unknown';
    if (is && !was && market.judged === 0) market.wake(now);
    topic.become(state, now);
    if (is !== was) market.judged += is ? 1 : -1;
    if (was && market.judged === 0) market.close(now);
    this.review(now + rules.every);
  }

  /** Sets the state of a market by the calendar alone, and its end. Without it, a close whose status comes late would look like a fault. */
  calendar(name: string, state: MarketState | undefined, now: number, until: number = Infinity): void {
    const market = this.markets.get(name);
    if (market === undefined) return;
    market.plan(state, until, now);
    this.review(now + rules.every);
  }

  /** Starts the next round at `now`, e.g. because the limits changed. */
  review(now: number): void {
    if (now >= this.silentAt) return;
    this.silentAt = now;
    this.arm();
  }

  /** Whether any market is open, by its topics and by the calendar. */
  get isOpen(): boolean {
    for (const { open, isPlannedOpen } of this.markets.values()) if (open > 0 && isPlannedOpen) return true;
    return false;
  }

  linkLost(): void {
    this.isLive = false;
    this.deadline = Infinity;
  }

  linkLive(now: number): void {
    this.isLive = true;
    this.isCatchingUp = false;
    this.excuse(now, rules.every);
  }

  /** Takes a turn, if one is due, and returns its findings. `due` is the time at which the turn should have started. */
  advance(now: number, due: number = this.deadline): readonly Verdict[] {
    if (!this.isLive || now < this.deadline) return [];
    const isLate = now > due + rules.late;
    if (isLate || this.isCatchingUp) {
      // After a sleep the sockets may hold older messages, which are read before silence counts.
      this.isCatchingUp = isLate && this.topics.size > 0;
      this.excuse(now, isLate ? rules.late : rules.every);
      return [];
    }
    this.verdicts = [];
    this.round ??= this.begin(now);
    let weighed = 0;
    for (let count = 0; count < rules.topicsPerTurn; count += 1) {
      const { value: topic } = this.round.topics.next() as IteratorYieldResult<TopicSilence | undefined>;
      if (topic === undefined) {
        this.end(this.round.now);
        return this.verdicts;
      }
      const hasNotes = topic.judged.notes > 0;
      topic.settle();
      if (hasNotes && weighed < rules.weighedPerTurn && topic.weigh(this.prior, now)) weighed += 1;
      this.judge(topic, this.round.now);
    }
    this.deadline = now;
    return this.verdicts;
  }

  /** Explains the silence of a topic; `undefined` for a topic that is not followed. */
  explain(name: string): SilenceExplanation | undefined {
    const topic = this.topics.get(name);
    return topic && explainSilence(topic, this.limits());
  }

  private begin(now: number): NonNullable<SilenceJudge['round']> {
    this.silentAt = this.messagesAt = Infinity;
    for (const market of this.markets.values()) market.advance(now);
    this.outages.begin(this.markets.values(), now);
    return { topics: this.topics.values(), now };
  }

  private judge(topic: TopicSilence, now: number): void {
    const { market, weights, judged, reported, isJudged } = topic;
    if (weights !== undefined && isJudged && judged.span === undefined) market.add(topic.pace, reported !== 'stale');
    if (!isJudged || reported === 'stale' || Number.isNaN(topic.since)) return;
    this.outages.add(topic);
    const since = Math.max(topic.since, market.anewAt);
    if (judged.span !== undefined) {
      this.compare(topic, Infinity, since + judged.span, now);
      return;
    }
    const { minStaleAfter, maxStaleAfter } = this.limits();
    const unlearned = since + rules.unlearned;
    const isLearned = weights !== undefined;
    const quiet = isLearned ? this.reaches(topic, topic.quietAfter, since + minStaleAfter, now) : unlearned;
    const stale = isLearned ? this.reaches(topic, topic.staleAfter, since + minStaleAfter, now) : Infinity;
    const atLatest = !isLearned && topic.state === 'unknown' ? unlearned : Infinity;
    this.compare(topic, quiet, Math.min(stale, atLatest, since + maxStaleAfter), now);
  }

  /** Reports a topic that is silent for long enough; otherwise makes sure that a round begins when it will be. */
  private compare(topic: TopicSilence, quietAt: number, staleAt: number, now: number): void {
    if (now >= staleAt) {
      topic.reported = 'stale';
      this.verdicts.push({ scope: 'topic', topic: topic.name });
      // This may have been the last topic that was not stale.
      this.review(now + rules.every);
      return;
    }
    this.review(staleAt);
    if (topic.reported === 'quiet') return;
    if (now < quietAt) this.review(quietAt);
    else {
      topic.reported = 'quiet';
      this.verdicts.push({ scope: 'quiet', topic: topic.name });
    }
  }

  /** The time at which the silence of a topic reaches a threshold, at the present speed of its market; not before `least`. */
  private reaches(topic: TopicSilence, threshold: number, least: number, now: number): number {
    const { market } = topic;
    if (!market.isAwake || market.speed === 0) return Infinity;
    const missing = threshold - topic.silence();
    // If the speed changes until then, another round waits for the rest.
    return missing <= 0 ? Math.max(least, now) : Math.max(least, now + rules.every, now + missing / market.speed);
  }

  private end(now: number): void {
    this.round = undefined;
    for (const market of this.markets.values()) {
      market.endRound(now);
      this.review(market.wakesAt);
    }
    this.outages.end(now, (verdict) => this.verdicts.push(verdict));
    this.silentAt = Math.min(this.silentAt, this.outages.next(now));
    this.deadline = Infinity;
    this.arm();
  }

  private arm(): void {
    if (this.round !== undefined || !this.isLive || this.isCatchingUp) return;
    this.deadline = Math.min(this.silentAt, this.messagesAt);
  }

  /** Called when the sockets could not be read until now: this silence neither counts nor is learned. */
  private excuse(now: number, wait: number): void {
    for (const market of this.markets.values()) market.excuse(now);
    this.round = undefined;
    this.silentAt = now + wait;
    this.messagesAt = Infinity;
    this.deadline = this.topics.size > 0 ? this.silentAt : Infinity;
  }
}
