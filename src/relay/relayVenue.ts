import { knownOptions, outOfRange, wrongType } from '../../operators/support/argument.js';
import type { Book, TopOfBook } from '../model/events.js';
import type { MarketState } from '../model/state.js';
import type { Endpoint } from '../model/transport.js';
import type { EndpointProvider, RelayedState, RelayReport, TopicDecoder, Venue } from '../model/venue.js';
import { endpointProvider } from '../mqtt/mqttConfig.js';
import { quoteTopics, relayPrefix, symbolLevel, symbolOfLevel } from './relayTopics.js';
import { decodeQuoteJson, decodeStatusJson, isJson } from './wire/decodeJson.js';
import { decodeQuote, decodeStatus } from './wire/decodeProtobuf.js';

/** Where a relay publishes. */
export interface RelayVenueConfig {
  /**
   * Your broker: a URL (`ws://`, `wss://`, and outside browsers `mqtt://`, `mqtts://`), an endpoint with credentials, or a function that
   * is called at every attempt.
   */
  readonly url: string | Endpoint | EndpointProvider;
  /** The levels before the relay's topics, as the relay has them. @defaultValue `rx-quotes` */
  readonly prefix?: string;
}

const OWNER = 'relayVenue';

/**
 * A topic that is silent for this long is stale, in ms: a relay publishes each symbol every 10 s at the latest, and one message may be
 * lost.
 */
const STALE_AFTER = 25_000;

/** Kept beside an event, so that the event has the fields of its type only. */
interface Beside {
  readonly relayed: RelayedState | RelayReport;
  readonly market?: MarketState;
}

/**
 * The venue of a relay: quotes that `startRelay` or `rx-quotes relay` publishes to a broker of yours, with the trust that they have in
 * the feed that the relay reads.
 *
 * A quote is `live` only while it is live there, its relay says every second that its feed is live, and nothing was lost on the way.
 * Else its state is the one that it has there, or `suspect`. It has quotes only: no price infos, bars or markets' statuses.
 *
 * @example
 * ```ts
 * const feed = quoteFeed({ venue: relayVenue({ url: 'wss://broker.example/mqtt' }) });
 * ```
 *
 * For a relay of other events than books, which publishes JSON, name their type: `relayVenue<MyQuote>({ … })`.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function relayVenue<E extends { readonly symbol: string } = TopOfBook | Book>(
  config: RelayVenueConfig,
): Venue<E> {
  knownOptions(OWNER, config, ['url', 'prefix']);
  if ((config.url as unknown) === undefined) {
    throw wrongType(`${OWNER}.url`, undefined, 'pass the URL of the broker that the relay publishes to');
  }
  const prefix = relayPrefix(OWNER, config.prefix);
  const [quotes, relays] = [quoteTopics(prefix), `${prefix}/relay/`];
  const beside = new WeakMap<E, Beside>();

  const quoteDecoder = (symbol: string): TopicDecoder<E> => ({
    kind: 'quote',
    delivery: 'image',
    decode: (payload) => {
      const { head, event } = (isJson(payload) ? decodeQuoteJson : decodeQuote)(payload, symbol);
      const { market, ...state } = head;
      // The compiler can't see that the relay reads a feed of `E`.
      const quote = (event ?? { symbol }) as unknown as E;
      beside.set(quote, { market, relayed: { type: 'quote', ...state, isEmpty: event === undefined } });
      return quote;
    },
  });
  const statusDecoder: TopicDecoder<E> = {
    kind: 'market',
    delivery: 'event',
    decode: (payload, topic) => {
      const { index: _, gap, ...status } = (isJson(payload) ? decodeStatusJson : decodeStatus)(payload);
      const relay = topic.slice(relays.length);
      const report = { symbol: relay } as E;
      beside.set(report, { relayed: { type: 'report', relay, ...status, ...(gap === undefined ? {} : { gap }) } });
      return report;
    },
  };

  return {
    endpoints: endpointProvider(config.url),
    topic: (kind, key) => {
      if (kind === 'quote') return `${quotes}${symbolLevel(key)}`;
      throw outOfRange(`${OWNER}.${kind}`, key, 'subscribe to quotes: a relay publishes nothing else');
    },
    marketTopics: () => [`${relays}+`],
    decoder: (topic) => {
      if (topic.startsWith(quotes)) return quoteDecoder(symbolOfLevel(topic.slice(quotes.length)));
      return topic.startsWith(relays) ? statusDecoder : undefined;
    },
    market: (event) => {
      const market = beside.get(event)?.market;
      return market === undefined ? undefined : { symbol: event.symbol, market };
    },
    relayed: (event) => beside.get(event)?.relayed,
    staleAfter: STALE_AFTER,
    sessions: 'many',
    onSubscribe: 'retained',
  };
}
