import {
  knownOptions,
  oneOf,
  optionalFunction,
  outOfRange,
  requiredFunction,
  wrongType,
} from '../operators/internal/argument.js';
import { parseEndpoint } from './mqtt/endpointUrl.js';
import { matchesTopic } from './mqtt/topicFilter.js';
import type { Endpoint } from './transport.js';
import type { Calendar, Delivery, EndpointProvider, Kind, MarketChange, TopicDecoder, Venue } from './venue.js';

type Decode<E> = (payload: Uint8Array, topic: string) => E;
type Templates = Readonly<{ quote: string; market?: string }>;

/** What a feed over any MQTT broker is described by. */
export interface MqttVenueConfig<E extends { readonly symbol: string }> {
  /** A URL (`mqtt://`, `mqtts://`, `ws://`, `wss://`), an endpoint, or a function asked at every attempt. */
  readonly endpoint: string | Endpoint | EndpointProvider;
  /**
   * Topic of a symbol's quotes, with `{symbol}` as one level of it: `px/{symbol}/book`; or by kind, with `market` for
   * topics that tell the state of the market, per symbol or one for all.
   */
  readonly topics: string | Templates;
  /** Turns a payload into an event that shares no memory with it; one function for all topics, or one by kind. */
  readonly decode: Decode<E> | Readonly<{ quote: Decode<E>; market?: Decode<E> }>;
  /** What an event says of the market; called for every event. */
  readonly market?: (event: E) => MarketChange | undefined;
  /** Fallback while the feed has said nothing of the market; without either, it is `unknown` and nothing is tradable. */
  readonly calendar?: Calendar;
  /** What a topic's first message after SUBSCRIBE is. @defaultValue `'unknown'`: of unknown age, and so not live */
  readonly subscribeImage?: 'current' | 'none' | 'unknown';
  /** Whether the broker allows several connections with these credentials. @defaultValue `'unknown'` */
  readonly sessions?: 'one' | 'many' | 'unknown';
}

const OWNER = 'mqttVenue';
const DELIVERY: Readonly<Record<Kind, Delivery>> = { quote: 'image', info: 'image', candle: 'series', market: 'event' };
const MARK = '{symbol}';

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function provider(endpoint: string | Endpoint | EndpointProvider): EndpointProvider {
  if (typeof endpoint === 'function') return endpoint;
  const fixed = typeof endpoint === 'string' ? { url: endpoint } : endpoint;
  parseEndpoint(fixed);
  return () => [fixed];
}

function checkTemplate(option: string, template: unknown, needsSymbol: boolean): string {
  const remedy = `pass a topic without + and #${needsSymbol ? `, one level of which is ${MARK}` : ''}`;
  if (typeof template !== 'string') throw wrongType(option, template, remedy);
  const levels = template.split('/').filter((level) => level.includes(MARK));
  const placed = levels.every((level) => level === MARK) && levels.length <= 1 && (levels.length === 1 || !needsSymbol);
  if (template === '' || /[+#\0]/.test(template) || !placed) throw outOfRange(option, template, remedy);
  return template;
}

/**
 * A venue made of a broker's address, its topics and a decoder: for any MQTT feed.
 *
 * @example
 * ```ts
 * const venue = mqttVenue({
 *   endpoint: { url: 'mqtts://broker.example', username: 'token', password: process.env.API_TOKEN ?? '' },
 *   topics: 'px/{symbol}/book',
 *   decode: (payload) => JSON.parse(new TextDecoder().decode(payload)),
 * });
 * ```
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function mqttVenue<E extends { readonly symbol: string }>(config: MqttVenueConfig<E>): Venue<E> {
  knownOptions(OWNER, config, ['endpoint', 'topics', 'decode', 'market', 'calendar', 'subscribeImage', 'sessions']);
  const { topics, decode, market, calendar, subscribeImage = 'unknown', sessions = 'unknown' } = config;
  const templates: Templates = typeof topics === 'string' ? { quote: topics } : topics;
  if (!isRecord(templates)) {
    throw wrongType(`${OWNER}.topics`, topics, `pass a topic with ${MARK}, or { quote, market } of them`);
  }
  knownOptions(`${OWNER}.topics`, templates, ['quote', 'market']);
  checkTemplate(`${OWNER}.topics.quote`, templates.quote, true);
  if (templates.market !== undefined) checkTemplate(`${OWNER}.topics.market`, templates.market, false);
  const decoders = typeof decode === 'function' ? { quote: decode, market: decode } : decode;
  if (!isRecord(decoders)) throw wrongType(`${OWNER}.decode`, decode, 'pass a function, or { quote, market } of them');
  knownOptions(`${OWNER}.decode`, decoders, ['quote', 'market']);
  requiredFunction(`${OWNER}.decode`, decoders.quote);
  if (templates.market !== undefined) requiredFunction(`${OWNER}.decode.market`, decoders.market);
  optionalFunction(`${OWNER}.market`, market);
  if (calendar !== undefined && typeof (calendar as Partial<Calendar> | null)?.at !== 'function') {
    throw wrongType(`${OWNER}.calendar`, calendar, 'pass { at(time, symbol) }, or leave it out');
  }
  oneOf(`${OWNER}.subscribeImage`, subscribeImage, ['current', 'none', 'unknown']);
  oneOf(`${OWNER}.sessions`, sessions, ['one', 'many', 'unknown']);

  const kinds = (['quote', 'market'] as const).flatMap((kind) => {
    const [template, read] = [templates[kind], decoders[kind]];
    if (template === undefined || read === undefined) return [];
    const decoder: TopicDecoder<E> = { kind, delivery: DELIVERY[kind], decode: read };
    return [{ kind, template, decoder, all: template.replace(MARK, '+') }];
  });

  return {
    endpoints: provider(config.endpoint),
    topic: (kind, key) => {
      const found = kinds.find((one) => one.kind === kind);
      if (found === undefined) throw outOfRange(`${OWNER}.topics.${kind}`, undefined, 'pass a topic for this kind');
      return found.template.replace(MARK, () => key);
    },
    context: (symbols) => {
      const { market: template } = templates;
      return template === undefined ? [] : [...new Set(symbols.map((symbol) => template.replace(MARK, () => symbol)))];
    },
    decoder: (topic) => kinds.find(({ all }) => matchesTopic(all, topic))?.decoder,
    sessions,
    subscribeImage,
    ...(market === undefined ? {} : { market }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}
