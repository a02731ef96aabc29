import { distinctUntilChanged, endWith, ignoreElements, map, Subject, Subscription, takeUntil } from 'rxjs';
import { knownOptions } from '../../operators/support/argument.js';
import { systemClock } from '../model/systemClock.js';
import { connectFeed } from './connectFeed.js';
import { onConnectionEvent } from './connectionEvents.js';
import { Dispatcher } from './delivery/dispatcher.js';
import { FeedSubscriptions } from './delivery/feedSubscriptions.js';
import { Callbacks } from './diagnostics/callbacks.js';
import { DelayMeter } from './diagnostics/delayMeter.js';
import { FeedLog } from './diagnostics/feedLog.js';
import { explainTopic } from './diagnostics/explain.js';
import { Journal } from './diagnostics/journal.js';
import { logState } from './diagnostics/connectionLines.js';
import { shownName } from './diagnostics/logLines.js';
import { measureLatency } from './diagnostics/measureLatency.js';
import { WatchedQueues } from './diagnostics/watchedQueues.js';
import {
  checkConfig,
  checkSettingNames,
  defaultSettings,
  mergeSettings,
  pickSettings,
  type QuoteFeedConfig,
  type Rejection,
} from './feedConfig.js';
import { FeedState } from './feedState.js';
import type { QuoteFeed } from './feedTypes.js';
import { createPipeline } from './pipeline.js';
import { SilenceWatch } from './staleness/silenceWatch.js';
import { checkSymbol } from './topics/checkSymbol.js';
import { Receiver } from './receiver.js';
import { checkName, Requests } from './topics/requests.js';
import { symbolStates } from './topics/symbolStates.js';
import { topicCounts } from './topics/topicCounts.js';
import { TopicRefCount } from './topics/topicRefCount.js';
import { TopicRegistry } from './topics/topicRegistry.js';
import { CalendarWatch } from './trust/calendarWatch.js';
import { ControlQueue } from './trust/controlQueue.js';
import { FeedProcessor } from './trust/feedProcessor.js';
import { Gaps } from './trust/gaps.js';
import { MarketReader } from './trust/marketReader.js';
import { MarketStates } from './trust/marketStates.js';
import { TopicWriter } from './trust/topicWriter.js';
import { Relays } from './trust/relays.js';
import { Trust } from './trust/trust.js';

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
  const { venue, transport, clock = systemClock, maxPayload = 262_144, onReject } = config;
  const { staleAfter = defaultSettings.staleAfter } = venue;
  const settings = mergeSettings('quoteFeed', { ...defaultSettings, staleAfter }, pickSettings(config));
  const callbacks = new Callbacks(config.logger);
  const log = new FeedLog(callbacks.logger);
  let closed: Promise<void> | undefined;

  const meter = new DelayMeter(clock);
  const journal = new Journal(() => clock.now());
  const state = new FeedState(clock, (next) => {
    journal.connection(next);
    logState(log, next);
  });
  const registry = new TopicRegistry<E>({ venue, settings });
  const markets = new MarketStates(venue.calendar, () => clock.now(), callbacks);
  const control = new ControlQueue<E>();
  const silence = new SilenceWatch<E>({ clock, state, venue, callbacks, markets, registry, settings, control, log });
  const calendar = new CalendarWatch({ clock, markets, registry, silence, control });
  const dispatcher = new Dispatcher<E>(clock, meter);
  const gaps = new Gaps<E>(clock, dispatcher, journal, log);
  const writer = new TopicWriter<E>({ clock, registry, markets, emissions: dispatcher, silence, journal });
  const relays = new Relays(clock, () => {
    control.push({ type: 'relays' });
  });
  const trust = new Trust<E>({
    ...{ registry, markets, relays, writer, gaps, emissions: dispatcher, silence, state, log },
    isRelayed: venue.relayed !== undefined,
  });
  const wanted = new TopicRefCount({
    linger: () => settings.linger,
    scheduler: clock.background,
    onGone: (filters) => {
      registry.forget(filters);
      if (registry.symbols().next().done === true) calendar.stop();
      if (trust.isMarketForgotten()) control.push({ type: 'markets' });
    },
  });
  const onRejected = (rejection: Omit<Rejection, 'epoch'>): void => {
    log.lost('rejected', rejection.reason, rejection.topic);
    const epoch = state.lastEpoch;
    callbacks.take('onReject', () => onReject?.({ ...rejection, ...(epoch === undefined ? {} : { epoch }) }));
  };
  const receiver = new Receiver<E>({
    ...{ venue, clock, registry, control, meter, maxPayload },
    marketReader: new MarketReader<E>(venue, callbacks),
    onReject: onRejected,
  });
  const mqtt = connectFeed<E>({ venue, clock, transport, maxPayload, settings, wanted, receiver });
  const processor = new FeedProcessor<E>({ registry, control, trust, emissions: dispatcher, silence, meter, mqtt });
  const pipeline = createPipeline<E>({ clock, mqtt, receiver, control, processor, wanted, meter, settings, log });
  mqtt.events$.subscribe((event) => {
    onConnectionEvent(event, {
      ...{ state, control, calendar, log, registry, onReject: onRejected },
      subscriptions: () => mqtt.subscriptions(),
    });
  });
  registry.forgotten$.subscribe(({ topic }) => {
    mqtt.reroute(topic.name);
  });
  registry.evicted$.subscribe((topic) => {
    log.limited('evicted', '', { topic: shownName(topic.name) });
    control.missed(topic, 'overflow');
  });
  silence.reconnects$.subscribe(() => {
    mqtt.reconnect({ askedBy: 'silence' });
  });

  // A subject ends a run, because a subscriber may end it before run() has returned.
  const rests = new Subject<void>();
  const life = new Subscription();
  const needed$ = wanted.topics$.pipe(
    map(({ all }) => all.size > 0),
    distinctUntilChanged(),
  );
  life.add(
    needed$.subscribe((needed) => {
      if (needed) pipeline.run(rests);
      if (needed || !rests.observed) return;
      if (closed === undefined) trust.rest();
      rests.next();
      // A subscriber that received the end may have subscribed again, or closed the feed.
      if (closed === undefined && !rests.observed) state.set({ status: 'idle' });
    }),
  );

  const queues = new WatchedQueues();
  const requests = new Requests(venue);
  const subscriptions = new FeedSubscriptions<E>({
    ...{ wanted, registry, dispatcher, gaps, meter, clock, calendar, processor },
    isClosed: () => closed !== undefined,
  });

  const close = (): Promise<void> => {
    if (closed !== undefined) return closed;
    let settle = (): void => undefined;
    closed = new Promise((resolve) => {
      settle = resolve;
    });
    wanted.close();
    dispatcher.close();
    life.unsubscribe();
    calendar.stop();
    silence.stop();
    relays.reset();
    state.set({ status: 'closed' });
    state.complete();
    mqtt.closed$.subscribe({ complete: settle });
    return closed;
  };

  return {
    quotes: ((symbols, options) =>
      subscriptions.to(requests.quotes('quotes', symbols, options), false)) as Feed['quotes'],
    priceInfos: ((symbols, options) =>
      subscriptions.to(requests.priceInfos(symbols, options), false)) as Feed['priceInfos'],
    candles: ((symbols, options) => subscriptions.to(requests.candles(symbols, options), false)) as Feed['candles'],
    markets: ((names, options) => subscriptions.to(requests.markets(names, options), false)) as Feed['markets'],
    updates: ((symbols, options) =>
      subscriptions.to(requests.quotes('updates', symbols, options), true)) as Feed['updates'],
    last: ((given, options) => {
      const { symbol, depth } = requests.last(given, options);
      processor.catchUp();
      return dispatcher.last(registry.of(symbol), depth);
    }) as Feed['last'],
    state$: state.state$,
    subscriptions$: mqtt.subscriptions$.pipe(takeUntil(state.state$.pipe(ignoreElements(), endWith(undefined)))),
    stats: () => {
      const epoch = state.lastEpoch;
      return {
        ...pipeline.stats(),
        reemitted: dispatcher.reemitted,
        gaps: gaps.opened,
        stalls: trust.stalls,
        longestStall: trust.longestStall,
        silences: { ...silence.counts },
        callbackErrors: callbacks.counts(),
        lastCallbackErrors: callbacks.lastErrors(),
        queues: queues.snapshots(),
        connected: state.isLive,
        silent: state.isSilent,
        subscribers: dispatcher.size,
        endedInNext: dispatcher.endedInNext(),
        ...topicCounts(registry.all()),
        wildcards: registry.wildcardTopics(),
        ...(venue.relayed === undefined ? {} : { relays: { lost: receiver.lost, states: relays.states() } }),
        ...(epoch === undefined ? {} : { epoch }),
      };
    },
    symbols: () => {
      processor.catchUp();
      return symbolStates(registry.all(), clock.monotonic());
    },
    explain: (symbol) => {
      processor.catchUp();
      return [...registry.of(requests.symbol(checkSymbol('explain.symbol', symbol)))]
        .map((topic) => explainTopic(topic, mqtt.subscription(topic.name), silence.explain(topic.name)))
        .sort((one, other) => Number(other.kind === 'quote') - Number(one.kind === 'quote'));
    },
    journal: () => journal.read(),
    delays: () => meter.delays(),
    measureLatency: (name) => measureLatency(clock, meter.latency(checkName('measureLatency.name', name))),
    watch: (name, stats) => queues.watch(checkName('watch.name', name), stats),
    reconnect: (options = {}) => {
      knownOptions('reconnect', options, ['renew']);
      mqtt.reconnect(options);
    },
    tune: (change) => {
      checkSettingNames('tune', change);
      Object.assign(settings, mergeSettings('tune', settings, change));
      silence.tuned();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
