import { BehaviorSubject, filter, Observable, of, Subject, share, takeUntil, tap } from 'rxjs';
import type { FeedUpdate, Quote } from '../events.js';
import { checkSymbols } from '../feed/checkSymbol.js';
import type { FeedSettings } from '../feed/feedConfig.js';
import type { QuoteFeed, QuoteOptions } from '../feed/feedTypes.js';
import { isQuote } from '../feed/isQuote.js';
import { topOfBook } from '../feed/topOfBook.js';
import type { ConnectionState } from '../mqtt/connectionState.js';

type Update = FeedUpdate;

/** What a fake feed says. */
export interface FakeFeedConfig {
  /** The updates to hand out, e.g. a `hot()` diagram of `quoteMarbles`; gaps and statuses may be among them. */
  readonly quotes: Observable<Update>;
  /** The connection's states. @defaultValue live, until `close()` */
  readonly state$?: Observable<ConnectionState>;
}

/** A feed for tests of what is built on one, with a record of what was asked of it. */
export interface FakeFeed extends QuoteFeed {
  /** The arguments of every `reconnect()`, in order. */
  readonly reconnects: readonly { readonly renew?: boolean }[];
  /** The arguments of every `tune()`, in order. */
  readonly tunings: readonly FeedSettings[];
}

function concerns(update: Update, symbols: ReadonlySet<string> | undefined): boolean {
  return update.kind === 'gap' || symbols === undefined || symbols.has(update.symbol);
}

/**
 * A feed without connection that hands out given updates as a real one would: by symbol, at the depth asked for, each
 * symbol's last quote at once to late subscribers.
 *
 * @example
 * ```ts
 * const feed = fakeFeed({ quotes: hot('a--b', quoteMarbles({ a: { symbol: 'AOT', bid: 70 }, b: { symbol: 'PTT' } })) });
 * expectObservable(feed.quotes(['AOT'])).toBe('a', { a: expect.objectContaining({ bid: 70 }) });
 * ```
 *
 * @since 0.1.0
 */
export function fakeFeed(config: FakeFeedConfig): FakeFeed {
  const last = new Map<string, Quote>();
  const closed = new Subject<void>();
  const reconnects: { readonly renew?: boolean }[] = [];
  const tunings: FeedSettings[] = [];
  let [emitted, subscribers, isClosed] = [0, 0, false];

  const shared$ = config.quotes.pipe(
    tap((update) => {
      if (!isQuote(update)) return;
      emitted += 1;
      last.set(update.symbol, update);
    }),
    share(),
  );

  const updates = (
    symbols: readonly string[] | undefined,
    { depth = 1, replay = true }: QuoteOptions = {},
  ): Observable<Update> => {
    const wanted = symbols === undefined ? undefined : new Set(checkSymbols('fakeFeed.symbols', symbols));
    const at = (update: Update): Update => (depth === 1 && isQuote(update) ? topOfBook(update) : update);
    return new Observable<Update>((subscriber) => {
      if (isClosed) {
        subscriber.complete();
        return undefined;
      }
      subscribers += 1;
      for (const quote of replay ? last.values() : []) {
        if (concerns(quote, wanted)) subscriber.next(at({ ...quote, change: 'state', replayed: 'cache' }));
      }
      subscriber.add(() => {
        subscribers -= 1;
      });
      return shared$
        .pipe(
          filter((update) => concerns(update, wanted)),
          takeUntil(closed),
        )
        .subscribe({
          next: (update) => {
            subscriber.next(at(update));
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.complete();
          },
        });
    });
  };

  const live: ConnectionState = { status: 'live', epoch: 0, since: 0, ledger: { wanted: 0, granted: 0, refused: [] } };
  const state$ = config.state$ === undefined ? new BehaviorSubject(live).pipe(takeUntil(closed)) : config.state$;
  const close = (): Promise<void> => {
    isClosed = true;
    closed.next();
    return Promise.resolve();
  };

  return {
    quotes: ((symbols, options) => updates(symbols, options).pipe(filter(isQuote))) as QuoteFeed['quotes'],
    updates: ((symbols, options) => updates(symbols, options)) as QuoteFeed['updates'],
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
      restated: 0,
      gaps: 0,
      attempts: 0,
      connected: !isClosed,
      subscribers,
      topics: { awaiting: 0, live: last.size, quiet: 0, suspect: 0, stale: 0, refused: 0 },
    }),
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
}
