import type { Subscriber } from 'rxjs';
import type { DataState, MarketState } from '../../model/state.js';
import type { FeedUpdate } from '../../model/quote.js';
import type { Histogram } from '../diagnostics/histogram.js';
import { History } from '../diagnostics/history.js';
import { isWildcard, matchesTopic } from '../../model/topicFilter.js';
import type { Kind, TopicDecoder } from '../../model/venue.js';

/** One subscription. */
export interface Consumer<E> {
  readonly subscriber: Subscriber<FeedUpdate<E>>;
  /** It listens to topics of this kind only, whatever else its filters match. */
  readonly kind: Kind;
  readonly depth: 1 | 10;
  /** What it spends on a message. */
  readonly time: Histogram;
}

/** The last image of a topic, its decoded values, with the time of its reading. */
export interface Image<E> {
  readonly event: E;
  readonly receivedAt: number;
  readonly monotonicAt: number;
  /** The reason why its age is unknown; `false` when it was new. */
  readonly aged: 'retained' | 'first' | false;
}

/** All that is known of one topic. */
export interface Topic<E> {
  readonly topic: string;
  readonly decoder: TopicDecoder<E>;
  /** Or a market's name. Known from the subscription, or from the first event of a topic that a wildcard brought. */
  symbol: string | undefined;
  state: DataState;
  /** The market as last told to the consumers. */
  market: MarketState;
  image: Image<E> | undefined;
  /** The market as last told to who judges its silence; `undefined` while nobody does. */
  judgedIn: MarketState | undefined;
  /** The silence, in ms, after which it is stale by the user's word, read at its last image; `undefined` where it is learned. */
  span: number | undefined;
  /** Which frame of the topic could not be read last, as counted in `Received.order`; -1 for none. */
  unreadable: number;
  readonly history: History;
  /** Replaced, never changed, so that a loop over it is not disturbed by who comes or goes. */
  consumers: readonly Consumer<E>[];
}

/** A topic filter that a consumer listens to, and whose symbol it is. */
export interface Interest {
  readonly filter: string;
  /** Left out for wildcards. */
  readonly symbol?: string;
}

/** What a book works with. */
export interface TopicRegistryConfig<E> {
  decoder(topic: string): TopicDecoder<E> | undefined;
  market(entry: Topic<E>): MarketState;
  /** How many topics wildcards may bring. */
  capacity(): number;
  /** A topic was forgotten; with its symbol when that has no other. */
  onForgotten(topic: string, symbol: string | undefined): void;
  /** A topic was forgotten because wildcards brought more than `capacity`. */
  onEvicted(entry: Topic<E>): void;
}

/** Topics, their states and last images, and who listens to them. */
export class TopicRegistry<E> {
  private readonly config: TopicRegistryConfig<E>;
  private readonly entries = new Map<string, Topic<E>>();
  private readonly bySymbol = new Map<string, Set<Topic<E>>>();
  private readonly filters = new Map<string, readonly Consumer<E>[]>();
  private readonly wildcards = new Set<string>();

  constructor(config: TopicRegistryConfig<E>) {
    this.config = config;
  }

  /** Whether anyone asked for a topic. */
  claims(topic: string): boolean {
    return this.entries.has(topic) || this.matching(topic).length > 0;
  }

  get(topic: string): Topic<E> | undefined {
    return this.entries.get(topic);
  }

  all(): IterableIterator<Topic<E>> {
    return this.entries.values();
  }

  symbols(): IterableIterator<string> {
    return this.bySymbol.keys();
  }

  of(symbol: string): Iterable<Topic<E>> {
    return this.bySymbol.get(symbol) ?? [];
  }

  /** The entry of a topic that is claimed; made now if a wildcard brought it. `undefined` when it can't be decoded. */
  claim(topic: string): Topic<E> | undefined {
    const known = this.entries.get(topic);
    if (known !== undefined) return known;
    const entry = this.add(topic);
    while (entry !== undefined && this.entries.size > this.config.capacity() && this.evict(entry));
    return entry;
  }

  /** Marks a topic as the most recently updated. Only wildcards need the order. */
  touch(entry: Topic<E>): void {
    if (this.wildcards.size === 0) return;
    this.entries.delete(entry.topic);
    this.entries.set(entry.topic, entry);
  }

