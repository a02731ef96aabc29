import {
  knownOptions,
  oneOf,
  optionalFunction,
  outOfRange,
  requiredFunction,
  wrongType,
} from '../operators/support/argument.js';
import { endpointProvider } from './mqtt/mqttConfig.js';
import { matchesTopic, specialSubscription } from './model/topicFilter.js';
import type { MarketState } from './model/state.js';
import type { Untagged } from './model/quote.js';
import type { Endpoint } from './model/transport.js';
import type { Calendar, EndpointProvider, TopicKind, OnSubscribe, TopicDecoder, Venue } from './model/venue.js';

/** Describes a venue on any MQTT broker. */
export interface MqttVenueConfig<E extends Untagged> {
  /** A URL (`mqtt://`, `mqtts://`, `ws://`, `wss://`), an endpoint, or a function that is called at every attempt. */
  readonly endpoint: string | Endpoint | EndpointProvider;
  /**
   * Topic of a symbol's quotes, with `{symbol}` as one level of it: `px/{symbol}/book`; or topics by kind: `quote`;
   * `info`, alike; `candle`, with `{symbol}` and `{interval}`; `market` for topics with the state of the market, per
   * symbol or one for all, with or without `{symbol}`. A topic that several of them match belongs to the kind with the
   * most literal levels, or, if equal, to the one whose literal level is further to the left. With
   * `quote: 'md/{symbol}'` and `market: 'md/status'`, the topic `md/status` has the state of the market, and `status`
   * is refused as a symbol. Shared subscriptions (`$share/…`, `$queue/…`) and exclusive ones (`$exclusive/…`) are
   * refused.
   */
  readonly topics:
    | string
    | { readonly quote: string; readonly info?: string; readonly candle?: string; readonly market?: string };
  /**
   * Turns a payload into an event that shares no memory with it, e.g. `jsonQuote`. An event must have no field that the
   * feed adds itself (`QuoteTags`), or it is rejected. Values on its prototype are emitted, methods are not. Pass one
   * function for all topics, or one by kind. The third argument is the text of the topic at the level of `{symbol}`, or
   * `''` if its template has no such level. Bars differ by their `time`; without one, each event counts as a bar of its
   * own.
   */
  readonly decode:
    | ((payload: Uint8Array, topic: string, symbol: string) => E)
    | {
        readonly quote: (payload: Uint8Array, topic: string, symbol: string) => E;
        readonly info?: (payload: Uint8Array, topic: string, symbol: string) => E;
        readonly candle?: (payload: Uint8Array, topic: string, symbol: string) => E;
        readonly market?: (payload: Uint8Array, topic: string, symbol: string) => E;
      };
  /**
   * Reads a change of the market's state from an event; called for every event. Without a `symbol` it is the change of every symbol
   * of the venue. Left out, only a market's own status
   * changes that market's state.
   */
  readonly market?: (event: E) => { readonly symbol?: string; readonly market: MarketState } | undefined;
  /**
   * The market hours that count until the feed reports the market. Without both, the market is `unknown` and no quote
   * is tradable.
   */
  readonly calendar?: Calendar;
  /**
   * The kind of a topic's first message after SUBSCRIBE. @defaultValue `'retained'`: as in MQTT, of unknown age with
   * the retain flag, and new without it
   */
  readonly onSubscribe?: OnSubscribe;
  /** Whether the broker allows several connections with these credentials. @defaultValue `'unknown'` */
  readonly sessions?: 'one' | 'many' | 'unknown';
}

type ByKind<T> = Readonly<{ quote: T } & Partial<Record<Exclude<TopicKind, 'quote'>, T>>>;
type Decode<E> = (payload: Uint8Array, topic: string, symbol: string) => E;

