import type { Clock } from '../clock.js';
import type { FeedUpdate, Gap, QuoteTags, Tagged } from '../events.js';
import type { DelayMeter } from './delayMeter.js';
import { plausibleIn } from './plausibleIn.js';
import { topOfBook } from './topOfBook.js';
import type { Consumer, Image, TopicEntry } from './topicBook.js';

/** Makes updates of what is known and hands them to consumers, all in the epoch in force. */
export class Outlet<E extends { readonly symbol: string }> {
  /** The epoch in force; `undefined` before the first. */
  epoch: number | undefined;
  /** Times a last image was handed out again. */
  restated = 0;
  private readonly clock: Clock;
  private readonly meter: DelayMeter;
  private readonly consumers = new Set<Consumer<E>>();

  constructor(clock: Clock, meter: DelayMeter) {
    this.clock = clock;
    this.meter = meter;
  }

  get size(): number {
    return this.consumers.size;
  }

  add(consumer: Consumer<E>): void {
    this.consumers.add(consumer);
  }

  delete(consumer: Consumer<E>): void {
    this.consumers.delete(consumer);
  }

  /** Completes every consumer. */
  close(): void {
    for (const { subscriber } of [...this.consumers]) subscriber.complete();
    this.consumers.clear();
  }

  /** Hands a gap to everyone. */
  broadcast(gap: Gap): void {
    for (const { subscriber } of [...this.consumers]) subscriber.next(gap);
  }

  /** Hands an image that has just come to the listeners of its topic. */
  image(entry: TopicEntry<E>, image: Image<E>): void {
    const event = this.tagged(
      entry,
      image,
      image.aged === false ? { change: 'image' } : { change: 'image', replayed: image.aged },
    );
    if (this.meter.sampling) this.handTimed(entry.consumers, event);
    else for (const consumer of entry.consumers) this.hand(consumer, event);
  }

  /** Says a topic's state to its listeners: with its last image again, or without if it has none. */
  tell(entry: TopicEntry<E>): void {
    if (entry.consumers.length === 0) return;
    const update = this.last(entry, { change: 'state' });
    if (update === undefined) return;
    if (entry.image !== undefined) this.restated += 1;
    for (const consumer of entry.consumers) this.hand(consumer, update);
  }

  /** Says a topic's state to a late subscriber. */
  replay(consumer: Consumer<E>, entry: TopicEntry<E>): void {
    const update = this.last(entry, { change: 'state', replayed: 'cache' });
    if (update !== undefined) this.hand(consumer, update);
  }

  private last(entry: TopicEntry<E>, how: Pick<QuoteTags, 'change' | 'replayed'>): FeedUpdate<E> | undefined {
    const { image, symbol, state, market } = entry;
    if (image !== undefined) return this.tagged(entry, image, how);
    if (symbol === undefined) return undefined;
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    return { kind: 'status', symbol, state, market, at: this.clock.now(), ...epoch };
  }

  private tagged(
    { state, market, decoder: { kind } }: TopicEntry<E>,
    { event, receivedAt, monotonicAt }: Image<E>,
    how: Pick<QuoteTags, 'change' | 'replayed'>,
  ): Tagged<E> {
    // The compiler can't see that a topic's kind is the kind of its events.
    return {
      ...plausibleIn(market, event),
      kind,
      epoch: this.epoch ?? 0,
      state,
      market,
      receivedAt,
      monotonicAt,
      ...how,
    } as Tagged<E>;
  }

  private handTimed(consumers: readonly Consumer<E>[], update: FeedUpdate<E>): void {
    let before = this.clock.monotonic();
    for (const consumer of consumers) {
      this.hand(consumer, update);
      const after = this.clock.monotonic();
      consumer.time.observe(after - before);
      before = after;
    }
  }

  private hand({ subscriber, depth }: Consumer<E>, update: FeedUpdate<E>): void {
    subscriber.next(depth === 10 ? update : topOfBook(update));
  }
}
