import type { Clock } from '../../model/clock.js';
import type { FeedUpdate, QuoteTags } from '../../model/quote.js';
import type { Gap } from '../../model/gap.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import { copyOf, type Image, tag, topOf } from '../image/image.js';
import { unnamed } from '../topics/requests.js';
import type { Consumer, Topic } from '../topics/topic.js';
import type { Emissions } from '../trust/ports.js';

/** A subscription that lived for less than this, in ms, was meant to end: `first()`, `take(1)`. */
const longLife = 10_000;

/** The most names of ended subscriptions. Users choose them, so they must not grow without end. */
const maxEnded = 64;

/** Makes updates of topics, all with the epoch in force, and hands them to consumers. */
export class Dispatcher<E extends { readonly symbol: string }> implements Emissions<E> {
  epoch: number | undefined;
  /** The number of last images that were emitted again. */
  reemitted = 0;
  private readonly clock: Clock;
  private readonly meter: DelayMeter;
  private readonly consumers = new Set<Consumer<E>>();
  /** The consumer that is being handed an emission. */
  private handing: Consumer<E> | undefined;
  /** Wall time at which the last subscription of a name ended in its own `next`. */
  private readonly ended = new Map<string, number>();
  /** The gap that is being emitted, and the consumers that have not got it yet. */
  private emitting: { readonly gap: Gap; readonly waiting: Set<Consumer<E>> } | undefined;

  constructor(clock: Clock, meter: DelayMeter) {
    this.clock = clock;
    this.meter = meter;
  }

  get size(): number {
    return this.consumers.size;
  }

  add(consumer: Consumer<E>): void {
    this.consumers.add(consumer);
    this.ended.delete(consumer.subscription.name);
  }

  delete(consumer: Consumer<E>): void {
    const { name, since } = consumer.subscription;
    this.consumers.delete(consumer);
    const isInNext = this.handing?.subscription === consumer.subscription;
    if (!isInNext || name === unnamed || this.clock.monotonic() - since < longLife) return;
    const isLast = [...this.consumers].every(({ subscription }) => subscription.name !== name);
    if (isLast && (this.ended.size < maxEnded || this.ended.has(name))) this.ended.set(name, this.clock.now());
  }

  /** Named subscriptions that ended in their own `next`, with the wall time in ms, as an error of an operator ends one. */
  endedInNext(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.ended);
  }

  /** Completes every consumer. */
  close(): void {
    for (const { subscriber } of [...this.consumers]) subscriber.complete();
    this.consumers.clear();
  }

  gap(gap: Gap): void {
    const outer = this.emitting;
    this.emitting = { gap, waiting: new Set([...this.consumers].filter(({ seesGaps }) => seesGaps)) };
    for (const consumer of [...this.emitting.waiting]) this.catchUp(consumer);
    this.emitting = outer;
  }

  /**
   * Hands a consumer the gap that is being emitted, if it has not got it yet. Another consumer that got the gap before may change
   * its list, and it must not get an event of the new epoch while the gap is open for it.
   */
  catchUp(consumer: Consumer<E>): void {
    const { emitting } = this;
    if (emitting?.waiting.delete(consumer) === true) consumer.subscriber.next(emitting.gap);
  }

  image(topic: Topic<E>): void {
    if (topic.image !== undefined) this.hand(topic.consumers, topic, topic.image, this.meter.sampling);
  }

  state(topic: Topic<E>): void {
    if (topic.consumers.length === 0) return;
    if (topic.image !== undefined) this.reemitted += 1;
    this.reemit(topic.consumers, topic, undefined);
  }

  /** Hands a topic's last image, or its state, to a late subscriber. */
  replay(consumer: Consumer<E>, topic: Topic<E>): void {
    this.reemit([consumer], topic, 'cache');
  }

  /** The last quote of a symbol's topics, as a late subscriber gets it; `undefined` when there is none. */
  last(topics: Iterable<Topic<E>>, depth: 1 | 10): FeedUpdate<E> | undefined {
    for (const topic of topics) {
      const { image, decoder } = topic;
      if (decoder.kind !== 'quote' || image === undefined) continue;
      const last = this.again(topic, image, 'cache');
      return handedOut(depth === 1 ? topOf(last, topic.shape) : last);
    }
    return undefined;
  }

  private reemit(consumers: readonly Consumer<E>[], topic: Topic<E>, replayed: QuoteTags['replayed']): void {
    const { image, symbol, state, market } = topic;
    if (image !== undefined) {
      this.hand(consumers, topic, this.again(topic, image, replayed), false);
      return;
    }
    if (symbol === undefined) return;
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    const status: FeedUpdate<E> = { kind: 'status', symbol, state, market, at: this.clock.now(), ...epoch };
    for (const { subscriber, seesGaps } of consumers) if (seesGaps) subscriber.next(status);
  }

  /** A topic's last image once more, with the present tags. */
  private again(topic: Topic<E>, image: Image<E>, replayed: QuoteTags['replayed']): Image<E> {
    const copy = copyOf(image, topic.shape);
    tag(copy, topic, this.epoch ?? 0, 'state', replayed);
    return copy;
  }

  /** Hands out one emission; its best level is made once for all consumers of depth 1. `timed` measures each consumer. */
  private hand(consumers: readonly Consumer<E>[], topic: Topic<E>, image: Image<E>, timed: boolean): void {
    const whole = handedOut(image);
    let top: FeedUpdate<E> | undefined;
    let before = timed ? this.clock.monotonic() : 0;
    const outer = this.handing;
    for (const consumer of consumers) {
      const { subscriber, depth, time } = consumer;
      this.handing = consumer;
      subscriber.next(depth === 1 ? (top ??= handedOut(topOf(image, topic.shape))) : whole);
      if (!timed) continue;
      const after = this.clock.monotonic();
      time.observe(after - before);
      before = after;
    }
    this.handing = outer;
  }
}

/** The compiler can't see that a topic's kind is the kind of its events. */
function handedOut<E>(image: Image<E>): FeedUpdate<E> {
  return image as unknown as FeedUpdate<E>;
}
