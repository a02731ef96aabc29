import type { Clock } from '../../model/clock.js';
import type { FeedUpdate, QuoteTags } from '../../model/quote.js';
import type { Gap } from '../../model/gap.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import { tagged, taggedTop, type Tags } from './tagged.js';
import { isTenLevels } from './topOfBook.js';
import type { Consumer, Image, Topic } from '../topics/topicRegistry.js';

/** Makes updates of what is known and hands them to consumers, all in the epoch in force. */
export class Dispatcher<E extends { readonly symbol: string }> {
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
  image(entry: Topic<E>, image: Image<E>): void {
    const replayed = image.aged === false ? undefined : image.aged;
    this.hand(entry.consumers, image.event, this.tags(entry, image, 'image', replayed), this.meter.sampling);
  }

  /** Says a topic's state to its listeners: with its last image again, or without if it has none. */
  tell(entry: Topic<E>): void {
    if (entry.consumers.length === 0) return;
    if (entry.image !== undefined) this.restated += 1;
    this.say(entry.consumers, entry, undefined);
  }

  /** Says a topic's state to a late subscriber. */
  replay(consumer: Consumer<E>, entry: Topic<E>): void {
    this.say([consumer], entry, 'cache');
  }

  private say(consumers: readonly Consumer<E>[], entry: Topic<E>, replayed: QuoteTags['replayed']): void {
    const { image, symbol, state, market } = entry;
    if (image !== undefined) {
      this.hand(consumers, image.event, this.tags(entry, image, 'state', replayed), false);
      return;
    }
    if (symbol === undefined) return;
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    const status: FeedUpdate<E> = { kind: 'status', symbol, state, market, at: this.clock.now(), ...epoch };
    for (const { subscriber } of consumers) subscriber.next(status);
  }

  private tags(
    { state, market, decoder: { kind } }: Topic<E>,
    { receivedAt, monotonicAt }: Image<E>,
    change: QuoteTags['change'],
    replayed: QuoteTags['replayed'],
  ): Tags {
    return { kind, epoch: this.epoch ?? 0, state, market, change, replayed, receivedAt, monotonicAt };
  }

  /** Hands out one emission, made once for every depth that is asked for; `timed` notes how long each consumer takes. */
  private hand(consumers: readonly Consumer<E>[], event: E, tags: Tags, timed: boolean): void {
    const hasLevels = isTenLevels(event);
    let whole: FeedUpdate<E> | undefined;
    let top: FeedUpdate<E> | undefined;
    let before = timed ? this.clock.monotonic() : 0;
    for (const { subscriber, depth, time } of consumers) {
      const isCut = hasLevels && depth === 1;
      subscriber.next(isCut ? (top ??= taggedTop(event, tags)) : (whole ??= tagged(event, tags)));
      if (!timed) continue;
      const after = this.clock.monotonic();
      time.observe(after - before);
      before = after;
    }
  }
}
