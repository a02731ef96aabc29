import type { Clock } from '../clock.js';
import type { DataState } from '../events.js';
import type { MarketBook } from './marketBook.js';
import type { Outlet } from './outlet.js';
import type { TopicEntry } from './topicBook.js';
import { type Evidence, nextState } from './transitions.js';

/** Puts topics in the states that evidence brings, each with its reason, and tells their listeners. */
export class Turns<E extends { readonly symbol: string }> {
  private readonly clock: Clock;
  private readonly markets: MarketBook;
  private readonly outlet: Outlet<E>;
  private readonly onMarket: (entry: TopicEntry<E>) => void;

  /** @param onMarket - a topic's market may be another */
  constructor(clock: Clock, markets: MarketBook, outlet: Outlet<E>, onMarket: (entry: TopicEntry<E>) => void) {
    this.clock = clock;
    this.markets = markets;
    this.outlet = outlet;
    this.onMarket = onMarket;
  }

  /** Doubts topics, because something was missed. */
  doubt(entries: readonly TopicEntry<E>[], why: string, tell: () => void): void {
    this.learnAll(entries, 'missed', why, tell);
  }

  /** Changes topics, all before anyone is told: who subscribes on being told must not be handed what is past as live. */
  learnAll(entries: readonly TopicEntry<E>[], evidence: Evidence, why?: string, tell?: () => void): void {
    const changed = entries.filter((entry) => this.changes(entry, evidence, why));
    tell?.();
    for (const entry of changed) this.outlet.tell(entry);
  }

  learn(entry: TopicEntry<E> | undefined, evidence: Evidence): void {
    if (entry !== undefined && this.changes(entry, evidence)) this.outlet.tell(entry);
  }

  /** Puts a topic in a state, and notes why if it is another. */
  turn(entry: TopicEntry<E>, state: DataState, evidence: Evidence, detail?: string): void {
    if (state === entry.state) return;
    entry.state = state;
    const { epoch } = this.outlet;
    entry.history.reason = {
      evidence,
      at: this.clock.now(),
      ...(epoch === undefined ? {} : { epoch }),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  private changes(entry: TopicEntry<E>, evidence: Evidence, why?: string): boolean {
    const state = nextState(entry.state, evidence, entry.image !== undefined);
    const market = this.markets.at(entry);
    if (state === entry.state && market === entry.market) return false;
    this.turn(entry, state, evidence, why);
    entry.market = market;
    this.onMarket(entry);
    return true;
  }
}
