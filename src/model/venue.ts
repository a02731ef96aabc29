import type { ObservableInput } from 'rxjs';
import type { ConnectionFailure } from './errors.js';
import type { Gap } from './gap.js';
import type { DataState, MarketState } from './state.js';
import type { Endpoint } from './transport.js';

/** The kind of the events that a topic carries. */
export type TopicKind = 'quote' | 'info' | 'candle' | 'market';

/** Called at every attempt to connect; its first value is used. */
export type EndpointProvider = (attempt: {
  /** Attempts since the feed was made, the first is 0. */
  readonly number: number;
  /** Why the attempt or connection before this one ended. */
  readonly previous?: ConnectionFailure;
  /** `true` when credentials were refused, or when the user requested new ones: don't return cached credentials. */
  readonly renew: boolean;
  /** Whether the connection that `previous` ended had been live, so that its address is probably right. */
  readonly wasLive: boolean;
}) => ObservableInput<Endpoint>;

/** The argument of an endpoint provider. */
export type EndpointRequest = Parameters<EndpointProvider>[0];

/**
 * The kind of a topic's first message after SUBSCRIBE.
 *
 * - `snapshot`: the venue sends a current image for the subscription
 * - `retained`: the retain flag decides: a message with it is of unknown age, one without it is new (OASIS MQTT 3.1.1,
 *   section 3.3.1.3)
 * - `nothing`: an ordinary update; the venue sends nothing for the subscription
 * - `unknown`: the venue may send a stored image without the retain flag, so the first message is of unknown age
 *
 * A message with the retain flag is of unknown age in all four cases.
 *
 * With `retained` and `nothing` a wildcard brings what SUBSCRIBE to a name would bring, so a name that a wanted wildcard covers is not
 * subscribed to by itself. With `snapshot` and `unknown` each name has a subscription of its own.
 */
export type OnSubscribe = 'snapshot' | 'retained' | 'nothing' | 'unknown';

/** How one topic's payloads become events. */
export interface TopicDecoder<E> {
  /** The kind of the topic's events. */
  readonly kind: TopicKind;
  /**
   * The messages of the topic that may be lost under load: an `image` (a full picture) may lose all but the newest, a `series`
   * (bars) all but the newest of each key, an `event` (market status, notices) no message.
   */
  readonly delivery: 'image' | 'series' | 'event';
  /**
   * Turns a payload into an event that shares no memory with it. Throw `DecodeError` to name the reason of a reject.
   */
  decode(payload: Uint8Array, topic: string): E;
  /**
   * For a `series`: returns the key of a bar, e.g. its time. Left out, or if it returns neither a string nor a number,
   * each event counts as a bar of its own, so that none is conflated.
   */
  seriesKey?(event: E): string | number | undefined;
}

/** Gives the state of markets by their hours. The feed's own status overrides it. */
export interface Calendar {
  /**
   * State of a symbol's market at a wall time, and until when it holds (both ms since the Unix epoch); `until` left out
   * or `Infinity` is for ever. If a calendar throws or returns an invalid value, the market is `unknown`, and the
   * calendar is called again later.
   */
  at(time: number, symbol: string): { readonly market: MarketState; readonly until?: number };
}

