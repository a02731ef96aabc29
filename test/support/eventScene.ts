import type { MarketState } from '../../src/model/state.js';
import type { Untagged } from '../../src/model/quote.js';
import { mqttVenue, type MqttVenueConfig, type QuoteFeed, quoteFeed, type QuoteFeedConfig } from '../../src/index.js';
import type { Rejection } from '../../src/feed/feedConfig.js';
import { fakeTransport, type FakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from './fastScheduler.js';

/** A feed with the events of a test, on a fake broker. */
export interface EventScene<E extends Untagged> {
  readonly fake: FakeTransport;
  readonly feed: QuoteFeed<E>;
  /** The reason and the message of each rejected message. */
  readonly rejected: readonly string[];
  /** Every quote of the symbol `A`, at depth 1 as by default. */
  readonly quotes: readonly object[];
  /** Publishes a message of the symbol `A` that is decoded to an event. */
  send(event: unknown): void;
}

/** The parts of a scene of events. */
export interface EventSceneConfig<E extends Untagged> {
  /** The state of the market, as the calendar gives it. @defaultValue `open` */
  readonly market?: () => MarketState;
  readonly venue?: Partial<MqttVenueConfig<E>>;
  readonly feed?: Partial<QuoteFeedConfig<E>>;
}

function messageOf({ error }: Rejection): string {
  return error instanceof Error ? error.message : '';
}

/** Sets the scene: quotes of the symbol `A` are subscribed to. */
export function eventScene<E extends Untagged = { readonly symbol: string }>(
  config: EventSceneConfig<E> = {},
): EventScene<E> {
  const { market = () => 'open' } = config;
  const fake = fakeTransport();
  const rejected: string[] = [];
  let next: unknown;
  const feed = quoteFeed<E>({
    venue: mqttVenue<E>({
      endpoint: 'mqtt://broker.test',
      topics: 'px/{symbol}',
      decode: () => next as E,
      calendar: { at: () => ({ market: market() }) },
      ...config.venue,
    }),
    transport: fake.transport,
    clock: virtualClock(new FastScheduler()),
    onReject: (rejection) => rejected.push(`${rejection.reason}: ${messageOf(rejection)}`),
    ...config.feed,
  });
  const quotes: object[] = [];
  feed.quotes(['A']).subscribe((quote) => quotes.push(quote));
  return {
    fake,
    feed,
    rejected,
    quotes,
    send: (event) => {
      next = event;
      fake.publish('px/A', 'x');
    },
  };
}
