import type { MarketState } from '../../../src/model/state.js';
import type { Limits } from '../../../src/feed/staleness/judge/rules.js';
import { SilenceJudge } from '../../../src/feed/staleness/judge/silenceJudge.js';
import type { Verdict } from '../../../src/feed/staleness/judge/verdict.js';
import type { Judged } from '../../../src/feed/topics/topic.js';

/** The record of the messages of one topic, as the feed makes it for a topic. */
export function notes(): Judged {
  return { market: undefined, span: undefined, notes: 0, firstAt: 0.5, lastAt: 0.5 };
}

/** Notes a message as the feed does when it delivers one. */
export function note(judge: SilenceJudge, judged: Judged, now: number): void {
  if (judged.notes === 0) judged.firstAt = now;
  judged.notes += 1;
  judged.lastAt = now;
  judge.noted(now, judged.span);
}

/** A symbol that sends `rate` messages a second, at random or as evenly as a heartbeat. */
export interface Sender {
  readonly topic: string;
  readonly judged: Judged;
  rate: number;
  readonly isEven: boolean;
  /** When its next message comes, in ms. */
  next: number;
}

/** A verdict, and when the judge gave it. */
export interface Found {
  readonly at: number;
  readonly verdict: Verdict;
}

/** Markets of symbols that send at random, in time that the test moves on, and the judge of their silence. */
export class Market {
  readonly judge: SilenceJudge;
  readonly found: Found[] = [];
  readonly senders: Sender[] = [];
  now = 0;
  private presentPace = 1;
  private state: number;

  constructor(seed = 1, limits?: Limits) {
    this.state = seed;
    this.judge = new SilenceJudge(limits && (() => limits));
  }

  /** How fast all symbols send, as a part of their rates. */
  get pace(): number {
    return this.presentPace;
  }

  set pace(pace: number) {
    for (const sender of this.senders) sender.next = this.now + ((sender.next - this.now) * this.presentPace) / pace;
    this.presentPace = pace;
  }

  /** Adds symbols of a market that is open. */
  add(count: number, rate: number, market = 'M', isEven = false): Sender[] {
    const added = Array.from({ length: count }, (_, index): Sender => {
      const topic = `${market}/${String(rate)}${isEven ? ' evenly' : ''}/${String(index)}`;
      const judged = notes();
      this.judge.watch(topic, market, judged, this.now);
      this.judge.market(topic, 'open', this.now);
      return { topic, judged, rate, isEven, next: this.now + this.gap({ rate, isEven }) };
    });
    this.senders.push(...added);
    return added;
  }

  become(state: MarketState, market = 'M'): void {
    for (const { topic } of this.senders) {
      if (topic.startsWith(`${market}/`)) this.judge.market(topic, state, this.now);
    }
  }

  /** Closes the market for `ms` ms, in which no symbol sends. */
  close(ms: number): void {
    this.become('closed');
    this.rest(ms);
    this.become('open');
  }

  /** Each day the market is open for so many ms. The last of these days goes on. */
  days(count: number, ms: number): void {
    for (let day = 1; day <= count; day += 1) {
      this.run(ms);
      if (day < count) this.close(16 * 3_600_000);
    }
  }

  /** Lets `ms` ms pass, and returns the verdicts without `quiet`. */
  run(ms: number): readonly Verdict[] {
    const end = this.now + ms;
    const before = this.found.length;
    const sent: { readonly at: number; readonly judged: Judged }[] = [];
    for (const sender of this.senders) {
      for (; sender.next <= end; sender.next += this.gap(sender)) sent.push({ at: sender.next, judged: sender.judged });
    }
    sent.sort((one, other) => one.at - other.at);
    for (const { at, judged } of sent) {
      this.advance(at);
      note(this.judge, judged, at);
    }
    this.advance(end);
    this.now = end;
    return this.faults(before).map(({ verdict }) => verdict);
  }

  /** Lets `ms` ms pass in which no symbol sends. */
  rest(ms: number): readonly Verdict[] {
    for (const sender of this.senders) sender.next += ms;
    const before = this.found.length;
    this.now += ms;
    this.advance(this.now);
    return this.faults(before).map(({ verdict }) => verdict);
  }

  /** The process sleeps for so many ms, and reads at once what came in the first of them. Timers are run before sockets are read. */
  sleep(ms: number, held = 0): readonly Verdict[] {
    const [from, before] = [this.now, this.found.length];
    this.now += ms;
    const read: Judged[] = [];
    for (const sender of this.senders) {
      for (; sender.next <= this.now; sender.next += this.gap(sender))
        if (sender.next <= from + held) read.push(sender.judged);
    }
    this.turn(this.now);
    for (const judged of read) note(this.judge, judged, this.now);
    return this.faults(before).map(({ verdict }) => verdict);
  }

  /** The silence of these symbols begins now. Returns how long after it each verdict came, in s, within so many ms. */
  silence(senders: readonly Sender[], ms: number): readonly (Verdict & { readonly after: number })[] {
    for (const sender of senders) sender.next = Infinity;
    const [from, before] = [this.now, this.found.length];
    this.run(ms);
    return this.faults(before).map(({ at, verdict }) => ({ ...verdict, after: (at - from) / 1_000 }));
  }

  thresholdOf({ topic }: Sender): number {
    return this.judge.explain(topic)?.thresholdMs ?? NaN;
  }

  /** A random number from 0 to 1, by the generator of Park and Miller. */
  chance(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state / 2_147_483_647;
  }

  private faults(from: number): readonly Found[] {
    return this.found.slice(from).filter(({ verdict }) => verdict.scope !== 'quiet');
  }

  /** Takes each turn that is due before `time` at its time. */
  private advance(time: number): void {
    let [turns, last] = [0, NaN];
    for (let due = this.judge.deadline; due <= time; due = this.judge.deadline) {
      turns = due === last ? turns + 1 : 0;
      if (turns > 100) throw new Error(`The judge takes turns without end at ${String(due)} ms`);
      last = due;
      this.turn(due);
    }
  }

  private turn(at: number): void {
    for (const verdict of this.judge.advance(at)) this.found.push({ at, verdict });
  }

  private gap({ rate, isEven }: Pick<Sender, 'rate' | 'isEven'>): number {
    if (rate === 0) return Infinity;
    const meanGaps = isEven ? 0.8 + 0.4 * this.chance() : -Math.log(this.chance());
    return (meanGaps * 1_000) / (rate * this.pace);
  }
}
