import type { FeedStats } from '../diagnostics/stats.js';
import { type Observable, Subject } from 'rxjs';
import type { DataState, MarketState } from '../../model/state.js';
import { isWildcard, matchesTopic } from '../../model/topicFilter.js';
import type { RelayedState, TopicDecoder } from '../../model/venue.js';
import { History } from '../diagnostics/history.js';
import { ConflationKeys } from './conflationKeys.js';
import { type Linked, RecencyList } from './recencyList.js';
import type { Image, Shape, Tags } from '../image/image.js';
import type { Consumer, Judged, Topic } from './topic.js';

/** A topic filter that a consumer subscribes to, with its symbol. */
export interface Interest {
  readonly filter: string;
  /** The symbol; left out for wildcards. */
  readonly symbol?: string;
}

/** The parts that a registry works with. */
export interface TopicRegistryConfig<E> {
  readonly venue: { decoder(topic: string): TopicDecoder<E> | undefined };
  /** Half of `capacity` bounds the number of topics from wildcards. */
  readonly settings: { readonly capacity: number };
}

/** A topic that was forgotten. */
export interface Forgotten<E> {
  readonly topic: Topic<E>;
  /** The topic's symbol, if no other topic has this symbol. */
  readonly orphan: string | undefined;
}

/** A topic as the registry sees it, with the fields that the registry writes. */
interface RegisteredTopic<E> extends Topic<E>, Linked {
  symbol: string | undefined;
  consumers: readonly Consumer<E>[];
  isForgotten: boolean;
  isEvicted: boolean;
}

/** The registry makes all topics, so each is a `RegisteredTopic`. */
function registered<E>(topic: Topic<E>): RegisteredTopic<E> {
  return topic as RegisteredTopic<E>;
}

class NewTopic<E> implements RegisteredTopic<E> {
  readonly name: string;
  readonly decoder: TopicDecoder<E>;
  symbol: string | undefined;
  consumers: readonly Consumer<E>[];
  isForgotten = false;
  isEvicted = false;
  readonly state: DataState = 'awaiting';
  readonly market: MarketState = 'unknown';
  readonly image: Image<E> | undefined = undefined;
  readonly shape: Shape = 'other';
  readonly mark: Tags['implausible'] = undefined;
  readonly unreadable: number = -1;
  readonly upstream: Tags['upstream'] = undefined;
  readonly voucher: RelayedState | undefined = undefined;
  readonly history = new History();
  readonly judged: Judged = { market: undefined, span: undefined, notes: 0, firstAt: 0.5, lastAt: 0.5 };
  readonly keys = new ConflationKeys();
  older: this | undefined = undefined;
  newer: this | undefined = undefined;
  isLinked = false;

  constructor(name: string, decoder: TopicDecoder<E>, consumers: readonly Consumer<E>[]) {
    this.name = name;
    this.decoder = decoder;
    this.symbol = undefined;
    this.consumers = consumers;
  }
}

/** All topics by name, and their consumers. */
export class TopicRegistry<E> {
  /** Emits each topic when it gets its symbol. */
  readonly named$: Observable<Topic<E>>;
  /** Emits each forgotten topic after it has left the registry. */
  readonly forgotten$: Observable<Forgotten<E>>;
  /** Emits each topic that was forgotten because wildcards matched more topics than there is room for. */
  readonly evicted$: Observable<Topic<E>>;
  private readonly named = new Subject<Topic<E>>();
  private readonly forgotten = new Subject<Forgotten<E>>();
  private readonly evicted = new Subject<Topic<E>>();
  private readonly config: TopicRegistryConfig<E>;
  private readonly topics = new Map<string, RegisteredTopic<E>>();
  private readonly bySymbol = new Map<string, Set<RegisteredTopic<E>>>();
  /** The subscribed wildcards and their consumers. */
  private readonly wildcards = new Map<string, readonly Consumer<E>[]>();
  /** The topics that came by a wildcard and have no subscription by name; they may be evicted. */
  private readonly brought = new RecencyList<RegisteredTopic<E>>();
  private evictions = 0;

  constructor(config: TopicRegistryConfig<E>) {
    this.config = config;
    this.named$ = this.named.asObservable();
    this.forgotten$ = this.forgotten.asObservable();
    this.evicted$ = this.evicted.asObservable();
  }

  get(name: string): Topic<E> | undefined {
    return this.topics.get(name);
  }

  wildcardTopics(): FeedStats['wildcards'] {
    const named = this.topics.size - this.brought.size;
    return { present: this.brought.size, room: Math.max(1, this.room() - named), evicted: this.evictions };
  }

  /** Whether a subscribed wildcard matches a name. */
  isBrought(name: string): boolean {
    return this.wildcards.size > 0 && this.matching(name).length > 0;
  }

  all(): IterableIterator<Topic<E>> {
    return this.topics.values();
  }

  symbols(): IterableIterator<string> {
    return this.bySymbol.keys();
  }

  of(symbol: string): Iterable<Topic<E>> {
    return this.bySymbol.get(symbol) ?? [];
  }

  /**
   * The topic of a name that a wildcard matches, made now if needed; `undefined` if the venue has no decoder for it.
   */
  bring(name: string): Topic<E> | undefined {
    const known = this.topics.get(name);
    if (known !== undefined) return known;
    const topic = this.add(name);
    if (topic !== undefined) this.brought.add(topic);
    return topic;
  }

