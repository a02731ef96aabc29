import type { MarketState } from '../../../src/model/state.js';
import { createSilenceJudge } from '../../../src/feed/staleness/judge/createSilenceJudge.js';
import type { Limits, SilenceJudge, Verdict } from '../../../src/feed/staleness/judge/silenceJudge.js';

/** A symbol that sends by chance, so many messages a second. */
export interface Sender {
  readonly topic: string;
  rate: number;
  next: number;
}

/** A market of symbols that send by chance, in time that the test moves on, and the judge of their silence. */
export class Market {
  readonly judge: SilenceJudge;
  readonly said: { readonly at: number; readonly verdict: Verdict }[] = [];
  readonly senders: Sender[] = [];
  now = 0;
  /** How fast all of them send, to their rates. */
  pace = 1;
  /** How their gaps come: by chance, at even times up to a fifth early or late, or nine of ten a tenth as long as on average. */
  gaps: 'chance' | 'even' | 'bursts' = 'chance';
  private state = 1;

  constructor(seed = 1, limits?: Limits) {
    this.state = seed;
    this.judge = createSilenceJudge(limits && (() => limits));
  }

  /** Adds symbols of a market that is open. */
  add(count: number, rate: number, market = 'M'): Sender[] {
    const added = Array.from({ length: count }, (_, index) => {
      const topic = `${market}/${String(rate)}/${String(index)}`;
      this.judge.watch(topic, { symbol: topic, market }, this.now);
      this.judge.market(topic, 'open', this.now);
      return { topic, rate, next: this.now + this.gap(rate) };
    });
    this.senders.push(...added);
    return added;
  }

  become(state: MarketState, market = 'M'): void {
    for (const { topic } of this.senders) {
      if (topic.startsWith(`${market}/`)) this.judge.market(topic, state, this.now);
    }
  }

  /** Lets so many ms pass; what it said meanwhile, `quiet` left out. */
  run(ms: number): readonly Verdict[] {
    const end = this.now + ms;
    const before = this.said.length;
    const sent: { readonly at: number; readonly topic: string }[] = [];
    for (const sender of this.senders) {
      for (; sender.next <= end; sender.next += this.gap(sender.rate))
        sent.push({ at: sender.next, topic: sender.topic });
    }
    sent.sort((one, other) => one.at - other.at);
    for (const { at, topic } of sent) {
      this.advance(at);
      this.judge.seen(topic, at);
    }
    this.advance(end);
    this.now = end;
    return this.said.slice(before).map(({ verdict }) => verdict);
  }

  /** Nobody sends for so many ms. */
  rest(ms: number): void {
    for (const sender of this.senders) sender.next += ms;
    this.now += ms;
    this.advance(this.now);
  }

  /** The process sleeps for so many ms, and sockets hold what came in the first of them. */
  sleep(ms: number, held: number): readonly Verdict[] {
    const [from, before] = [this.now, this.said.length];
    this.now += ms;
    const read: string[] = [];
    for (const sender of this.senders) {
      for (; sender.next <= this.now; sender.next += this.gap(sender.rate))
        if (sender.next <= from + held) read.push(sender.topic);
    }
    // Timers are run before sockets are read.
    this.say(this.now);
    for (const topic of read) this.judge.seen(topic, this.now);
    return this.said.slice(before).map(({ verdict }) => verdict);
  }

  /** From 0 to 1, by Park and Miller's generator. */
  chance(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  /** What is due before `time`, at its time. */
  private advance(time: number): void {
    for (let due = this.judge.deadline(); due <= time; due = this.judge.deadline()) this.say(due);
  }

  private say(at: number): void {
    for (const verdict of this.judge.advance(at)) if (verdict.scope !== 'quiet') this.said.push({ at, verdict });
  }

  private gap(rate: number): number {
    return rate === 0 ? Infinity : (this.meanGaps() * 1_000) / (rate * this.pace);
  }

  private meanGaps(): number {
    if (this.gaps === 'even') return 0.8 + 0.4 * this.chance();
    return -Math.log(this.chance()) * (this.gaps === 'chance' ? 1 : this.chance() < 0.9 ? 0.1 : 9.1);
  }
}

/** Ends what symbols send. */
export function silence(senders: readonly Sender[]): void {
  for (const sender of senders) sender.next = Infinity;
}
