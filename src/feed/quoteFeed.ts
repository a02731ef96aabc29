import {
  distinctUntilChanged,
  endWith,
  filter,
  ignoreElements,
  map,
  type Observable,
  Subject,
  Subscription,
  takeUntil,
} from 'rxjs';
import { knownOptions } from '../../operators/support/argument.js';
import type { FeedUpdate } from '../model/quote.js';
import { systemClock } from '../model/systemClock.js';
import { CalendarWatch } from './trust/calendarWatch.js';
import { Callbacks } from './diagnostics/callbacks.js';
import { checkSymbol } from './topics/checkSymbol.js';
import {
  checkConfig,
  checkSettingNames,
  defaultSettings,
  mergeSettings,
  pickSettings,
  type QuoteFeedConfig,
} from './feedConfig.js';
import { DelayMeter } from './diagnostics/delayMeter.js';
import { explainTopic } from './diagnostics/explain.js';
import { FeedState } from './feedState.js';
import { FeedSubscriptions } from './delivery/feedSubscriptions.js';
import type { QuoteFeed } from './feedTypes.js';
import { FeedProcessor } from './trust/feedProcessor.js';
import { logReport, logState } from './diagnostics/logger.js';
import { MarketStates } from './trust/marketStates.js';
import { createPipeline } from './pipeline.js';
import { measureArrival } from './diagnostics/measureArrival.js';
import { checkName, type Request, Requests } from './topics/requests.js';
import { SilenceWatch } from './staleness/silenceWatch.js';
import { symbolStates } from './topics/symbolStates.js';
import { TopicRegistry } from './topics/topicRegistry.js';
import { topicCounts } from './topics/topicCounts.js';
import { TopicRefCount } from './topics/topicRefCount.js';

/**
 * Makes a feed of quotes from a venue. Opens nothing until the first subscription.
 *
 * @example
 * ```ts
 * const feed = quoteFeed({ venue });
 * feed.quotes(['AOT', 'PTT']).pipe(filter(isTradable)).subscribe(trade);
 * ```
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT` when an option is unknown or out of range
 * @since 0.1.0
 */
