import { readFileSync } from 'node:fs';
import protobuf, { Reader } from 'protobufjs';
import type { DecodeError } from '../../src/model/errors.js';
import { derivativesMarketStatus, equityMarketStatus, infoStatus } from '../../src/settrade/marketStatus.js';
import { exactMoney } from './exactMoney.js';

/** The messages beside BidOfferV3, and the file of each one's schema. */
const files = {
  InfoV3: 'infov3',
  CandlestickV3: 'cdlv3',
  EquityExchangeInfoV3: 'exchinfoeqv3',
  DerivExchangeInfoV3: 'exchinfodvv3',
} as const;

export type MessageName = keyof typeof files;

function typeOf(name: MessageName): protobuf.Type {
  const path = new URL(`../../src/settrade/proto/${files[name]}.proto`, import.meta.url);
  const { root } = protobuf.parse(readFileSync(path, 'utf8'));
  root.resolveAll();
  return root.lookupType(name);
}

/** protobufjs's own reading of the schemas: a second encoder and decoder that shares no code with ours. */
export const messageTypes: Readonly<Record<MessageName, protobuf.Type>> = {
  InfoV3: typeOf('InfoV3'),
  CandlestickV3: typeOf('CandlestickV3'),
  EquityExchangeInfoV3: typeOf('EquityExchangeInfoV3'),
  DerivExchangeInfoV3: typeOf('DerivExchangeInfoV3'),
};

