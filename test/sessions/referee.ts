import type { Judge, Verdict } from './judge.js';
import type { Outage, Plan } from './plan.js';
import type { JudgeRecord } from './record.js';
import { openBetween, second, stateAt } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import { sortOf, sortsPerLaw, type Universe } from './universe.js';

/** The true state of each symbol during a day, in ms since the day began. It is the same for all judges. */
export interface Truth {
  /** When the fault began that silences a symbol. The next message of the symbol ends it; `Infinity` without a fault. */
  readonly faultySince: Float64Array;
  /** When the last message of a symbol came. */
  readonly heard: Float64Array;
}

/** A verdict that comes this shortly after an outage, in ms, still belongs to it. */
const grace = 2 * second;

/** Drives one judge through a day and records its verdicts. */
export class Referee {
  readonly name: string;
  readonly judge: Judge;
  /** The deadline of the judge, in ms since the day began. */
  deadline: number;
  readonly #begin: number;
  readonly #universe: Universe;
  readonly #day: TradingDay;
  readonly #plan: Plan;
  readonly #truth: Truth;
  readonly #index: ReadonlyMap<string, number>;
  readonly #falseMarks: number[];
  #falseWhileNotOpen = 0;
  readonly #death: Int32Array;
  readonly #found: (number | null)[];
  readonly #noticed: (number | null)[];
  readonly #undetectable: (boolean | null)[];
  readonly #outages: { found: number | null; named: boolean; right?: number; all?: number }[];
  readonly #falseAlarms: JudgeRecord['falseAlarms'][number][] = [];
  /** When the last `stale` verdict on each symbol came. */
  readonly #marked: Float64Array;
  /** Since when each symbol is quiet; `NaN` for the others. */
  readonly #quietSince: Float64Array;
  readonly #quietTime: number[];

  constructor(
    name: string,
    judge: Judge,
    begin: number,
    universe: Universe,
    day: TradingDay,
    plan: Plan,
    truth: Truth,
  ) {
    this.name = name;
    this.judge = judge;
    this.#begin = begin;
    this.#universe = universe;
    this.#day = day;
    this.#plan = plan;
    this.#truth = truth;
    const count = universe.subjects.length;
    this.#index = new Map(universe.subjects.map(({ topic }, number) => [topic, number]));
    this.#falseMarks = new Array<number>(universe.laws.length * sortsPerLaw).fill(0);
    this.#death = new Int32Array(count).fill(-1);
    for (const [number, { symbol }] of plan.deaths.entries()) this.#death[symbol] = number;
    this.#found = plan.deaths.map(() => null);
    this.#noticed = plan.deaths.map(() => null);
    this.#undetectable = plan.deaths.map(() => null);
    this.#outages = plan.outages.map(() => ({ found: null, named: false }));
    this.#marked = new Float64Array(count).fill(-1);
    this.#quietSince = new Float64Array(count).fill(NaN);
    this.#quietTime = new Array<number>(universe.laws.length * sortsPerLaw).fill(0);
    this.deadline = judge.deadline() - begin;
  }

