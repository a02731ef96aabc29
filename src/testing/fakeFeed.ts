import {
  BehaviorSubject,
  catchError,
  filter,
  NEVER,
  Observable,
  type OperatorFunction,
  of,
  ReplaySubject,
  share,
  type Subscriber,
  type Subscription,
  takeUntil,
  tap,
} from 'rxjs';
import { QueueStats } from '../../operators/queueStats.js';
import { reportUnhandled } from '../../operators/support/reportUnhandled.js';
import type { FeedUpdate, QuoteTags, SymbolStatus, Tagged } from '../model/quote.js';
import type { Gap } from '../model/gap.js';
import type { VenueEvent } from '../model/events.js';
import { DelayMeter } from '../feed/diagnostics/delayMeter.js';
import { Journal } from '../feed/diagnostics/journal.js';
import { defaultSettings, type FeedSettings } from '../feed/feedConfig.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { ListChanges, type ListedSymbol } from '../feed/topics/listChanges.js';
import { type ChangingRequest, checkName, type Request, Requests } from '../feed/topics/requests.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import { WatchedQueues } from '../feed/diagnostics/watchedQueues.js';
import { topicCounts } from '../feed/topics/topicCounts.js';
import { topOfBook } from '../feed/image/topOfBook.js';
import { systemClock } from '../model/systemClock.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { TopicKind } from '../model/venue.js';

/** An event of any kind as a feed emits it; further fields of the venue pass through. */
type FakeEvent = Tagged<VenueEvent>;
type Update = FakeEvent | Gap | SymbolStatus;

/** The streams of a fake feed. `E` is the type of its events, by default the types of this library. */
export interface FakeFeedConfig<E = VenueEvent> {
  /**
   * The events to emit, e.g. a `hot()` diagram of `quoteMarbles` or `eventMarbles`. It may also have gaps, statuses,
   * and events of other kinds. When it completes, the streams of the fake complete. An error in it is a mistake of the
   * test, since a feed never errors: the fake reports it like RxJS reports unhandled errors, and inside
   * `TestScheduler.run` throws it out of `run`.
   */
  readonly quotes: Observable<FeedUpdate<E>>;
  /**
   * The connection's states; `close()` completes them. An error in them is reported like one in `quotes`. @defaultValue
   * live
   */
  readonly state$?: Observable<ConnectionState>;
}

/** A feed for tests of code that uses a feed, with a record of its method calls. */
export interface FakeFeed<E = VenueEvent> extends QuoteFeed<E> {
  /** The arguments of every `reconnect()`, in order. */
  readonly reconnects: readonly { readonly renew?: boolean }[];
  /** The arguments of every `tune()`, in order. */
  readonly tunings: readonly FeedSettings[];
}

const noStage = new QueueStats().snapshot();

/** The topics of the fake venue consist of the kind and the key. */
const requests = new Requests({
  topic: (kind, key) => `${kind} ${key}`,
  marketTopics: () => [],
  decoder: (topic) => ({ kind: topic.slice(0, topic.indexOf(' ')) as TopicKind }),
});

function isEvent(update: Update): update is FakeEvent {
  return update.kind !== 'gap' && update.kind !== 'status';
}

function atDepth(depth: 1 | 10, update: Update): Update {
  return depth === 1 ? topOfBook(update) : update;
}

function topicOf(update: Exclude<Update, Gap>): string {
  if (update.kind === 'candle') return `candle ${update.symbol}/${update.interval}`;
  return `${update.kind === 'status' ? 'quote' : update.kind} ${update.symbol}`;
}

/** Keeps an error of the test's source out of streams that never error in production, and reports it to the test. */
function neverErrors<T>(option: string): OperatorFunction<T, T> {
  return catchError((cause: unknown) => {
    reportUnhandled(
      new Error(`fakeFeed.${option} errored, which a feed never does: let it emit states instead`, { cause }),
    );
    return NEVER;
  });
}

