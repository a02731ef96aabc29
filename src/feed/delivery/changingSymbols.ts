import type { Subscriber } from 'rxjs';
import type { FeedUpdate } from '../../model/quote.js';
import { ListChanges, type ListedSymbol } from '../topics/listChanges.js';
import type { ChangingRequest } from '../topics/requests.js';
import type { Consumer, Topic } from '../topics/topic.js';
import type { TopicRefCount } from '../topics/topicRefCount.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { CalendarWatch } from '../trust/calendarWatch.js';
import type { Dispatcher } from './dispatcher.js';

/** The parts that a changing list works with. */
export interface ChangingSymbolsConfig<E extends { readonly symbol: string }> {
  readonly wanted: Pick<TopicRefCount, 'retain' | 'want' | 'release'>;
  readonly registry: Pick<TopicRegistry<E>, 'join' | 'keep' | 'leave'>;
  readonly dispatcher: Pick<Dispatcher<E>, 'replay' | 'catchUp'>;
  readonly calendar: Pick<CalendarWatch, 'watch'>;
  readonly processor: { catchUp(): void };
  readonly isClosed: () => boolean;
}

/** The consumer that stands for the whole list. */
type Whole<E> = Consumer<E> & { readonly subscriber: Subscriber<FeedUpdate<E>> };

/** A symbol of the list. It has a consumer of its own, so that it can leave during an emission. */
interface Member<E> {
  readonly symbol: ListedSymbol;
  readonly consumer: Consumer<E>;
  isListed: boolean;
}

/** The topics of one subscription whose list of symbols changes. Symbols that stay are not touched. */
export class ChangingSymbols<E extends { readonly symbol: string }> {
  private readonly config: ChangingSymbolsConfig<E>;
  private readonly request: ChangingRequest;
  private readonly whole: Whole<E>;
  private readonly changes: ListChanges;
  /** The symbols of the present list, by topic. */
  private readonly members = new Map<string, Member<E>>();
  private lists = 0;

  constructor(config: ChangingSymbolsConfig<E>, request: ChangingRequest, whole: Whole<E>) {
    this.config = config;
    this.request = request;
    this.whole = whole;
    this.changes = new ListChanges(request.option, request.listed);
  }

  /** Takes the next list; throws for a bad one. */
  change(list: unknown): void {
    const { dispatcher, wanted, calendar, processor, isClosed } = this.config;
    this.lists += 1;
    const number = this.lists;
    // Catch up before replay: a symbol that was live before a sleep must not be replayed as live.
    processor.catchUp();
    dispatcher.catchUp(this.whole);
    // A subscriber that gets a gap may emit the next list, unsubscribe, or close the feed.
    if (number !== this.lists || this.whole.subscriber.closed || isClosed()) return;
    const { came, left } = this.changes.next(list);
    const leaving = left
      .map((symbol) => this.members.get(symbol.interest.filter))
      .filter((member) => member !== undefined);
    for (const member of leaving) this.remove(member);
    const joined = came.map((symbol) => this.join(symbol));
    // Retain before replay, release after: a replayed value can change the list, and a topic that both lists need must stay.
    calendar.watch(joined.flatMap(({ topics }) => topics));
    for (const { member, topics } of joined) {
      for (const topic of topics) {
        if (this.request.replay || topic.image === undefined) dispatcher.replay(member.consumer, topic);
      }
    }
    wanted.want(joined.filter(({ member }) => member.isListed).flatMap(({ member }) => filtersOf(member)));
    wanted.release(leaving.flatMap(filtersOf));
  }

  /** Removes every symbol, and releases its topics. */
  end(): void {
    const members = [...this.members.values()];
    for (const member of members) this.remove(member);
    this.config.wanted.release(members.flatMap(filtersOf));
  }

  private join(symbol: ListedSymbol): { member: Member<E>; topics: readonly Topic<E>[] } {
    const { registry, wanted } = this.config;
    const { subscriber } = this.whole;
    const member: Member<E> = {
      symbol,
      isListed: true,
      consumer: {
        ...this.whole,
        subscriber: {
          next: (update) => {
            if (member.isListed) subscriber.next(update);
          },
          complete: () => {
            subscriber.complete();
          },
        },
      },
    };
    this.members.set(symbol.interest.filter, member);
    // Added before the venue's methods are called, since they may throw: `end()` releases every member.
    wanted.retain(filtersOf(member));
    const topics = registry.join(member.consumer, [symbol.interest]);
    registry.keep(symbol.marketTopics);
    return { member, topics };
  }

  private remove(member: Member<E>): void {
    member.isListed = false;
    this.members.delete(member.symbol.interest.filter);
    this.config.registry.leave(member.consumer, [member.symbol.interest]);
  }
}

function filtersOf<E>({ symbol: { interest, marketTopics } }: Member<E>): readonly string[] {
  return [...new Set([interest.filter, ...marketTopics])];
}