/** A source of market data: where to connect, its topics, their decoders, and its known behaviour. */
export interface Venue<E extends { readonly symbol: string }> {
  /** Where to connect; called at every attempt. */
  readonly endpoints: EndpointProvider;
  /**
   * The topic of a key: of a symbol, of `symbol/interval` for `'candle'`, of a market's name for `'market'`; `'+'` as
   * key is the wildcard for every symbol. Throws for a kind that the venue does not have.
   */
  topic(kind: TopicKind, key: string): string;
  /**
   * The venue's spelling of a symbol, e.g. in upper case. The feed calls it for every symbol that a user passes, so
   * that all spellings are one symbol. Left out, every spelling is a symbol of its own.
   */
  symbol?(given: string): string;
  /** Topics needed to know the market of these symbols. */
  marketTopics(symbols: readonly string[]): readonly string[];
  /** The decoder of a topic; `undefined` if the venue has none. */
  decoder(topic: string): TopicDecoder<E> | undefined;
  /**
   * Reads the market state that an event gives, if any. Where it throws, or returns another value, the
   * event is handed out nevertheless, and its symbol's market is `unknown`.
   */
  market?(event: E):
    | {
        /** The symbol concerned; left out, every symbol of the venue. */
        readonly symbol?: string;
        readonly market: MarketState;
      }
    | undefined;
  /**
   * For a venue that carries the quotes of another feed, as `relayVenue` does: reads what an event says about that feed. The
   * state of such a quote is the state that it has there, and it is live only while its relay vouches for it.
   */
  relayed?(event: E):
    | /** How far the feed behind a relay trusts the quote of this event. */ {
        /** Tells this from the status of a relay. */
        readonly type: 'quote';
        /** The run of the relay that published it: a number that is new at each start of a relay. */
        readonly run: number;
        /** The connection epoch of the feed that the relay reads. */
        readonly epoch: number;
        /** The number of this message among those of its topic and run; the first is 1. */
        readonly counter: number;
        /** The state of the quote in the feed that the relay reads. */
        readonly state: DataState;
        /**
         * `image`: a new image; `state`: the image before, because its state or market changed; `refresh`: the image before, published again
         * because nothing else was for a while.
         */
        readonly change: 'image' | 'state' | 'refresh';
        /** Time in ms from the relay's reading of the image to its publishing. */
        readonly age: number;
        /** Wall time in ms since the Unix epoch, by the relay's clock, at which the relay read the image. */
        readonly receivedAt: number;
        /** Whether the message has no image, only the state of a symbol without one. */
        readonly isEmpty: boolean;
      }
    | /** The status of a relay. */ {
        /** Tells this from the state of a quote. */
        readonly type: 'report';
        /** The name of the relay among those that share the symbols. */
        readonly relay: string;
        /** The run of the relay. */
        readonly run: number;
        /** The number of this status in its run; the first is 1. */
        readonly sequence: number;
        /** `live`: the feed that the relay reads is live; `lost`: it is not; `ended`: the relay ended. */
        readonly state: 'live' | 'lost' | 'ended';
        /** The connection epoch of the feed that the relay reads. */
        readonly epoch: number;
        /** Time in ms in which the next status comes at the latest. */
        readonly heartbeat: number;
        /** Why the feed that the relay reads is lost; empty while it is live. */
        readonly reason: string;
        /** The gap that is open in the feed that the relay reads. */
        readonly gap?: {
          /** Its cause there. */
          readonly cause: Gap['cause'];
          /** The symbols concerned; an empty list is every symbol of the relay. */
          readonly symbols: readonly string[];
        };
      }
    | undefined;
  /** The default of `staleAfter` for this venue, in ms. Left out, silence is learned. */
  readonly staleAfter?: number;
  /** The market hours that count until the feed reports the market. */
  readonly calendar?: Calendar;
  /**
   * The name of a symbol's market. Symbols of one market open and close together, and their silence is judged together.
   * Left out, all symbols are in one market.
   */
  marketOf?(symbol: string): string;
  /** Whether the venue allows several connections with the same credentials. */
  readonly sessions: 'one' | 'many' | 'unknown';
  /** The kind of a topic's first message after SUBSCRIBE. */
  readonly onSubscribe: OnSubscribe;
  /** The notices of refused subscriptions, for a venue that grants them first. */
  readonly notices?: {
    /** The topics on which the messages come. A feed subscribes to them beside what is wanted. */
    readonly topics: readonly string[];
    /**
     * Returns the topics that a message refuses, perhaps none, each with the venue's reason, which may be empty. A reason is shown
     * without control characters and credentials, at most 200 characters of it. Throw `DecodeError` to name the reason of a reject.
     */
    decode(payload: Uint8Array, topic: string): readonly { readonly topic: string; readonly message: string }[];
  };
}

/** Messages by which a venue tells of what it does not deliver. */
export type VenueNotices = NonNullable<Venue<never>['notices']>;

/** A topic filter that a venue refuses by a notice. */
export type RefusedTopic = ReturnType<VenueNotices['decode']>[number];

/** A change of the market's state that an event reports. */
export type MarketChange = NonNullable<ReturnType<NonNullable<Venue<{ readonly symbol: string }>['market']>>>;

/** The words of a relay about the feed behind it. */
type Relayed = NonNullable<ReturnType<NonNullable<Venue<{ readonly symbol: string }>['relayed']>>>;

/** How far the feed behind a relay trusts a quote. */
export type RelayedState = Extract<Relayed, { readonly type: 'quote' }>;

/** The status of a relay. */
export type RelayReport = Extract<Relayed, { readonly type: 'report' }>;
