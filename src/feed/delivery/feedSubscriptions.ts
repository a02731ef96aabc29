import { Observable } from 'rxjs';
import type { FeedUpdate } from '../../model/quote.js';
import type { CalendarWatch } from '../trust/calendarWatch.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import type { FeedProcessor } from '../trust/feedProcessor.js';
import type { Request } from '../topics/requests.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { TopicRefCount } from '../topics/topicRefCount.js';

/** What subscriptions of a feed work with. */
export interface FeedSubscriptionsConfig<E extends { readonly symbol: string }> {
  readonly wanted: TopicRefCount;
  readonly book: TopicRegistry<E>;
  readonly hub: FeedProcessor<E>;
  readonly meter: DelayMeter;
  readonly calendar: CalendarWatch;
  readonly isClosed: () => boolean;
  /** Called before a new subscriber gets the last images. */
  readonly onSubscribe: () => void;
}

/** Makes the Observables behind `quotes()` and its siblings: cold for topics. */
export class FeedSubscriptions<E extends { readonly symbol: string }> {
  private readonly config: FeedSubscriptionsConfig<E>;

  constructor(config: FeedSubscriptionsConfig<E>) {
    this.config = config;
  }

  /** Everything told of what is asked for: its events, gaps, and states where there is no event yet. */
  to(request: Request): Observable<FeedUpdate<E>> {
    const { book, hub, meter, wanted, calendar, isClosed, onSubscribe } = this.config;
    const { kind, depth, name, replay, interests, context } = request;
    const filters = [...new Set([...interests.map(({ filter }) => filter), ...context])];
    return new Observable((subscriber) => {
      if (isClosed()) {
        subscriber.complete();
        return undefined;
      }
      onSubscribe();
      const consumer = { subscriber, kind, depth, time: meter.consumer(name) };
      const entries = book.join(consumer, interests);
      book.keep(context);
      // Held first, told to the link last: who is welcomed may make others leave, or leave himself.
      const lease = wanted.hold(filters);
      calendar.watch(entries);
      hub.welcome(consumer, entries, replay);
      if (!subscriber.closed) wanted.want(filters);
      return () => {
        hub.dismiss(consumer);
        book.leave(consumer, interests);
        lease.unsubscribe();
      };
    });
  }
}
