import { Observable } from 'rxjs';
import { knownOptions, outOfRange, wrongType } from '../../operators/internal/argument.js';
import type { FeedUpdate } from '../events.js';
import type { Venue } from '../venue.js';
import type { CalendarWatch } from './calendarWatch.js';
import { checkSymbols } from './checkSymbol.js';
import { requireRoom } from './feedConfig.js';
import type { QuoteOptions } from './feedTypes.js';
import type { Hub } from './hub.js';
import type { Consumer, Interest, TopicBook } from './topicBook.js';
import type { Wanted } from './wanted.js';

/** What subscriptions of a feed work with. */
export interface FeedSubscriptionsConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly wanted: Wanted;
  readonly book: TopicBook<E>;
  readonly hub: Hub<E>;
  readonly calendar: CalendarWatch;
  readonly capacity: () => number;
  readonly isClosed: () => boolean;
}

/** Makes the Observables behind `quotes()` and `updates()`: cold for topics, checked at the call. */
export class FeedSubscriptions<E extends { readonly symbol: string }> {
  private readonly config: FeedSubscriptionsConfig<E>;

  constructor(config: FeedSubscriptionsConfig<E>) {
    this.config = config;
  }

  /** `owner` is the method the arguments were given to, for messages. */
  updates(
    owner: string,
    symbols: readonly string[] | undefined,
    options: QuoteOptions = {},
  ): Observable<FeedUpdate<E>> {
    knownOptions(owner, options, ['depth', 'replay']);
    const { depth = 1, replay = true } = options;
    if (![1, 10].includes(depth)) throw outOfRange(`${owner}.depth`, depth, 'pass 1 or 10');
    if (typeof replay !== 'boolean') throw wrongType(`${owner}.replay`, replay, 'pass true or false');
    const interests = this.interests(`${owner}.symbols`, symbols);
    return new Observable((subscriber) => {
      if (!this.config.isClosed()) return this.subscribe(interests, { subscriber, depth }, replay);
      subscriber.complete();
      return undefined;
    });
  }

  private interests(option: string, symbols: readonly string[] | undefined): Interest[] {
    const { venue, wanted, capacity } = this.config;
    const named = symbols === undefined ? undefined : checkSymbols(option, symbols);
    const quotes = named?.map((symbol) => ({ filter: venue.topic('quote', symbol), symbol })) ?? [
      { filter: venue.topic('quote', '+') },
    ];
    for (const { filter } of named === undefined ? [] : quotes) {
      if (venue.decoder(filter)?.kind !== 'quote')
        throw outOfRange(option, filter, 'the venue has no quotes on this topic');
    }
    const context = new Set(venue.context(named ?? ['+']));
    const interests = [...quotes, ...[...context].map((filter) => ({ filter }))];
    requireRoom('quoteFeed.capacity', capacity(), wanted.sizeWith(interests.map(({ filter }) => filter)));
    return interests;
  }

  private subscribe(interests: readonly Interest[], consumer: Consumer<E>, replay: boolean): () => void {
    const { book, hub, wanted, calendar } = this.config;
    const filters = interests.map(({ filter }) => filter);
    const entries = book.join(consumer, interests);
    // Held first, told to the link last: who is welcomed may make others leave, or leave himself.
    const lease = wanted.hold(filters);
    calendar.arm();
    hub.welcome(consumer, entries, replay);
    if (!consumer.subscriber.closed) wanted.want(filters);
    return () => {
      hub.dismiss(consumer);
      book.leave(consumer, interests);
      lease.unsubscribe();
    };
  }
}