class Fault extends Error {
  readonly reason: DecodeError['reason'];
  constructor(reason: DecodeError['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Walks one message as protobufjs reads it, but stops at a wire type other than the schema's. */
function walk(reader: Reader, type: protobuf.Type): void {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const [number, wire] = [tag >>> 3, tag & 7];
    if (number === 0) throw new Fault('schema');
    const field = type.fieldsById[number];
    const inner = field?.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
    const expected = field === undefined ? wire : inner !== undefined || field.type === 'string' ? 2 : 0;
    if (wire !== expected) throw new Fault(type.name === 'Money' && tag === 8 ? 'money-layout' : 'schema');
    if (inner !== undefined) walk(Reader.create(reader.bytes()), inner);
    else if (field?.type === 'string') reader.stringVerify();
    else if (wire === 0) reader.uint64();
    else reader.skipType(wire, 0, number);
  }
}

/** Why protobufjs can't read a payload as the schema has it; `undefined` when it can. */
function messageFault(payload: Uint8Array, type: protobuf.Type): DecodeError['reason'] | undefined {
  try {
    walk(Reader.create(payload), type);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.reason;
    return error instanceof RangeError ? 'truncated' : 'schema';
  }
}

type Read = Readonly<Record<string, unknown>>;

/** A payload as protobufjs reads it: an event, or none for one of these reasons. */
export type MessageReading = { readonly event: Read } | { readonly reasons: readonly DecodeError['reason'][] };

/** Reads fields under the rules of the decoders' documentation, and collects why one can't be read. */
class Rules {
  readonly reasons: Set<DecodeError['reason']>;
  private readonly read: Read;

  constructor(read: Read, reasons: Set<DecodeError['reason']> = new Set()) {
    this.read = read;
    this.reasons = reasons;
  }

  /** The same for a message inside of this one. */
  of(read: Read): Rules {
    return new Rules(read, this.reasons);
  }

  amount(name: string): number {
    const money = this.read[name] as { readonly units: unknown; readonly nanos: number } | null;
    if (money === null) return 0;
    const exact = exactMoney(BigInt(String(money.units)), money.nanos);
    if (exact === undefined) this.reasons.add('number');
    return exact ?? NaN;
  }

  change(name: string, price: number): number {
    const amount = this.amount(name);
    return Number.isNaN(price) && amount === 0 ? NaN : amount;
  }

  price(name: string): number {
    const amount = this.amount(name);
    return amount === 0 ? NaN : amount;
  }

  count(name: string): number {
    const exact = Number(String(this.read[name]));
    if (exact < 0 || !Number.isSafeInteger(exact)) this.reasons.add('number');
    return exact;
  }

  name(text: unknown, named: string | undefined): string | undefined {
    if (String(text) === '' || String(text).toUpperCase() !== named?.toUpperCase()) this.reasons.add('symbol');
    return named;
  }

  time(): number {
    const time = this.read['time'] as { readonly seconds: unknown; readonly nanos: number } | null;
    if (time === null) {
      this.reasons.add('schema');
      return NaN;
    }
    const ms = Number(String(time.seconds)) * 1000 + Math.floor(time.nanos / 1e6);
    if (time.nanos < 0 || time.nanos >= 1e9 || Number.isNaN(new Date(ms).getTime())) this.reasons.add('number');
    return ms;
  }
}

const none = { current: null, high: null, low: null, change: null, percentChange: null, totalIndexValue: null };
/** A market that was left out, as proto3 reads it. */
const emptyMarket: Read = {
  ...none,
  name: '',
  marketStatus: 0,
  totalIndexVolume: 0,
  totalVolume: 0,
  totalDeal: 0,
  openInterest: 0,
};

function eventOf(name: MessageName, read: Read, rules: Rules, topic: string): Read {
  const levels = topic.split('/');
  if (name === 'InfoV3') {
    const last = rules.price('last');
    return {
      kind: 'info',
      symbol: rules.name(read['symbol'], levels.at(-1)),
      high: rules.price('high'),
      low: rules.price('low'),
      last,
      netChange: rules.change('change', last),
      totalVolume: rules.count('totalVolume'),
      totalValue: rules.amount('totalValue'),
      projectedOpenPrice: rules.price('projectedOpenPrice'),
      projectedOpenVolume: rules.count('projectedOpenVolume'),
      ...infoStatus(read['marketStatus'] as number),
    };
  }
  if (name === 'CandlestickV3') {
    if (read['interval'] !== levels.at(-1)) rules.reasons.add('symbol');
    return {
      kind: 'candle',
      symbol: rules.name(read['symbol'], levels.at(-2)),
      interval: read['interval'],
      sequence: rules.count('lastSequence'),
      time: rules.time(),
      open: rules.price('open'),
      high: rules.price('high'),
      low: rules.price('low'),
      close: rules.price('close'),
      volume: rules.count('volume'),
      value: rules.amount('value'),
    };
  }
  const market = (read['marketInfo'] ?? emptyMarket) as Read;
  const own = rules.of(market);
  const isEquity = name === 'EquityExchangeInfoV3';
  const current = isEquity ? own.price('current') : NaN;
  return {
    kind: 'market',
    symbol: own.name(market['name'], levels.at(-1)),
    ...(isEquity ? equityMarketStatus : derivativesMarketStatus)(market['marketStatus'] as number),
    ...(isEquity
      ? {
          current,
          high: own.price('high'),
          low: own.price('low'),
          netChange: own.change('change', current),
          percentChange: own.change('percentChange', current),
          totalVolume: own.count('totalIndexVolume'),
          totalValue: own.amount('totalIndexValue'),
        }
      : {
          totalVolume: own.count('totalVolume'),
          totalDeals: own.count('totalDeal'),
          openInterest: own.count('openInterest'),
        }),
  };
}

/** protobufjs's reading of a payload under the rules of the decoders, written from their documentation. */
export function referenceMessage(name: MessageName, payload: Uint8Array, topic: string): MessageReading {
  const type = messageTypes[name];
  const fault = messageFault(payload, type);
  if (fault !== undefined) return { reasons: [fault] };
  const read = type.decode(payload) as unknown as Read;
  const rules = new Rules(read);
  const event = eventOf(name, read, rules, topic);
  return rules.reasons.size > 0 ? { reasons: [...rules.reasons] } : { event };
}

/** Whether two events are the same to the last bit, `NaN` being the same as `NaN` and 0 not as -0. */
export function sameEvent(a: object, b: object): boolean {
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return one.size === other.size && [...one].every(([key, value]) => Object.is(value, other.get(key)));
}