/** Keeps the topics of a list that changes; calls `add` with added topics. */
function follow(
  { option, listed, lists$ }: ChangingRequest,
  topics: Set<string>,
  add: (filters: readonly string[]) => void,
  subscriber: Subscriber<Update>,
): Subscription {
  const changes = new ListChanges(option, listed);
  const filtersOf = (symbols: readonly ListedSymbol[]): string[] => symbols.map(({ interest }) => interest.filter);
  return lists$.subscribe({
    next: (list) => {
      try {
        const { came, left } = changes.next(list);
        for (const topic of filtersOf(left)) topics.delete(topic);
        add(filtersOf(came));
      } catch (error) {
        subscriber.error(error);
      }
    },
    error: (error: unknown) => {
      subscriber.error(error);
    },
  });
}

/**
 * A feed without a connection that emits given updates like a real feed: by kind and symbol, at the requested depth,
 * and the last of each at once to late subscribers. Events of a custom type come from `eventMarbles`; a source that has no
 * type of its own, e.g. `NEVER`, needs the type: `fakeFeed<Trade>({ quotes: NEVER })`.
 *
 * @example
 * ```ts
 * const feed = fakeFeed({ quotes: hot('a--b', quoteMarbles({ a: { symbol: 'AOT', bid: 70 }, b: { symbol: 'PTT' } })) });
 * expectObservable(feed.quotes(['AOT'])).toBe('a', { a: expect.objectContaining({ bid: 70 }) });
 * ```
 *
 * @since 0.1.0
 */
export function fakeFeed<E extends { readonly symbol: string } = VenueEvent>(
  config: NoInfer<FakeFeedConfig<E>>,
): FakeFeed<E>;
/**
 * The same for events of a custom type, which is the type of the updates in `quotes`.
 *
 * @since 0.1.0
 */
