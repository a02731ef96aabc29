import { type Observable } from 'rxjs';
import type { Candle, MarketStatus, PriceInfo } from '../../src/model/events.js';
import type { MarketState } from '../../src/model/state.js';
import type { Tagged } from '../../src/model/quote.js';
import {
  mqttVenue,
  type MqttVenueConfig,
  type QuoteFeed,
  quoteFeed,
  type QuoteFeedConfig,
  type Venue,
} from '../../src/index.js';
import { checkConservation, fakeTransport, type FakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from './fastScheduler.js';

/** A quote of the kinds venue. */
export interface Price {
  readonly symbol: string;
  readonly price: number;
}

/** The events of the kinds venue. */
export type KindsEvent = Price | PriceInfo | Candle | MarketStatus;

const noRange = { high: Number.NaN, low: Number.NaN };
const info: Omit<PriceInfo, 'symbol' | 'last' | 'market'> = {
  kind: 'info',
  ...noRange,
  ...{ netChange: Number.NaN, totalVolume: 0, totalValue: 0, projectedOpenPrice: Number.NaN, projectedOpenVolume: 0 },
  status: 'OPEN',
};
const candle: Omit<Candle, 'symbol' | 'interval' | 'time' | 'close'> = {
  kind: 'candle',
  ...noRange,
  ...{ sequence: 0, open: Number.NaN, volume: 0, value: 0 },
};
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/**
 * A venue of every kind: `px/{symbol}` carries a price, `in/{symbol}` a last price and perhaps the symbol's market,
 * `cd/{symbol}/{interval}` `time close` or `time close interval`, `mk/{symbol}` a state.
 */
const kindsVenue: MqttVenueConfig<KindsEvent> = {
  endpoint: 'mqtt://broker.test',
  topics: { quote: 'px/{symbol}', info: 'in/{symbol}', candle: 'cd/{symbol}/{interval}', market: 'mk/{symbol}' },
  decode: {
    quote: (payload, _topic, symbol) => ({ symbol, price: Number(text(payload)) }),
    info: (payload, _topic, symbol) => {
      const [last, market = 'unknown'] = text(payload).split(' ');
      return { ...info, symbol, last: Number(last), market: market as MarketState };
    },
    candle: (payload, topic, symbol) => {
      const [time, close, interval = topic.split('/')[2] ?? ''] = text(payload).split(' ');
      return { ...candle, symbol, interval, time: Number(time), close: Number(close) };
    },
    market: (payload, _topic, symbol) => ({
      kind: 'market',
      symbol,
      market: text(payload) as MarketState,
      status: text(payload).toUpperCase(),
    }),
  },
  market: (event) =>
    'status' in event && event.kind === 'market' ? { symbol: event.symbol, market: event.market } : undefined,
  onSubscribe: 'nothing',
};

type Reported = Tagged<KindsEvent>;

/** An event in one line: its kind, its values and its tags. */
function reportedLine(event: Reported): string {
  const { kind, symbol, state, market, epoch, change, replayed = '' } = event;
  const what =
    event.kind === 'quote'
      ? event.price
      : event.kind === 'info'
        ? event.last
        : event.kind === 'candle'
          ? `${event.interval} ${event.time}=${event.close}`
          : event.status;
  return `${kind} ${symbol} ${what} ${state} ${market} e${epoch} ${change} ${replayed}`.trim();
}

/** A feed of the kinds venue on a fake broker, in virtual time that the test moves on. */
export interface KindsScene {
  readonly scheduler: FastScheduler;
  readonly fake: FakeTransport;
  readonly feed: QuoteFeed<KindsEvent>;
  /** Subscribes, and writes every event into the list in one line; each checks the counts. */
  hear(events$: Observable<Reported>, onEvent?: () => void): { readonly said: string[]; stop(): void };
}

/** Sets the scene: nothing is subscribed to yet. */
export function kindsScene(
  config: Omit<QuoteFeedConfig<KindsEvent>, 'venue'> = {},
  venue: Partial<MqttVenueConfig<KindsEvent>> = {},
  changed: (known: Venue<KindsEvent>) => Venue<KindsEvent> = (known) => known,
): KindsScene {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const feed = quoteFeed<KindsEvent>({
    venue: changed(mqttVenue<KindsEvent>({ ...kindsVenue, ...venue })),
    transport: fake.transport,
    clock: virtualClock(scheduler),
    ...config,
  });
  return {
    scheduler,
    fake,
    feed,
    hear: (events$, onEvent) => {
      const said: string[] = [];
      const subscription = events$.subscribe((event) => {
        said.push(reportedLine(event));
        checkConservation(feed.stats());
        onEvent?.();
      });
      return {
        said,
        stop: () => {
          subscription.unsubscribe();
        },
      };
    },
  };
}
