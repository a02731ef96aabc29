import type { Clock } from '../../model/clock.js';
import type { FeedUpdate, QuoteTags } from '../../model/quote.js';
import type { Gap } from '../../model/gap.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import type { Consumer, Image, Topic } from '../topics/topic.js';
import type { Emissions } from '../trust/ports.js';
import { tagged, taggedTop } from './tagged.js';
import { isTenLevels } from './topOfBook.js';

/** Makes updates of topics and hands them to consumers, all in the epoch in force. */
export class Dispatcher<E extends { readonly symbol: string }> implements Emissions<E> {
  epoch: number | undefined;
  /** How often a last image was emitted again. */
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

  gap(gap: Gap): void {
    for (const { subscriber, seesGaps } of [...this.consumers]) if (seesGaps) subscriber.next(gap);
  }

  image(topic: Topic<E>, image: Image<E>): void {
    const replayed = image.aged === false ? undefined : image.aged;
    this.hand(topic.consumers, topic, image, 'image', replayed, this.meter.sampling);
  }

  state(topic: Topic<E>): void {
    if (topic.consumers.length === 0) return;
    if (topic.image !== undefined) this.restated += 1;
    this.restate(topic.consumers, topic, undefined);
  }

  /** Hands a topic's last image, or its state, to a late subscriber. */
  replay(consumer: Consumer<E>, topic: Topic<E>): void {
    this.restate([consumer], topic, 'cache');
  }

  /** The last quote among the topics of a symbol, as a late subscriber gets it; `undefined` when there is none. */
  last(topics: Iterable<Topic<E>>, depth: 1 | 10): FeedUpdate<E> | undefined {
    for (const topic of topics) {
      const { image, decoder } = topic;
      if (decoder.kind !== 'quote' || image === undefined) continue;
      return (depth === 1 ? taggedTop : tagged)(topic, image, this.epoch ?? 0, 'state', 'cache');
    }
    return undefined;
  }

  private restate(consumers: readonly Consumer<E>[], topic: Topic<E>, replayed: QuoteTags['replayed']): void {
    const { image, symbol, state, market } = topic;
    if (image !== undefined) {
      this.hand(consumers, topic, image, 'state', replayed, false);
      return;
    }
    if (symbol === undefined) return;
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    const status: FeedUpdate<E> = { kind: 'status', symbol, state, market, at: this.clock.now(), ...epoch };
    for (const { subscriber, seesGaps } of consumers) if (seesGaps) subscriber.next(status);
  }

  /** Hands out one emission, which is made once for each depth that a consumer has. `timed` measures each consumer. */
  private hand(
    consumers: readonly Consumer<E>[],
    topic: Topic<E>,
    image: Image<E>,
    change: QuoteTags['change'],
    replayed: QuoteTags['replayed'],
    timed: boolean,
  ): void {
    const epoch = this.epoch ?? 0;
    const hasLevels = isTenLevels(image.event);
    let whole: FeedUpdate<E> | undefined;
    let top: FeedUpdate<E> | undefined;
    let before = timed ? this.clock.monotonic() : 0;
    for (const { subscriber, depth, time } of consumers) {
      subscriber.next(
        hasLevels && depth === 1
          ? (top ??= taggedTop(topic, image, epoch, change, replayed))
          : (whole ??= tagged(topic, image, epoch, change, replayed)),
      );
      if (!timed) continue;
      const after = this.clock.monotonic();
      time.observe(after - before);
      before = after;
    }
  }
}
