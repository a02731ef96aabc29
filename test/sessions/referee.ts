import type { Judge, Verdict } from './judge.js';
import type { Outage, Plan } from './plan.js';
import type { JudgeRecord } from './record.js';
import { openBetween, second, stateAt } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import { sortOf, sortsPerLaw, type Universe } from './universe.js';

/** What is true while a day goes on; the same for all judges. */
export interface Truth {
  /** Whether a symbol is, or was until it is heard again, silent by fault. */
  readonly faulty: Uint8Array;
  /** When each symbol was last heard, within the day. */
  readonly heard: Float64Array;
}

/** Verdicts that come so shortly after an outage, in ms, are still of it. */
const grace = 2 * second;

/** Drives one judge through a day, and keeps the account of what it says. */
export class Referee {
  readonly name: string;
  readonly judge: Judge;
  /** The judge's deadline, within the day. */
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
  readonly #undetectable: (boolean | null)[];
  readonly #outages: { found: number | null; named: boolean; right?: number; all?: number }[];
  readonly #falseAlarms: { scope: string; at: number; open: boolean }[] = [];
  /** When each symbol was last called dead. */
  readonly #marked: Float64Array;

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
    this.#undetectable = plan.deaths.map(() => null);
    this.#outages = plan.outages.map(() => ({ found: null, named: false }));
    this.#marked = new Float64Array(count).fill(-1);
    this.deadline = judge.deadline() - begin;
  }

  /** Tells the judge something, and looks at its deadline anew. */
  tell(word: (judge: Judge) => void): void {
    word(this.judge);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  seen(index: number, now: number): void {
    this.judge.seen(this.#universe.subjects[index]!.topic, this.#begin + now);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  /** Has it speak whenever it wants to, up to `now`. */
  until(now: number): void {
    for (let idle = 0; this.deadline <= now; ) {
      const asked = this.deadline;
      this.advance(asked);
      idle = this.deadline > asked ? 0 : idle + 1;
      if (idle > 1_000) throw new Error(`${this.name} asks for ${String(asked)} again and again`);
    }
  }

  /** Has it speak now, later than it asked for. */
  advance(now: number): void {
    for (const verdict of this.judge.advance(this.#begin + now)) this.#hear(verdict, now);
    this.deadline = this.judge.deadline() - this.#begin;
  }

  /** A symbol dies: what does the judge think of its chance to notice? */
  died(number: number): void {
    const { symbol } = this.#plan.deaths[number]!;
    const { topic } = this.#universe.subjects[symbol]!;
    this.#undetectable[number] = this.judge.explain?.(topic)?.undetectable ?? null;
    // Called dead, wrongly, before it died and not heard since: it won't be called so again.
    if (this.#marked[symbol]! > this.#truth.heard[symbol]!) this.#found[number] = 0;
  }

  #hear(verdict: Verdict, now: number): void {
    if (verdict.scope === 'quiet') return;
    if (verdict.scope === 'topic') this.#topic(this.#index.get(verdict.topic)!, now);
    else this.#pooled(verdict, now);
  }

  #topic(index: number, now: number): void {
    this.#marked[index] = now;
    if (this.#truth.faulty[index] === 1) {
      this.#find(index, now);
      return;
    }
    this.#falseMarks[sortOf(this.#universe.subjects[index]!)]! += 1;
    if (stateAt(this.#day.symbols[index]!.parts, now) !== 'open') this.#falseWhileNotOpen += 1;
  }

  #find(index: number, now: number): void {
    const number = this.#death[index]!;
    const death = this.#plan.deaths[number];
    if (death === undefined || death.from > now) return;
    this.#found[number] ??= openBetween(this.#day.symbols[index]!.parts, death.from, now);
  }

  #pooled(verdict: Exclude<Verdict, { topic: string }>, now: number): void {
    const topics = verdict.scope === 'share' ? verdict.topics.map((topic) => this.#index.get(topic)!) : [];
    for (const index of topics) if (this.#truth.faulty[index] === 1) this.#find(index, now);
    if (!this.#plan.judgesPools) return;
    const number = this.#plan.outages.findIndex(
      (outage) => outage.from <= now && now < outage.to + grace && covers(outage, verdict, topics, this.#universe),
    );
    const found = this.#outages[number];
    const outage = this.#plan.outages[number];
    if (found === undefined || outage === undefined) {
      // Symbols that are silent by fault are so until they are heard.
      if (topics.length > 0 && 2 * topics.filter((index) => this.#truth.faulty[index] === 1).length >= topics.length)
        return;
      if (verdict.scope !== 'share' && this.#allDead(verdict.scope === 'market' ? verdict.market : undefined, now))
        return;
      const open = this.#day.symbols.some(({ parts }) => stateAt(parts, now) === 'open');
      this.#falseAlarms.push({ scope: verdict.scope, at: now, open });
      return;
    }
    found.named ||= verdict.scope === outage.scope;
    if (found.found !== null) return;
    found.found = now - outage.from;
    if (verdict.scope === 'share') {
      const dead = topics.filter((index) => outage.symbols.includes(index)).length;
      found.right = dead / topics.length;
      found.all = dead / outage.symbols.length;
    }
  }

  /** Whether all symbols that are open are silent by fault, of one market or of all: one by one they died. */
  #allDead(market: string | undefined, now: number): boolean {
    const open = [...this.#day.symbols.keys()].filter(
      (index) =>
        stateAt(this.#day.symbols[index]!.parts, now) === 'open' &&
        (market === undefined || this.#universe.subjects[index]!.market === market),
    );
    return open.length > 0 && open.every((index) => this.#truth.faulty[index] === 1);
  }

  record(): JudgeRecord {
    return {
      name: this.name,
      falseMarks: this.#falseMarks,
      falseWhileNotOpen: this.#falseWhileNotOpen,
      found: this.#found,
      undetectable: this.#undetectable,
      outages: this.#outages,
      falseAlarms: this.#falseAlarms,
    };
  }
}

/** Whether a verdict can be of an outage: what it calls dead must be, by half at least where it guesses at symbols. */
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