  /** Tells the judge something and reads its deadline again. */
  tell(word: (judge: Judge) => void): void {
    word(this.judge);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  seen(index: number, now: number): void {
    this.#endQuiet(index, now);
    this.judge.seen(this.#universe.subjects[index]!.topic, this.#begin + now);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  /** Calls the judge at each of its deadlines up to `now`. */
  until(now: number): void {
    for (let idle = 0; this.deadline <= now; ) {
      const asked = this.deadline;
      this.advance(asked);
      idle = this.deadline > asked ? 0 : idle + 1;
      if (idle > 1_000) throw new Error(`${this.name} asks for ${String(asked)} again and again`);
    }
  }

  /** Calls the judge at `now`, which may be later than its deadline. */
  advance(now: number): void {
    for (const verdict of this.judge.advance(this.#begin + now)) this.#note(verdict, now);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  /** A symbol dies. The judge explains whether it would notice that. */
  died(number: number): void {
    const { symbol } = this.#plan.deaths[number]!;
    const { topic } = this.#universe.subjects[symbol]!;
    this.#undetectable[number] = this.judge.explain?.(topic)?.undetectable ?? null;
    // No second verdict comes on a symbol that was marked falsely before its death and sent no message since.
    if (this.#marked[symbol]! > this.#truth.heard[symbol]!) this.#found[number] = this.#noticed[number] = 0;
    if (this.#quietSince[symbol]! >= 0) this.#noticed[number] = 0;
  }

  #note(verdict: Verdict, now: number): void {
    if (verdict.scope === 'quiet') this.#quiet(this.#index.get(verdict.topic)!, now);
    else if (verdict.scope === 'topic') this.#topic(this.#index.get(verdict.topic)!, now);
    else this.#pooled(verdict, now);
  }

  #quiet(index: number, now: number): void {
    this.#endQuiet(index, now);
    this.#quietSince[index] = now;
    const number = this.#diedBefore(index, now);
    if (number !== undefined) this.#noticed[number] ??= this.#sinceDeath(number, now);
  }

  /** Counts the open time for which a symbol was quiet while it lived. */
  #endQuiet(index: number, now: number): void {
    const since = this.#quietSince[index]!;
    if (Number.isNaN(since)) return;
    this.#quietSince[index] = NaN;
    const until = Math.min(now, this.#truth.faultySince[index]!);
    const { parts } = this.#day.symbols[index]!;
    this.#quietTime[sortOf(this.#universe.subjects[index]!)]! += openBetween(parts, since, until);
  }

  #topic(index: number, now: number): void {
    this.#endQuiet(index, now);
    this.#marked[index] = now;
    if (this.#isFaulty(index)) {
      this.#find(index, now);
      return;
    }
    this.#falseMarks[sortOf(this.#universe.subjects[index]!)]! += 1;
    if (stateAt(this.#day.symbols[index]!.parts, now) !== 'open') this.#falseWhileNotOpen += 1;
  }

  #isFaulty(index: number): boolean {
    return this.#truth.faultySince[index]! < Infinity;
  }

  #find(index: number, now: number): void {
    const number = this.#diedBefore(index, now);
    if (number === undefined) return;
    this.#found[number] ??= this.#sinceDeath(number, now);
    this.#noticed[number] ??= this.#found[number];
  }

  /** The number of the death of a symbol, unless it is still to come. */
  #diedBefore(index: number, now: number): number | undefined {
    const number = this.#death[index]!;
    const death = this.#plan.deaths[number];
    return death === undefined || death.from > now ? undefined : number;
  }

  #sinceDeath(number: number, now: number): number {
    const { symbol, from } = this.#plan.deaths[number]!;
    return openBetween(this.#day.symbols[symbol]!.parts, from, now);
  }

  #pooled(verdict: Exclude<Verdict, { topic: string }>, now: number): void {
    const topics = verdict.scope === 'partial' ? verdict.topics.map((topic) => this.#index.get(topic)!) : [];
    for (const index of topics) {
      this.#endQuiet(index, now);
      if (this.#isFaulty(index)) this.#find(index, now);
    }
    if (!this.#plan.judgesPools) return;
    const number = this.#plan.outages.findIndex(
      (outage) => outage.from <= now && now < outage.to + grace && covers(outage, verdict, topics, this.#universe),
    );
    const found = this.#outages[number];
    const outage = this.#plan.outages[number];
    if (found === undefined || outage === undefined) {
      // The fault of a symbol lasts until its next message.
      if (topics.length > 0 && 2 * topics.filter((index) => this.#isFaulty(index)).length >= topics.length) return;
      if (verdict.scope !== 'partial' && this.#allDead(verdict.scope === 'market' ? verdict.market : undefined, now))
        return;
      this.#falseAlarms.push({ scope: verdict.scope, at: now });
      return;
    }
    found.named ||= verdict.scope === outage.scope;
    if (found.found !== null) return;
    found.found = now - outage.from;
    if (verdict.scope === 'partial') {
      const dead = topics.filter((index) => outage.symbols.includes(index)).length;
      found.right = dead / topics.length;
      found.all = dead / outage.symbols.length;
    }
  }

  /** Whether all open symbols of a market, or of all markets, have a fault: single deaths can add up to that. */
  #allDead(market: string | undefined, now: number): boolean {
    const open = [...this.#day.symbols.keys()].filter(
      (index) =>
        stateAt(this.#day.symbols[index]!.parts, now) === 'open' &&
        (market === undefined || this.#universe.subjects[index]!.market === market),
    );
    return open.length > 0 && open.every((index) => this.#isFaulty(index));
  }

  /** The record of the day, which ends at `now`. */
  record(now: number): JudgeRecord {
    for (const index of this.#quietSince.keys()) this.#endQuiet(index, now);
    return {
      name: this.name,
      falseMarks: this.#falseMarks,
      falseWhileNotOpen: this.#falseWhileNotOpen,
      quietTime: this.#quietTime,
      found: this.#found,
      noticed: this.#noticed,
      undetectable: this.#undetectable,
      outages: this.#outages,
      falseAlarms: this.#falseAlarms,
    };
  }
}

/** Whether a verdict fits an outage. All that it covers must be dead; at least half of the topics for a partial outage. */
function covers(
  outage: Outage,
  verdict: Exclude<Verdict, { topic: string }>,
  topics: readonly number[],
  { subjects }: Universe,
): boolean {
  if (outage.scope === 'feed') return true;
  if (verdict.scope === 'feed') return false;
  const dead = new Set(outage.symbols);
  if (verdict.scope === 'market')
    return subjects.every(({ market }, index) => market !== verdict.market || dead.has(index));
  return topics.filter((index) => dead.has(index)).length >= topics.length / 2;
}
