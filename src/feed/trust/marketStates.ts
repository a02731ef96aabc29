import { wrongType } from '../../../operators/support/argument.js';
import type { MarketState } from '../../model/state.js';
import type { Calendar, TopicKind, MarketChange } from '../../model/venue.js';
import { Callbacks } from '../diagnostics/callbacks.js';
import {
  believedFirst,
  isMarketState,
  type MarketSource,
  marketStates,
  marketTransitions,
} from './marketTransitions.js';

/** The fields of a topic that decide its market. */
interface Place {
  readonly name: string;
  readonly symbol: string | undefined;
  readonly decoder: { readonly kind: TopicKind };
}

/** A market state from an event, and the topic of the event. */
interface Reported {
  readonly market: MarketState;
  readonly topic: string;
  /** Wall time at which the state stopped to count, because a later one may have been missed; `undefined` while it counts. */
  readonly missedAt?: number;
}

/** The calendar's answer. If the calendar failed, `market` is undefined, and `until` is the time of the next call. */
interface Plan {
  readonly market: MarketState | undefined;
  readonly until: number | undefined;
}

/** How long in ms a state that no longer counts tells that a market was open: the length of a trading day. */
const rememberedFor = 21_600_000;

/** Time in ms after which the timer calls a calendar again that failed; a message calls it at once. */
const askAgainAfter = 60_000;

/** The market state of every symbol: from its own status, else from the whole venue's, else from the calendar. */
export class MarketStates {
  private readonly calendar: Calendar | undefined;
  private readonly now: () => number;
  private readonly callbacks: Callbacks;
  private readonly symbols = new Map<string, Reported>();
  /** The states of markets, by their own topics. */
  private readonly topics = new Map<string, MarketState>();
  /** Topics whose events had a state for more than their own symbol. */
  private readonly wide = new Set<string>();
  private venue: Reported | undefined;

  constructor(calendar: Calendar | undefined, now: () => number, callbacks: Callbacks = new Callbacks(undefined)) {
    this.calendar = calendar;
    this.now = now;
    this.callbacks = callbacks;
  }

  /** The present state of a symbol's market. */
  of(symbol: string): MarketState {
    for (const source of believedFirst) {
      const market = this.from(source, symbol);
      if (market !== undefined) return market;
    }
    return 'unknown';
  }

  /** The present market state of a topic. A market's own topic has the state of its last event. */
  at({ name, symbol, decoder: { kind } }: Place): MarketState {
    const own = kind === 'market' ? this.topics.get(name) : undefined;
    return own ?? (symbol === undefined ? 'unknown' : this.of(symbol));
  }

  /** The end of the calendar's present answer (wall time, ms); `undefined` when it has no end, or without a calendar. */
  turn(symbol: string): number | undefined {
    return this.planned(symbol)?.until;
  }

  /**
   * The calendar's answer for a symbol; `undefined` without a calendar. The user's calendar may throw or return an invalid value:
   * then `market` is undefined, and the previous answer is not used.
   */
  planned(symbol: string): Plan | undefined {
    const { calendar, callbacks } = this;
    if (calendar === undefined) return undefined;
    const now = this.now();
    let answer: unknown;
    try {
      answer = calendar.at(now, symbol);
      return checkedPlan(answer);
    } catch (error) {
      callbacks.failed('calendar.at', error, answer);
      return { market: undefined, until: now + askAgainAfter };
    }
  }

  /**
   * Notes the state that an event has for a symbol or for the whole venue; `own` is the topic's own symbol. Returns whether the
   * state changed.
   */
  change({ symbol, market }: MarketChange, topic: string, own?: string): boolean {
    if (symbol === undefined || symbol !== own) this.wide.add(topic);
    const before = counted(symbol === undefined ? this.venue : this.symbols.get(symbol));
    // Most topics have the same state in every message.
    if (before?.market === market && before.topic === topic) return false;
    if (symbol === undefined) this.venue = { market, topic };
    else this.symbols.set(symbol, { market, topic });
    return before?.market !== market;
  }

  /**
   * Called when an event of a topic can't be read. It may have changed any state, so all states from this topic become
   * `unknown`. A topic without a symbol counts as one of the whole venue. Returns whether more than one symbol may have
   * changed.
   */
  doubt({ name: topic, symbol: own }: Place): boolean {
    const doubted: Reported = { market: 'unknown', topic };
    if (own !== undefined) this.symbols.set(own, doubted);
    const isWide = this.wide.delete(topic);
    // Most topics have states of their own symbol only; then no other symbol has to be searched.
    if (isWide)
      for (const [symbol, given] of this.symbols) if (given.topic === topic) this.symbols.set(symbol, doubted);
    if (own === undefined || this.venue?.topic === topic) this.venue = doubted;
    return isWide || own === undefined;
  }

  /** Notes the state in an event of a market's own topic. */
  name(topic: string, market: MarketState): void {
    this.topics.set(topic, market);
  }

  /**
   * Called when a topic was forgotten, and its `symbol` if no other topic has it. Returns whether other symbols
   * changed.
   */
  forget(topic: string, symbol: string | undefined): boolean {
    this.topics.delete(topic);
    this.wide.delete(topic);
    if (symbol !== undefined && marketTransitions.symbol.left === 'lost') this.symbols.delete(symbol);
    if (this.venue?.topic !== topic || marketTransitions.venue.left !== 'lost') return false;
    this.venue = undefined;
    return true;
  }

  /** A status may have been missed: the states that came by messages no longer count. `wasOpen()` remembers them. */
  reset(): void {
    const missedAt = this.now();
    this.topics.clear();
    this.wide.clear();
    if (marketTransitions.symbol.missed === 'lost') {
      for (const [symbol, given] of this.symbols) this.symbols.set(symbol, { missedAt, ...given });
    }
    if (marketTransitions.venue.missed === 'lost' && this.venue !== undefined) this.venue = { missedAt, ...this.venue };
  }

  /**
   * Whether the market of a symbol was open by the last state that was reported, less than a trading day ago. It is for the watch over
   * silence alone: no price may be trusted for it.
   */
  wasOpen(symbol: string): boolean {
    const last = this.symbols.get(symbol) ?? this.venue;
    return last?.market === 'open' && (last.missedAt === undefined || this.now() - last.missedAt < rememberedFor);
  }

  private from(source: MarketSource, symbol: string): MarketState | undefined {
    switch (source) {
      case 'symbol':
        return counted(this.symbols.get(symbol))?.market;
      case 'venue':
        return counted(this.venue)?.market;
      case 'calendar': {
        const plan = this.planned(symbol);
        return plan && (plan.market ?? 'unknown');
      }
    }
  }
}

function counted(reported: Reported | undefined): Reported | undefined {
  return reported?.missedAt === undefined ? reported : undefined;
}

/** The checked answer of a calendar, its properties read once. Throws for an invalid answer. */
function checkedPlan(answer: unknown): Plan {
  if (typeof answer !== 'object' || answer === null) {
    throw wrongType('calendar.at()', answer, "return { market, until? }, e.g. { market: 'closed' }");
  }
  const { market, until } = answer as { readonly market?: unknown; readonly until?: unknown };
  if (!isMarketState(market)) throw wrongType('calendar.at().market', market, `return one of ${marketStates}`);
  // `Infinity` and no `until` both mean "for ever".
  if (until !== undefined && !(typeof until === 'number' && until > -Infinity)) {
    throw wrongType('calendar.at().until', until, 'return ms since the Unix epoch, or leave it out for ever');
  }
  return { market, until };
}
