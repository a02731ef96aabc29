import { Observable } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { FeedUpdate } from '../../model/quote.js';
import type { CalendarWatch } from '../trust/calendarWatch.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import type { Dispatcher } from './dispatcher.js';
import type { Gaps } from '../trust/gaps.js';
import type { ChangingRequest, Request } from '../topics/requests.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { TopicRefCount } from '../topics/topicRefCount.js';
import { ChangingSymbols } from './changingSymbols.js';

/** The parts that the subscriptions of a feed work with. */
export interface FeedSubscriptionsConfig<E extends { readonly symbol: string }> {
  readonly wanted: TopicRefCount;
  readonly registry: TopicRegistry<E>;
  readonly dispatcher: Dispatcher<E>;
  readonly gaps: Gaps<E>;
  readonly meter: DelayMeter;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly calendar: CalendarWatch;
  readonly processor: { catchUp(): void };
  readonly isClosed: () => boolean;
}

/** Makes the Observables of `quotes()`, `updates()`, `priceInfos()`, `candles()` and `markets()`. */
export class FeedSubscriptions<E extends { readonly symbol: string }> {
  private readonly config: FeedSubscriptionsConfig<E>;

  constructor(config: FeedSubscriptionsConfig<E>) {
    this.config = config;
  }

  /** The events of the requested topics; with `seesGaps` also gaps, and the states of topics without an event yet. */
  to(request: Request | ChangingRequest, seesGaps: boolean): Observable<FeedUpdate<E>> {
    return 'lists$' in request ? this.toChanging(request, seesGaps) : this.toFixed(request, seesGaps);
  }

  /**
   * Whether a subscriber can join the feed. A sleep is handled first, so that no price from before it is replayed as
   * live.
   */
  private isOpen(): boolean {
    const { processor, isClosed } = this.config;
    if (!isClosed()) processor.catchUp();
    // Handling a sleep calls consumers, and a consumer may close the feed.
    return !isClosed();
  }

  private toFixed(request: Request, seesGaps: boolean): Observable<FeedUpdate<E>> {
    const { registry, dispatcher, gaps, meter, wanted, calendar, clock } = this.config;
    const { kind, depth, name, replay, interests, marketTopics } = request;
    const filters = [...new Set([...interests.map(({ filter }) => filter), ...marketTopics])];
    return new Observable((subscriber) => {
      if (!this.isOpen()) {
        subscriber.complete();
        return undefined;
      }
      const subscription = { name, since: clock.monotonic() };
      const consumer = { subscriber, kind, depth, seesGaps, subscription, time: meter.consumer(name) };
      const topics = registry.join(consumer, interests);
      registry.keep(marketTopics);
      // Retain before replay, subscribe at the broker after: a replayed value can unsubscribe this or other subscribers
      // synchronously.
      const lease = wanted.retain(filters);
      calendar.watch(topics);
      dispatcher.add(consumer);
      // Replay: first the open gap, then each topic's last image or state.
      gaps.replay(consumer);
      for (const topic of topics) if (replay || topic.image === undefined) dispatcher.replay(consumer, topic);
      if (!subscriber.closed) wanted.want(filters);
      return () => {
        dispatcher.delete(consumer);
        registry.leave(consumer, interests);
        lease.unsubscribe();
      };
    });
  }

  private toChanging(request: ChangingRequest, seesGaps: boolean): Observable<FeedUpdate<E>> {
    const { dispatcher, gaps, meter, clock } = this.config;
    const { kind, depth, name } = request;
    return new Observable((subscriber) => {
      if (!this.isOpen()) {
        subscriber.complete();
        return;
      }
      // This consumer stands for the whole list: it gets each gap once, and counts as one subscriber.
      const subscription = { name, since: clock.monotonic() };
      const consumer = { subscriber, kind, depth, seesGaps, subscription, time: meter.consumer(name) };
      const symbols = new ChangingSymbols(this.config, request, consumer);
      subscriber.add(() => {
        dispatcher.delete(consumer);
        symbols.end();
      });
      dispatcher.add(consumer);
      gaps.replay(consumer);
      if (subscriber.closed) return;
      const lists = request.lists$.subscribe({
        next: (list) => {
          try {
            symbols.change(list);
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
      });
      subscriber.add(lists);
    });
  }
}