  name(entry: Topic<E>, symbol: string): void {
    entry.symbol = symbol;
    entry.market = this.config.market(entry);
    const entries = this.bySymbol.get(symbol);
    if (entries === undefined) this.bySymbol.set(symbol, new Set([entry]));
    else entries.add(entry);
  }

  /** Adds a consumer to every topic of its kind in its interests; the entries it now listens to. */
  join(consumer: Consumer<E>, interests: readonly Interest[]): Topic<E>[] {
    const joined = new Set<Topic<E>>();
    for (const { filter, symbol } of interests) {
      this.filters.set(filter, [...(this.filters.get(filter) ?? []), consumer]);
      for (const entry of this.claimed(filter)) {
        if (entry.decoder.kind !== consumer.kind) continue;
        if (symbol !== undefined && entry.symbol === undefined) this.name(entry, symbol);
        joined.add(entry);
      }
    }
    for (const entry of joined) {
      if (!entry.consumers.includes(consumer)) entry.consumers = [...entry.consumers, consumer];
    }
    return [...joined];
  }

  /** Claims topics that are to be read though nobody may listen to them. */
  keep(filters: readonly string[]): void {
    for (const filter of filters) {
      if (!this.filters.has(filter)) this.filters.set(filter, []);
      this.claimed(filter);
    }
  }

  leave(consumer: Consumer<E>, interests: readonly Interest[]): void {
    const without = (list: readonly Consumer<E>[]): readonly Consumer<E>[] => list.filter((one) => one !== consumer);
    for (const { filter } of interests) {
      const left = this.filters.get(filter);
      if (left !== undefined) this.filters.set(filter, without(left));
      const entries = isWildcard(filter) ? this.entries.values() : [this.entries.get(filter)];
      for (const entry of entries) {
        if (entry?.consumers.includes(consumer) === true) entry.consumers = without(entry.consumers);
      }
    }
  }

  /** Forgets filters that nobody wants any more, and the topics that only they brought. */
  forget(filters: readonly string[]): void {
    for (const filter of filters) {
      this.filters.delete(filter);
      this.wildcards.delete(filter);
    }
    for (const filter of filters) {
      const topics = isWildcard(filter)
        ? [...this.entries.keys()].filter((topic) => matchesTopic(filter, topic))
        : [filter];
      for (const topic of topics) if (!this.filters.has(topic) && this.matching(topic).length === 0) this.remove(topic);
    }
  }

  /** The topics of a filter; made now if it names one. */
  private claimed(filter: string): Topic<E>[] {
    if (isWildcard(filter)) {
      this.wildcards.add(filter);
      return [...this.entries.values()].filter(({ topic }) => matchesTopic(filter, topic));
    }
    const entry = this.entries.get(filter) ?? this.add(filter);
    return entry === undefined ? [] : [entry];
  }

  private matching(topic: string): string[] {
    return this.wildcards.size === 0 ? [] : [...this.wildcards].filter((filter) => matchesTopic(filter, topic));
  }

  /** A topic's entry begins with those of its kind who listen to it by a wildcard. */
  private add(topic: string): Topic<E> | undefined {
    const decoder = this.config.decoder(topic);
    if (decoder === undefined) return undefined;
    const listening = this.matching(topic).flatMap((filter) => this.filters.get(filter) ?? []);
    const consumers = [...new Set(listening)].filter(({ kind }) => kind === decoder.kind);
    const entry: Topic<E> = {
      topic,
      decoder,
      symbol: undefined,
      state: 'awaiting',
      market: 'unknown',
      image: undefined,
      judgedIn: undefined,
      span: undefined,
      unreadable: -1,
      history: new History(),
      consumers,
    };
    this.entries.set(topic, entry);
    return entry;
  }

  private evict(newest: Topic<E>): boolean {
    for (const [topic, entry] of this.entries) {
      if (this.filters.has(topic) || entry === newest) continue;
      this.remove(topic);
      this.config.onEvicted(entry);
      return true;
    }
    return false;
  }

  private remove(topic: string): void {
    const entry = this.entries.get(topic);
    if (entry === undefined) return;
    this.entries.delete(topic);
    const { symbol } = entry;
    const others = symbol === undefined ? undefined : this.bySymbol.get(symbol);
    others?.delete(entry);
    const orphaned = symbol !== undefined && (others === undefined || others.size === 0);
    if (orphaned) this.bySymbol.delete(symbol);
    this.config.onForgotten(topic, orphaned ? symbol : undefined);
  }
}
