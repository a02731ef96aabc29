import { DecodeError } from '../../model/errors.js';
import {
  changes,
  dataStates,
  gapCauses,
  marketStates,
  type QuoteHead,
  relayStates,
  type StatusMessage,
} from './messages.js';

type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The prices and volumes of a book. JSON has no NaN, so that a price or volume that is none is null there. */
const NUMBERS = ['bid', 'ask', 'bidVolume', 'askVolume'] as const;
const LISTS = ['bidPrices', 'askPrices', 'bidVolumes', 'askVolumes'] as const;

/** Whether a payload is JSON: no protobuf message of a relay begins with this byte. */
export function isJson(payload: Uint8Array): boolean {
  return payload[0] === 0x7b;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(payload: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(payload));
  } catch {
    throw new DecodeError('schema', 'the payload is no JSON');
  }
  if (!isFields(value)) throw new DecodeError('schema', 'the payload is no JSON object');
  return value;
}

function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= 0) return value;
  throw new DecodeError('number', `the field ${name} is no number of at least 0`);
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new DecodeError('schema', `the field ${name} is no text`);
}

function wordOf<W extends string>(words: readonly W[], fields: Fields, name: string): W {
  const found = words.find((word) => word === fields[name]);
  if (found === undefined) throw new DecodeError('schema', `the field ${name} is none of ${words.join(', ')}`);
  return found;
}

/** Reads a quote. `event` is `undefined` for a symbol without an image. */
export function decodeQuoteJson(
  payload: Uint8Array,
  symbol: string,
): { readonly head: QuoteHead; readonly event: (Fields & { readonly symbol: string }) | undefined } {
  const fields = parsed(payload);
  const head: QuoteHead = {
    run: numberOf(fields, 'run'),
    epoch: numberOf(fields, 'epoch'),
    counter: numberOf(fields, 'counter'),
    state: wordOf(dataStates, fields, 'state'),
    market: wordOf(marketStates, fields, 'market'),
    change: wordOf(changes, fields, 'change'),
    receivedAt: numberOf(fields, 'receivedAt'),
    age: numberOf(fields, 'age'),
  };
  const { quote } = fields;
  if (!isFields(quote)) throw new DecodeError('schema', 'the field quote is no object');
  const names = Object.keys(quote).filter((name) => name !== 'symbol');
  return { head, event: names.length === 0 ? undefined : { ...withNumbers(quote), symbol } };
}

function withNumbers(quote: Fields): Fields {
  const filled: Record<string, unknown> = { ...quote };
  for (const name of NUMBERS) if (filled[name] === null) filled[name] = NaN;
  for (const name of LISTS) {
    const list = filled[name];
    if (Array.isArray(list)) filled[name] = list.map((one: unknown) => one ?? NaN);
  }
  return filled;
}

/** Reads the status of a relay. */
export function decodeStatusJson(payload: Uint8Array): StatusMessage {
  const fields = parsed(payload);
  const { gap } = fields;
  const state = wordOf(relayStates, fields, 'state');
  if (state === 'unstated') throw new DecodeError('schema', 'the status of a relay has no state');
  return {
    run: numberOf(fields, 'run'),
    sequence: numberOf(fields, 'sequence'),
    state,
    epoch: numberOf(fields, 'epoch'),
    startedAt: numberOf(fields, 'startedAt'),
    heartbeat: numberOf(fields, 'heartbeat'),
    reason: textOf(fields, 'reason'),
    since: numberOf(fields, 'since'),
    index: numberOf(fields, 'index'),
    count: numberOf(fields, 'count'),
    ...(gap === undefined ? {} : { gap: gapOf(gap) }),
  };
}

function gapOf(gap: unknown): NonNullable<StatusMessage['gap']> {
  if (!isFields(gap)) throw new DecodeError('schema', 'the field gap is no object');
  const { symbols } = gap;
  if (!Array.isArray(symbols) || !symbols.every((symbol): symbol is string => typeof symbol === 'string')) {
    throw new DecodeError('schema', 'the field gap.symbols is no list of texts');
  }
  return {
    cause: wordOf(gapCauses, gap, 'cause'),
    fromEpoch: numberOf(gap, 'fromEpoch'),
    lostAt: numberOf(gap, 'lostAt'),
    symbols,
  };
}