export function fakeFeed<U extends ({ readonly symbol: string } & QuoteTags<TopicKind>) | Gap | SymbolStatus>(
  config: Pick<FakeFeedConfig, 'state$'> & { readonly quotes: Observable<U> },
): FakeFeed<U extends Gap | SymbolStatus ? never : U extends infer E & QuoteTags ? E : U>;
export function fakeFeed(config: FakeFeedConfig): FakeFeed {
  const last = new Map<string, FakeEvent>();
  // The end also completes a stream that is subscribed to later.
  const closed = new ReplaySubject<void>(1);
  const reconnects: { readonly renew?: boolean }[] = [];
  const tunings: FeedSettings[] = [];
  /** Whether a subscriber wants a topic, for each subscriber. */
  const wanting = new Set<(topic: string) => boolean>();
  /** Measures no delays, because a fake reads no messages. */
  const meter = new DelayMeter(systemClock);
  /** Records the gaps and the connection's states while they have a subscriber. */
  const journal = new Journal(() => systemClock.now());
  const queues = new WatchedQueues();
  let [emitted, reemitted, gaps, isClosed] = [0, 0, 0, false];

  // The fake selects events by kind and symbol, which events of every type have.
  const shared$ = config.quotes.pipe(
    neverErrors('quotes'),
    tap((update) => {
      if (update.kind === 'gap') journal.gap(update);
      if (update.kind === 'gap' && update.phase === 'open') gaps += 1;
      if (!isEvent(update)) return;
      if (update.change === 'image') emitted += 1;
      else reemitted += 1;
      last.set(topicOf(update), update);
    }),
    share(),
  );

  const to = (request: Request | ChangingRequest): Observable<Update> => {
    const { kind, depth, replay } = request;
    return new Observable<Update>((subscriber) => {
      if (isClosed) {
        subscriber.complete();
        return;
      }
      const topics = new Set<string>();
      const matches = (filters: ReadonlySet<string>, topic: string): boolean =>
        filters.has(topic) || (filters.has(`${kind} +`) && topic.startsWith(`${kind} `));
      const add = (filters: readonly string[]): void => {
        const added = new Set(filters);
        for (const filter of filters) topics.add(filter);
        for (const [topic, event] of replay ? last : []) {
          // Checks both, because a replayed value can change the list.
          if (matches(added, topic) && matches(topics, topic))
            subscriber.next(atDepth(depth, { ...event, change: 'state', replayed: 'cache' }));
        }
      };
      const wants = (topic: string): boolean => matches(topics, topic);
      wanting.add(wants);
      subscriber.add(() => {
        wanting.delete(wants);
      });
      if ('lists$' in request) subscriber.add(follow(request, topics, add, subscriber));
      else add(request.interests.map(({ filter }) => filter));
      const shared = shared$
        .pipe(
          filter((update) => update.kind === 'gap' || wants(topicOf(update))),
          takeUntil(closed),
        )
        .subscribe({
          next: (update) => {
            subscriber.next(atDepth(depth, update));
          },
          complete: () => {
            subscriber.complete();
          },
        });
      subscriber.add(shared);
    });
  };

  const lastOf = (given: string, options?: { readonly depth?: 1 | 10 }): Update | undefined => {
    const { symbol, depth } = requests.last(given, options);
    const topic = `quote ${symbol}`;
    const event = last.get(topic);
    if (event === undefined || ![...wanting].some((wants) => wants(topic))) return undefined;
    return atDepth(depth, { ...event, change: 'state', replayed: 'cache' });
  };

  const only = (request: Request | ChangingRequest): Observable<Update> =>
    to(request).pipe(filter(({ kind }) => kind === request.kind));
  const topics = (): Pick<FeedStats, 'topics' | 'otherTopics'> =>
    topicCounts([...last.values()].map(({ kind, state }) => ({ decoder: { kind }, state, consumers: [kind] })));

  const live: ConnectionState = {
    status: 'live',
    epoch: 0,
    since: 0,
    ledger: { wanted: 0, granted: 0, refused: [], noData: [] },
  };
  const state$ = (config.state$ ?? new BehaviorSubject(live)).pipe(
    neverErrors('state$'),
    tap((state) => {
      journal.connection(state);
    }),
    takeUntil(closed),
  );
  const close = (): Promise<void> => {
    isClosed = true;
    closed.next();
    return Promise.resolve();
  };

  const fake: FakeFeed = {
    quotes: ((symbols, options) => only(requests.quotes('quotes', symbols, options))) as QuoteFeed['quotes'],
    priceInfos: ((symbols, options) => only(requests.priceInfos(symbols, options))) as QuoteFeed['priceInfos'],
    candles: ((symbols, options) => only(requests.candles(symbols, options))) as QuoteFeed['candles'],
    markets: ((names, options) => only(requests.markets(names, options))) as QuoteFeed['markets'],
    updates: ((symbols, options) => to(requests.quotes('updates', symbols, options))) as QuoteFeed['updates'],
    last: lastOf as QuoteFeed['last'],
    state$,
    subscriptions$: of(new Map()),
    stats: () => ({
      received: emitted,
      emitted,
      conflated: 0,
      dropped: {},
      rejected: {},
      unclaimed: 0,
      inFlight: 0,
      stages: { pending: noStage, decode: noStage, queue: noStage },
      reemitted,
      gaps,
      stalls: 0,
      longestStall: 0,
      attempts: 0,
      reconnects: {},
      queues: queues.snapshots(),
      connected: !isClosed,
      silent: false,
      endedInNext: {},
      subscribers: wanting.size,
      callbackErrors: {},
      lastCallbackErrors: {},
      silences: { topic: 0, quiet: 0, partial: 0, market: 0, feed: 0 },
      ...topics(),
      wildcards: { present: 0, room: defaultSettings.capacity / 2, evicted: 0 },
    }),
    symbols: () => [],
    explain: () => [],
    journal: () => journal.read(),
    delays: () => meter.delays(),
    measureLatency: (name) => {
      checkName('measureLatency.name', name);
      return (source) => source;
    },
    watch: (name, stats) => queues.watch(checkName('watch.name', name), stats),
    reconnect: (options = {}) => {
      reconnects.push(options);
    },
    tune: (settings) => {
      tunings.push(settings);
    },
    close,
    [Symbol.asyncDispose]: close,
    reconnects,
    tunings,
  };
  return fake;
}
