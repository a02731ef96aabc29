import { knownOptions, outOfRange, wrongType } from '../operators/support/argument.js';
import { DecodeError } from './model/errors.js';

/** The best bid and ask of a JSON message. A number that is missing, `null` or not configured is `NaN`. */
export interface JsonQuote {
  /** From the message, or else from the topic. */
  readonly symbol: string;
  /** Best bid. */
  readonly bid: number;
  /** Best ask. */
  readonly ask: number;
  /** Volume at the best bid. */
  readonly bidVolume: number;
  /** Volume at the best ask. */
  readonly askVolume: number;
}

type Message = Readonly<Record<string, unknown>>;

const OWNER = 'jsonQuote';
const REQUIRED = ['bid', 'ask'] as const;
const OPTIONAL = ['bidVolume', 'askVolume', 'symbol'] as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A number as JSON writes one (RFC 8259, section 6), or with a plus sign, leading zeros or a bare point beside it. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A value in a message, short enough for a log. */
function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function messageOf(payload: Uint8Array, topic: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(utf8.decode(payload));
  } catch (cause) {
    throw new DecodeError('schema', `${topic} carried no JSON`, { cause });
  }
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message as Message;
  throw new DecodeError('schema', `${topic} carried no JSON object, but ${shown(message)}`);
}

/** The value of an own property: a property that every object inherits is no field of a message. */
function valueOf(message: Message, field: string): unknown {
  return Object.hasOwn(message, field) ? message[field] : undefined;
}

function numberOf(message: Message, field: string | undefined, topic: string): number {
  const value = field === undefined ? undefined : valueOf(message, field);
  if (value === undefined || value === null) return NaN;
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  const wanted = 'a finite number, a decimal string or null';
  throw new DecodeError('number', `${topic} carried ${shown(value)} as field ${shown(field)}, which is not ${wanted}`);
}

function symbolOf(message: Message, field: string, topic: string): string {
  const value = valueOf(message, field);
  if (typeof value === 'string') return value;
  throw new DecodeError(
    'symbol',
    `${topic} carried ${shown(value ?? null)} as field ${shown(field)}, which is no symbol`,
  );
}

/**
 * A decoder for quotes in JSON that refuses every other message.
 *
 * A price or volume may be a number, or a decimal string, which `Number` converts. If it is missing or `null`, it is
 * `NaN`, so that `isTradable` refuses the quote. Other fields of the message are left out.
 *
 * @example
 * ```ts
 * const readBook = jsonQuote({ bid: 'b', ask: 'a' });
 * readBook(new TextEncoder().encode('{"b":61.75,"a":"62.00"}'), 'px/AOT/book', 'AOT');
 * ```
 *
 * @param fields - the names of the fields in the messages
 * @returns a decoder for `mqttVenue`. It throws `DecodeError` with reason `schema` for a payload that is no JSON object,
 * `number` for a price or volume that is no number, and `symbol` for a symbol that is no string; the message names the field.
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function jsonQuote(fields: {
  readonly bid: string;
  readonly ask: string;
  readonly bidVolume?: string;
  readonly askVolume?: string;
  /** The symbol, a string. @defaultValue what the topic has at the level of `{symbol}` */
  readonly symbol?: string;
}): (payload: Uint8Array, topic: string, symbol: string) => JsonQuote {
  knownOptions(OWNER, fields, [...REQUIRED, ...OPTIONAL]);
  const given = OPTIONAL.filter((name) => fields[name] !== undefined);
  for (const name of [...REQUIRED, ...given]) {
    const remedy = 'pass the name of the field in the JSON messages';
    if (typeof fields[name] !== 'string') throw wrongType(`${OWNER}.${name}`, fields[name], remedy);
    if (fields[name] === '') throw outOfRange(`${OWNER}.${name}`, '', remedy);
  }
  const { bid, ask, bidVolume, askVolume, symbol: own } = fields;
  return (payload, topic, symbol) => {
    const message = messageOf(payload, topic);
    return {
      symbol: own === undefined ? symbol : symbolOf(message, own, topic),
      bid: numberOf(message, bid, topic),
      ask: numberOf(message, ask, topic),
      bidVolume: numberOf(message, bidVolume, topic),
      askVolume: numberOf(message, askVolume, topic),
    };
  };
}