export function quoteFeed<E extends { readonly symbol: string }>(config: QuoteFeedConfig<E>): QuoteFeed<E> {
  type Feed = QuoteFeed<E>;
  checkConfig(config);
  const { venue, onReject, maxPayload = 262_144 } = config;
  const callbacks = new Callbacks(config.logger);
  const { logger } = callbacks;
  const clock = config.clock ?? systemClock;
  let settings = mergeSettings('quoteFeed', defaultSettings, pickSettings(config));
  let closed: Promise<void> | undefined;

  /** What was known of all symbols' market is not heard of any more. */
  let unheard = false;
  const markets = new MarketStates(venue.calendar, () => clock.now(), callbacks);
  const state = new FeedState(clock, (next) => {
    if (logger !== undefined) logState(logger, next);
  });
  const book = new TopicRegistry<E>({
    decoder: (topic) => venue.decoder(topic),
    market: (entry) => markets.at(entry),
    capacity: () => Math.floor(settings.capacity / 2),
    onForgotten: (topic, symbol) => {
      silence.forget(topic);
      unheard ||= markets.forget(topic, symbol);
    },
    onEvicted: (entry) => {
      pipeline.evicted(entry);
      pipeline.mqtt.reroute();
    },
  });
  const meter = new DelayMeter(clock);
  const silence = new SilenceWatch<E>({
    clock,
    state,
    venue,
    callbacks,
    markets,
    book,
    settings: () => settings,
    onSilence: (turn) => {
      pipeline.turn(turn);
    },
    reconnect: () => {
      pipeline.mqtt.reconnect();
    },
  });
  const hub = new FeedProcessor<E>({ venue, callbacks, clock, book, markets, meter, silence });
  const wanted = new TopicRefCount({
    linger: () => settings.linger,
    scheduler: clock.background,
    onGone: (filters) => {
      book.forget(filters);
      pipeline.mqtt.reroute();
      if (book.symbols().next().done === true) calendar.stop();
      if (unheard) pipeline.turn({ type: 'calendar' });
      unheard = false;
    },
  });
  const pipeline = createPipeline<E>({
    venue,
    clock,
    book,
    hub,
    meter,
    maxPayload,
    transport: config.transport,
    wanted$: wanted.topics$,
    settings: () => settings,
    onJump: () => {
      calendar.review();
    },
    capacity: () => Math.max(settings.capacity, 2 * wanted.most),
    onReject: (rejection) => {
      const epoch = state.lastEpoch;
      callbacks.take('onReject', () => onReject?.({ ...rejection, ...(epoch === undefined ? {} : { epoch }) }));
    },
    onState: (next) => {
      // The feed itself says when it is idle, after its topics are at rest.
      if (next.status !== 'idle') state.set(next, next.epoch);
    },
    onReport: (report) => {
      if (logger !== undefined) logReport(logger, report);
    },
  });
  const calendar = new CalendarWatch({
    clock,
    markets,
    symbols: () => book.symbols(),
    onTurn: () => {
      silence.turn();
      pipeline.turn({ type: 'calendar' });
    },
  });

  // A subject, not the subscription that run() returns: a listener may want it ended while it begins.
  const rests = new Subject<void>();
  const life = new Subscription();
  const needed$ = wanted.topics$.pipe(
    map(({ all }) => all.size > 0),
    distinctUntilChanged(),
  );
  life.add(
    needed$.subscribe((needed) => {
      const wasNeeded = rests.observed;
      rests.next();
      if (needed) pipeline.run(rests);
      else if (wasNeeded && closed === undefined) {
        hub.rest();
        state.set({ status: 'idle' });
      }
    }),
  );

  const requests = new Requests(venue);
  const subscriptions = new FeedSubscriptions<E>({
    wanted,
    book,
    hub,
    meter,
    calendar,
    isClosed: () => closed !== undefined,
    onSubscribe: () => {
      pipeline.mqtt.checkClocks();
    },
  });

  const only = (request: Request): Observable<FeedUpdate<E>> =>
    subscriptions.to(request).pipe(filter(({ kind }) => kind === request.kind));

  const close = (): Promise<void> => {
    if (closed !== undefined) return closed;
    let settle = (): void => undefined;
    closed = new Promise((resolve) => {
      settle = resolve;
    });
    wanted.close();
    hub.close();
    life.unsubscribe();
    calendar.stop();
    silence.stop();
    state.set({ status: 'closed' });
    state.complete();
    pipeline.mqtt.closed$.subscribe({ complete: settle });
    return closed;
  };

  return {
    quotes: ((symbols, options) => only(requests.quotes('quotes', symbols, options))) as Feed['quotes'],
    infos: ((symbols, options) => only(requests.infos(symbols, options))) as Feed['infos'],
    candles: ((symbols, options) => only(requests.candles(symbols, options))) as Feed['candles'],
    markets: ((names, options) => only(requests.markets(names, options))) as Feed['markets'],
    updates: ((symbols, options) => subscriptions.to(requests.quotes('updates', symbols, options))) as Feed['updates'],
    state$: state.state$,
    subscriptions$: pipeline.mqtt.subscriptions$.pipe(
      takeUntil(state.state$.pipe(ignoreElements(), endWith(undefined))),
    ),
    stats: () => {
      const epoch = state.lastEpoch;
      const { restated, gaps, stalls, longestStall } = hub.stats();
      return {
        ...pipeline.stats(),
        restated,
        gaps,
        stalls,
        longestStall,
        silences: { ...silence.counts },
        callbackErrors: callbacks.counts(),
        lastCallbackErrors: callbacks.lastErrors(),
        connected: state.isLive,
        subscribers: hub.size,
        ...topicCounts(book.all()),
        ...(epoch === undefined ? {} : { epoch }),
      };
    },
    symbols: () => {
      pipeline.mqtt.checkClocks();
      return symbolStates(book.all(), clock.monotonic());
    },
    explain: (symbol) => {
      pipeline.mqtt.checkClocks();
      const ledger = pipeline.mqtt.subscriptions();
      return [...book.of(requests.symbol(checkSymbol('explain.symbol', symbol)))]
        .map((entry) => explainTopic(entry, ledger.get(entry.topic), silence.explain(entry.topic)))
        .sort((one, other) => Number(other.kind === 'quote') - Number(one.kind === 'quote'));
    },
    delays: () => meter.delays(),
    measureArrival: (name) => measureArrival(clock, meter.arrival(checkName('measureArrival.name', name))),
    reconnect: (options = {}) => {
      knownOptions('reconnect', options, ['renew']);
      pipeline.mqtt.reconnect(options);
    },
    tune: (change) => {
      checkSettingNames('tune', change);
      settings = mergeSettings('tune', settings, change);
      silence.tuned();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
