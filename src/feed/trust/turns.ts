import type { Clock } from '../../model/clock.js';
import type { DataState } from '../../model/state.js';
import type { MarketStates } from './marketStates.js';
import type { Dispatcher } from '../delivery/dispatcher.js';
import type { Topic } from '../topics/topicRegistry.js';
import { type Evidence, nextState } from './transitions.js';

/** Puts topics in the states that evidence brings, each with its reason, and tells their listeners. */
export class Turns<E extends { readonly symbol: string }> {
  private readonly clock: Clock;
  private readonly markets: MarketStates;
  private readonly outlet: Dispatcher<E>;
  private readonly onMarket: (entry: Topic<E>) => void;

  /** @param onMarket - a topic's market may be another */
  constructor(clock: Clock, markets: MarketStates, outlet: Dispatcher<E>, onMarket: (entry: Topic<E>) => void) {
    this.clock = clock;
    this.markets = markets;
    this.outlet = outlet;
    this.onMarket = onMarket;
  }

  /** Doubts topics, because something was missed. */
  doubt(entries: readonly Topic<E>[], why: string, tell: () => void): void {
    this.learnAll(entries, 'missed', why, tell);
  }

  /** Changes topics, all before anyone is told: who subscribes on being told must not be handed what is past as live. */
  learnAll(entries: readonly Topic<E>[], evidence: Evidence, why?: string, tell?: () => void): void {
    const changed = entries.filter((entry) => this.changes(entry, evidence, why));
    tell?.();
    for (const entry of changed) this.outlet.tell(entry);
  }

  learn(entry: Topic<E> | undefined, evidence: Evidence): void {
    if (entry !== undefined && this.changes(entry, evidence)) this.outlet.tell(entry);
  }

  /** Puts a topic in a state, and notes why if it is another. */
  turn(entry: Topic<E>, state: DataState, evidence: Evidence, detail?: string): void {
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

  private changes(entry: Topic<E>, evidence: Evidence, why?: string): boolean {
    const state = nextState(entry.state, evidence, entry.image !== undefined);
    const market = this.markets.at(entry);
    if (state === entry.state && market === entry.market) return false;
    this.turn(entry, state, evidence, why);
    entry.market = market;
    this.onMarket(entry);
    return true;
  }
}
