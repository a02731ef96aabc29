import { reportUnhandled } from '../../operators/internal/reportUnhandled.js';
import type { MarketState } from '../events.js';
import type { MarketChange } from '../venue.js';
import type { MarketBook } from './marketBook.js';
import { marketRules } from './marketTransitions.js';
import type { Outlet } from './outlet.js';
import type { TopicBook, TopicEntry } from './topicBook.js';

function isMarketState(value: unknown): value is MarketState {
  return typeof value === 'string' && Object.hasOwn(marketRules, value);
}

/** What market news works with. */
export interface MarketNewsConfig<E extends { readonly symbol: string }> {
  readonly book: TopicBook<E>;
  readonly markets: MarketBook;
  readonly outlet: Outlet<E>;
  /** What an event says of the market, if anything. */
  readonly read: ((event: E) => MarketChange | undefined) | undefined;
  /** The topic's market is another: silence before an open is no silence of the market. */
  readonly onMarket: (entry: TopicEntry<E>) => void;
}

/** Takes the markets' states from events, and tells their changes to who listens to their symbols. */
export class MarketNews<E extends { readonly symbol: string }> {
  private readonly config: MarketNewsConfig<E>;

  constructor(config: MarketNewsConfig<E>) {
    this.config = config;
  }

  /**
   * Takes in what an event of a topic says of the market; the topic itself is told by its event. What is not believed any
   * more is what that event says, and nothing of anything else.
   */
  hear(entry: TopicEntry<E>, event: E, believed: boolean): void {
    const { book, markets } = this.config;
    const change = this.read(event);
    if (entry.decoder.kind === 'market') {
      const own = change?.market ?? ('market' in event ? event.market : undefined);
      if (isMarketState(own)) markets.name(entry.topic, own);
    }
    if (change === undefined || !believed) return;
    markets.change(change, entry.topic);
    this.restate(change.symbol === undefined ? book.all() : book.of(change.symbol), entry);
  }

  /** Tells the markets' new states: all are noted before anyone is told, who may then ask for any. */
  restate(entries: Iterable<TopicEntry<E>> = this.config.book.all(), except?: TopicEntry<E>): void {
    const { markets, outlet, onMarket } = this.config;
    const changed: TopicEntry<E>[] = [];
    for (const entry of entries) {
      const market = markets.at(entry);
      if (market === entry.market || entry === except) continue;
      entry.market = market;
      onMarket(entry);
      changed.push(entry);
    }
    for (const entry of changed) outlet.tell(entry);
  }

  private read(event: E): MarketChange | undefined {
    try {
      return this.config.read?.(event);
    } catch (error) {
      // A venue that can't tell the market of an event must not cost its image.
      reportUnhandled(error);
      return undefined;
    }
  }
}
