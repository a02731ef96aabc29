import { wrongType } from '../../../operators/support/argument.js';
import type { MarketChange } from '../../model/venue.js';
import type { Callbacks } from '../diagnostics/callbacks.js';
import type { MarketStates } from './marketStates.js';
import { isMarketState, marketStates } from './marketTransitions.js';
import type { Dispatcher } from '../delivery/dispatcher.js';
import type { Received } from '../topics/received.js';
import type { TopicRegistry, Topic } from '../topics/topicRegistry.js';

/** Stands for an event that the user's `market` can't read. */
type Unclear = 'unclear';

/** What market news works with. */
export interface MarketStatusReaderConfig<E extends { readonly symbol: string }> {
  readonly book: TopicRegistry<E>;
  readonly markets: MarketStates;
  readonly outlet: Dispatcher<E>;
  /** What an event says of the market, if anything. */
  readonly read: ((event: E) => unknown) | undefined;
  readonly callbacks: Callbacks;
  /** The topic's market is another: silence before an open is no silence of the market. */
  readonly onMarket: (entry: Topic<E>) => void;
}

/** Takes the markets' states from events, and tells their changes to who listens to their symbols. */
export class MarketStatusReader<E extends { readonly symbol: string }> {
  private readonly config: MarketStatusReaderConfig<E>;

  constructor(config: MarketStatusReaderConfig<E>) {
    this.config = config;
  }

  /**
   * Takes in the market state that an event of a topic gives, and hands it to the listeners of other topics. The listeners
   * of this topic get it with the event itself. An event that is not `believed`, since it waited while the link was lost or
   * the thread was blocked, changes no market but that of a market's own topic.
   */
  hear(entry: Topic<E>, { event, fields }: Pick<Received<E>, 'event' | 'fields'>, believed: boolean): void {
    const { book, markets } = this.config;
    const change = this.read(event);
    if (entry.decoder.kind === 'market') this.name(entry, fields, change);
    if (change === undefined || !believed) return;
    if (change === 'unclear') {
      const { symbol } = entry;
      if (markets.doubt(entry)) this.restate(book.all(), entry);
      else if (symbol !== undefined) this.restate(book.of(symbol), entry);
      return;
    }
    markets.change(change, entry.topic, entry.symbol);
    this.restate(change.symbol === undefined ? book.all() : book.of(change.symbol), entry);
  }

  /** Tells the markets' new states: all are noted before anyone is told, who may then ask for any. */
  restate(entries: Iterable<Topic<E>> = this.config.book.all(), except?: Topic<E>): void {
    const { markets, outlet, onMarket } = this.config;
    const changed: Topic<E>[] = [];
    for (const entry of entries) {
      const market = markets.at(entry);
      if (market === entry.market || entry === except) continue;
      entry.market = market;
      onMarket(entry);
      changed.push(entry);
    }
    for (const entry of changed) outlet.tell(entry);
  }

  /** Notes the state of a market from its own topic: as the venue's reader gives it, or else the event itself. */
  private name({ topic }: Topic<E>, fields: E, change: MarketChange | Unclear | undefined): void {
    const { markets, callbacks } = this.config;
    if (change === 'unclear') {
      markets.name(topic, 'unknown');
      return;
    }
    const own: unknown = change?.market ?? ('market' in fields ? fields.market : undefined);
    if (own === undefined) return;
    if (isMarketState(own)) {
      markets.name(topic, own);
      return;
    }
    callbacks.failed('decode', wrongType(`the market in an event of ${topic}`, own, `give one of ${marketStates}`));
    markets.name(topic, 'unknown');
  }

  /**
   * Asks the user's `market` about an event. It may throw, or give an answer without sense. This must not cost the event's
   * image, and its answer before does not hold any more. The result is `unclear` where even the symbol is unknown.
   */
  private read(event: E): MarketChange | Unclear | undefined {
    const { read, callbacks } = this.config;
    let answer: unknown;
    try {
      answer = read?.(event);
      if (answer === undefined) return undefined;
      const change = subjectOf(answer);
      if (isMarketState(change.market)) return { ...change, market: change.market };
      callbacks.failed('market', wrongType('market().market', change.market, `return one of ${marketStates}`));
      return { ...change, market: 'unknown' };
    } catch (error) {
      callbacks.failed('market', error, answer);
      return 'unclear';
    }
  }
}

/** The symbol and the state in an answer of `market`, each read once. Throws for a value that is no answer. */
function subjectOf(answer: unknown): { readonly symbol?: string; readonly market: unknown } {
  if (typeof answer !== 'object' || answer === null || !('market' in answer)) {
    throw wrongType('market()', answer, 'return { symbol?, market }, or undefined for an event without a market state');
  }
  const { symbol, market } = answer as { readonly symbol?: unknown; readonly market?: unknown };
  if (symbol === undefined) return { market };
  if (typeof symbol === 'string') return { symbol, market };
  throw wrongType('market().symbol', symbol, 'return a symbol, or leave it out for the whole venue');
}