const OWNER = 'mqttVenue';
const DELIVERY: Readonly<Record<TopicKind, TopicDecoder<never>['delivery']>> = {
  quote: 'image',
  info: 'image',
  candle: 'series',
  market: 'event',
};
const KINDS = ['quote', 'info', 'candle', 'market'] as const;
const SYMBOL = '{symbol}';
const INTERVAL = '{interval}';
/** The levels that a topic of each kind needs; those of `market` may be left out. */
const PLACES: Readonly<Record<TopicKind, readonly string[]>> = {
  quote: [SYMBOL],
  info: [SYMBOL],
  candle: [SYMBOL, INTERVAL],
  market: [SYMBOL],
};

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function checkTemplate(kind: TopicKind, template: unknown): void {
  const option = `${OWNER}.topics.${kind}`;
  const needed = kind === 'market' ? [] : PLACES[kind];
  const levelsOfIt = needed.length === 0 ? '' : `, one level of which is ${needed.join(' and another ')}`;
  const remedy = `pass a topic without + and #${levelsOfIt}`;
  if (typeof template !== 'string') throw wrongType(option, template, remedy);
  const why = specialSubscription(template);
  if (why !== undefined) throw outOfRange(option, template, why);
  const placed = [SYMBOL, INTERVAL].every((place) => {
    const levels = template.split('/').filter((level) => level.includes(place));
    if (levels.length === 0) return !needed.includes(place);
    return levels.length === 1 && levels[0] === place && PLACES[kind].includes(place);
  });
  if (template === '' || /[+#\0]/.test(template) || !placed) throw outOfRange(option, template, remedy);
}

/**
 * Orders templates, with `+` for each placeholder, that match the same topic: the one with fewer placeholders comes first, and of
 * two with as many the one with a literal level further to the left.
 */
function bySpecificity(one: string, other: string): number {
  const [a, b] = [one, other].map((all) => all.split('/').map((level) => Number(level === '+')));
  const count = (places: readonly number[] = []): number => places.reduce((sum, place) => sum + place, 0);
  return count(a) - count(b) || (String(a) < String(b) ? -1 : 1);
}

/** The topic of a key: a symbol's, or `symbol/interval` where the template has an interval. */
function fill(template: string, key: string): string {
  const cut = template.includes(INTERVAL) ? key.lastIndexOf('/') : -1;
  const [symbol, interval] = cut < 0 ? [key, '+'] : [key.slice(0, cut), key.slice(cut + 1)];
  return template.replace(/\{symbol\}|\{interval\}/g, (place) => (place === SYMBOL ? symbol : interval));
}

/** The text that a topic has at the level of `{symbol}` of its template; `''` where there is none. */
function symbolOf(template: string, topic: string): string {
  return topic.split('/')[template.split('/').indexOf(SYMBOL)] ?? '';
}

function timeOf(event: object): string | number | undefined {
  const time = 'time' in event ? event.time : undefined;
  return typeof time === 'number' || typeof time === 'string' ? time : undefined;
}

/**
 * A venue from a broker's address, its topics and a decoder, for any MQTT feed.
 *
 * @example
 * ```ts
 * const venue = mqttVenue({
 *   endpoint: { url: 'mqtts://broker.example', username: 'token', password: process.env.API_TOKEN ?? '' },
 *   topics: 'px/{symbol}/book',
 *   decode: jsonQuote({ bid: 'b', ask: 'a' }),
 * });
 * ```
 *
 * With several kinds of events, name them: `mqttVenue<Book | PriceInfo | Candle>({ … })`.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function mqttVenue<E extends Untagged>(config: MqttVenueConfig<E>): Venue<E> {
  knownOptions(OWNER, config, ['endpoint', 'topics', 'decode', 'market', 'calendar', 'onSubscribe', 'sessions']);
  const { topics, decode, market, calendar, onSubscribe = 'retained', sessions = 'unknown' } = config;
  const templates: ByKind<string> = typeof topics === 'string' ? { quote: topics } : topics;
  if (!isRecord(templates)) {
    throw wrongType(
      `${OWNER}.topics`,
      topics,
      `pass a topic with ${SYMBOL}, or { quote, info, candle, market } of them`,
    );
  }
  knownOptions(`${OWNER}.topics`, templates, KINDS);
  const given = KINDS.filter((kind) => kind === 'quote' || templates[kind] !== undefined);
  for (const kind of given) checkTemplate(kind, templates[kind]);
  const decoders: ByKind<Decode<E>> =
    typeof decode === 'function' ? { quote: decode, info: decode, candle: decode, market: decode } : decode;
  if (!isRecord(decoders)) {
    throw wrongType(`${OWNER}.decode`, decode, 'pass a function, or { quote, info, candle, market } of them');
  }
  knownOptions(`${OWNER}.decode`, decoders, KINDS);
  for (const kind of given) requiredFunction(`${OWNER}.decode${kind === 'quote' ? '' : `.${kind}`}`, decoders[kind]);
  optionalFunction(`${OWNER}.market`, market);
  if (calendar !== undefined && typeof (calendar as Partial<Calendar> | null)?.at !== 'function') {
    throw wrongType(`${OWNER}.calendar`, calendar, 'pass { at(time, symbol) }, or leave it out');
  }
  oneOf(`${OWNER}.onSubscribe`, onSubscribe, ['snapshot', 'retained', 'nothing', 'unknown']);
  oneOf(`${OWNER}.sessions`, sessions, ['one', 'many', 'unknown']);

  const kinds = given.flatMap((kind) => {
    const [template, read] = [templates[kind], decoders[kind]];
    if (template === undefined || read === undefined) return [];
    // The feed gets a topic's decoder once, so that no topic is split for each message.
    const decoder = (topic: string): TopicDecoder<E> => {
      const symbol = symbolOf(template, topic);
      return {
        kind,
        delivery: DELIVERY[kind],
        decode: (payload) => read(payload, topic, symbol),
        ...(kind === 'candle' ? { seriesKey: timeOf } : {}),
      };
    };
    return [{ kind, template, decoder, all: fill(template, '+') }];
  });
  for (const [index, { kind, template, all }] of kinds.entries()) {
    const twin = kinds.slice(0, index).find((one) => one.all === all);
    if (twin === undefined) continue;
    const remedy = `pass other topics, or leave it out: a topic of ${OWNER}.topics.${twin.kind} would be of both kinds`;
    throw outOfRange(`${OWNER}.topics.${kind}`, template, remedy);
  }
  const ranked = [...kinds].sort((one, other) => bySpecificity(one.all, other.all));
  const kindOf = (topic: string): (typeof kinds)[number] | undefined =>
    ranked.find(({ all }) => matchesTopic(all, topic));

  return {
    endpoints: endpointProvider(config.endpoint),
    topic: (kind, key) => {
      const found = kinds.find((one) => one.kind === kind);
      if (found === undefined) throw outOfRange(`${OWNER}.topics.${kind}`, undefined, 'pass a topic for this kind');
      return fill(found.template, key);
    },
    marketTopics: (symbols) => {
      const { market: template } = templates;
      if (template === undefined) return [];
      const found = [...new Set(symbols.map((symbol) => fill(template, symbol)))];
      const taken = found.find((topic) => kindOf(topic)?.kind !== 'market');
      if (taken === undefined) return found;
      const remedy = `pass topics that no other kind has: ${taken} is also a topic of ${kindOf(taken)?.template ?? ''}`;
      throw outOfRange(`${OWNER}.topics.market`, template, remedy);
    },
    decoder: (topic) => kindOf(topic)?.decoder(topic),
    sessions,
    onSubscribe,
    ...(market === undefined ? {} : { market }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}
