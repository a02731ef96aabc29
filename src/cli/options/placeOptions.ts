import { HIDDEN, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { addressIn } from '../../../operators/support/safeText.js';
import { specialSubscription } from '../../model/topicFilter.js';
import { parseEndpoint } from '../../mqtt/transport/endpointUrl.js';
import { checkList, checkUpperCase, shownName, shownPath } from './arguments.js';

/** The names of the fields in JSON messages, as `jsonQuote` takes them. */
export interface JsonFields {
  readonly bid: string;
  readonly ask: string;
  readonly bidVolume?: string;
  readonly askVolume?: string;
  readonly symbol?: string;
}

/** A broker by its URL, with the topics and the form of its messages. */
export interface BrokerPlace {
  readonly kind: 'broker';
  readonly url: string;
  /** The topic of a symbol's quotes, with `{symbol}` as one level. Left out, that of Settrade's BidOfferV3. */
  readonly topic?: string;
  /** Decodes the messages: names of JSON fields, or the path of a module. Left out, they are BidOfferV3. */
  readonly decode?: JsonFields | string;
  /** The path of a PEM file with the certificates to trust. */
  readonly ca?: string;
}

/** Where quotes come from: a broker, Settrade, which gives the addresses of its brokers, or a market in this process. */
export type Place = BrokerPlace | { readonly kind: 'settrade' } | { readonly kind: 'demo' };

/** The options of a place, for `parseArgs`. */
export const placeOptions = {
  url: { type: 'string' },
  settrade: { type: 'boolean', default: false },
  topic: { type: 'string' },
  decoder: { type: 'string' },
  'json-fields': { type: 'string' },
  ca: { type: 'string' },
} as const;

/** The values of the options of a place, as `parseArgs` returns them. */
export interface PlaceValues {
  readonly url?: string | undefined;
  readonly settrade: boolean;
  /** Only some commands have this option. */
  readonly demo?: boolean | undefined;
  readonly topic?: string | undefined;
  readonly decoder?: string | undefined;
  readonly 'json-fields'?: string | undefined;
  readonly ca?: string | undefined;
}

const SYMBOL = '{symbol}';
const FIELDS = ['bid', 'ask', 'bidVolume', 'askVolume', 'symbol'] as const;
/** Options that describe a broker that is named by its URL. */
const OF_BROKER = ['topic', 'decoder', 'json-fields', 'ca'] as const;

function checkUrl(url: string | undefined, others: string): string {
  const remedy =
    'pass scheme://host, the scheme one of mqtt, mqtts, ws, wss; credentials in API_TOKEN, or MQTT_USERNAME and MQTT_PASSWORD';
  if (url === undefined) throw wrongType('--url', url, `${remedy}; or pass ${others}`);
  try {
    parseEndpoint({ url });
    return url;
  } catch {
    throw outOfRange('--url', addressIn(url) ?? HIDDEN, remedy);
  }
}

function checkTopic(topic: string): string {
  const remedy = `pass a topic with ${SYMBOL} as one whole level, and without + and #, e.g. px/${SYMBOL}/book`;
  // A text without braces may be anything.
  const shown = topic === '' || /\{.*\}/.test(topic) ? topic : HIDDEN;
  const why = specialSubscription(topic);
  if (why !== undefined) throw outOfRange('--topic', shown, why);
  const places = topic.split('/').filter((level) => /[{}]/.test(level));
  if (places.length !== 1 || places[0] !== SYMBOL || /[+#\0]/.test(topic)) throw outOfRange('--topic', shown, remedy);
  return topic;
}

function checkDecoder(path: string): string {
  if (/\.[cm]?[jt]s$/.test(path)) return path;
  throw outOfRange('--decoder', shownPath(path), 'pass the path of a module, e.g. decoder.mjs');
}

function checkCa(path: string, url: string): string {
  if (/^(mqtt|ws):/i.test(url)) {
    const secure = /^ws/i.test(url) ? 'wss' : 'mqtts';
    throw outOfRange('--ca', shownPath(path), `leave it out: --url is not encrypted; or use ${secure} there`);
  }
  if (path !== '') return path;
  throw outOfRange('--ca', path, 'pass the path of a PEM file with the certificates to trust');
}

function checkJsonFields(text: string): JsonFields {
  const example = 'pass the names of the fields in the messages, e.g. bid=b,ask=a,bidVolume=bv,askVolume=av';
  const fields = new Map<string, string>();
  for (const pair of text.split(',')) {
    const [name = '', ...rest] = pair.split('=');
    const [key, field] = [name.trim(), rest.join('=').trim()];
    if (!(FIELDS as readonly string[]).includes(key)) {
      throw outOfRange('--json-fields', shownName(key), `${example}; the names on the left are ${FIELDS.join(', ')}`);
    }
    if (field === '') throw outOfRange(`--json-fields ${key}`, '', example);
    if (fields.has(key)) throw outOfRange(`--json-fields ${key}`, HIDDEN, `pass ${key} once`);
    fields.set(key, field);
  }
  for (const key of ['bid', 'ask']) {
    if (!fields.has(key)) throw wrongType(`--json-fields ${key}`, undefined, example);
  }
  return Object.fromEntries(fields) as unknown as JsonFields;
}

function brokerPlace(values: PlaceValues, others: string): BrokerPlace {
  const { topic, decoder, 'json-fields': jsonFields, ca } = values;
  const url = checkUrl(values.url, others);
  if (decoder !== undefined && jsonFields !== undefined) {
    throw wrongType('--json-fields', HIDDEN, 'leave it out, or --decoder: a message has one decoder');
  }
  if (topic === undefined && (decoder ?? jsonFields) !== undefined) {
    throw wrongType('--topic', topic, `pass the topic of a symbol's messages, e.g. px/${SYMBOL}/book`);
  }
  return {
    kind: 'broker',
    url,
    ...(topic === undefined ? {} : { topic: checkTopic(topic) }),
    ...(decoder === undefined ? {} : { decode: checkDecoder(decoder) }),
    ...(jsonFields === undefined ? {} : { decode: checkJsonFields(jsonFields) }),
    ...(ca === undefined ? {} : { ca: checkCa(ca, url) }),
  };
}

/**
 * Reads the options of a place.
 *
 * @throws TypeError or RangeError naming the option, its value and the remedy
 */
export function placeOf(values: PlaceValues): Place {
  const { settrade, demo } = values;
  if (settrade && demo === true) throw wrongType('--demo', true, 'leave it out, or --settrade');
  const others = demo === undefined ? '--settrade' : '--settrade or --demo';
  if (!settrade && demo !== true) return brokerPlace(values, others);
  const [name, why] = settrade
    ? ['--settrade', 'finds its broker itself; another deployment is SETTRADE_BASE_URL']
    : ['--demo', 'brings its own broker'];
  if (values.url !== undefined) throw wrongType('--url', HIDDEN, `leave it out: ${name} ${why}`);
  const extra = OF_BROKER.find((option) => values[option] !== undefined);
  if (extra !== undefined) throw wrongType(`--${extra}`, HIDDEN, `leave it out, or pass --url in place of ${name}`);
  return { kind: settrade ? 'settrade' : 'demo' };
}

/** Checks the symbols of a place: Settrade's are in upper case; a broker's own topics have them as they are given. */
export function symbolsAt(place: Place, given: readonly string[]): readonly string[] {
  const isOwn = place.kind === 'broker' && place.topic !== undefined;
  return (isOwn ? checkList : checkUpperCase)(given);
}