  /** Evicts topics from wildcards, least recently updated first, until there is room for the newest of them. */
  makeRoom(): void {
    const { brought, topics } = this;
    const room = this.room();
    for (let topic = brought.oldest; topic !== undefined && topics.size > room; topic = brought.oldest) {
      if (topic === brought.newest) return;
      this.evictions += 1;
      topic.isEvicted = true;
      this.remove(topic);
      this.evicted.next(topic);
    }
  }

  /** Marks a topic as the most recently updated. */
  touch(topic: Topic<E>): void {
    this.brought.touch(registered(topic));
  }

  /** Sets the symbol of a topic, e.g. from the first event of a topic that came by a wildcard. */
  nameSymbol(named: Topic<E>, symbol: string): void {
    const topic = registered(named);
    topic.symbol = symbol;
    const topics = this.bySymbol.get(symbol);
    if (topics === undefined) this.bySymbol.set(symbol, new Set([topic]));
    else topics.add(topic);
    this.named.next(topic);
  }

  /** Adds a consumer to every topic of its kind that its interests match; returns these topics. */
  join(consumer: Consumer<E>, interests: readonly Interest[]): Topic<E>[] {
    const joined = new Set<RegisteredTopic<E>>();
    for (const { filter, symbol } of interests) {
      if (isWildcard(filter)) this.wildcards.set(filter, [...(this.wildcards.get(filter) ?? []), consumer]);
      for (const topic of this.claimed(filter)) {
        if (topic.decoder.kind !== consumer.kind) continue;
        if (symbol !== undefined && topic.symbol === undefined) this.nameSymbol(topic, symbol);
        joined.add(topic);
      }
    }
    for (const topic of joined) {
      if (!topic.consumers.includes(consumer)) topic.consumers = [...topic.consumers, consumer];
    }
    return [...joined];
  }

  /** Makes topics whose messages are read even without a consumer. */
  keep(filters: readonly string[]): void {
    for (const filter of filters) {
      if (isWildcard(filter) && !this.wildcards.has(filter)) this.wildcards.set(filter, []);
      this.claimed(filter);
    }
  }

  leave(consumer: Consumer<E>, interests: readonly Interest[]): void {
    const without = (list: readonly Consumer<E>[]): readonly Consumer<E>[] => list.filter((one) => one !== consumer);
    for (const { filter } of interests) {
      const left = this.wildcards.get(filter);
      if (left !== undefined) this.wildcards.set(filter, without(left));
      for (const topic of isWildcard(filter) ? this.topics.values() : this.matched(filter)) {
        if (topic.consumers.includes(consumer)) topic.consumers = without(topic.consumers);
      }
    }
  }

  /** Forgets filters that have no subscriber any more, and the topics that no other filter matches. */
  forget(filters: readonly string[]): void {
    for (const filter of filters) this.wildcards.delete(filter);
    for (const filter of filters) {
      for (const topic of this.matched(filter)) {
        const isNamed = !topic.isLinked && topic.name !== filter;
        if (isNamed) continue;
        if (this.isBrought(topic.name)) this.brought.add(topic);
        else this.remove(topic);
      }
    }
  }

  /** The most topics before topics from wildcards are evicted. */
  private room(): number {
    return Math.floor(this.config.settings.capacity / 2);
  }

  /** The topics that a filter matches; a filter without a wildcard makes its topic. */
  private claimed(filter: string): RegisteredTopic<E>[] {
    if (isWildcard(filter)) return this.matched(filter);
    const topic = this.topics.get(filter) ?? this.add(filter);
    if (topic === undefined) return [];
    this.brought.remove(topic);
    return [topic];
  }

  private matched(filter: string): RegisteredTopic<E>[] {
    if (isWildcard(filter)) return [...this.topics.values()].filter(({ name }) => matchesTopic(filter, name));
    const topic = this.topics.get(filter);
    return topic === undefined ? [] : [topic];
  }

  private matching(name: string): string[] {
    return [...this.wildcards.keys()].filter((filter) => matchesTopic(filter, name));
  }

  /** Makes a topic, with the consumers of its kind whose wildcards match it. */
  private add(name: string): RegisteredTopic<E> | undefined {
    const decoder = this.config.venue.decoder(name);
    if (decoder === undefined) return undefined;
    const listening = this.matching(name).flatMap((filter) => this.wildcards.get(filter) ?? []);
    const consumers = [...new Set(listening)].filter(({ kind }) => kind === decoder.kind);
    const topic: RegisteredTopic<E> = new NewTopic<E>(name, decoder, consumers);
    this.topics.set(name, topic);
    return topic;
  }

  private remove(topic: RegisteredTopic<E>): void {
    this.topics.delete(topic.name);
    this.brought.remove(topic);
    topic.isForgotten = true;
    const { symbol } = topic;
    const others = symbol === undefined ? undefined : this.bySymbol.get(symbol);
    others?.delete(topic);
    const isOrphan = symbol !== undefined && (others === undefined || others.size === 0);
    if (isOrphan) this.bySymbol.delete(symbol);
    this.forgotten.next({ topic, orphan: isOrphan ? symbol : undefined });
  }
}
