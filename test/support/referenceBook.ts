import type { Book, BookFlag } from '../../src/events.js';
import type { DecodeReason } from '../../src/errors.js';
import { bidOfferV3Fault } from './bidOfferV3Fault.js';
import { BidOfferV3 } from './bidOfferV3Proto.js';
import { exactMoney } from './exactMoney.js';

/** What a payload is by protobufjs's reading: a book, or no book for one of these reasons. */
export type ReferenceReading = { readonly book: Book } | { readonly reasons: readonly DecodeReason[] };

interface MoneyObject {
  readonly units: string;
  readonly nanos: number;
}

type BookObject = Readonly<Record<string, string | number | MoneyObject | null>>;

const flags: readonly BookFlag[] = ['undefined', 'normal', 'ato', 'atc'];
const levels = Array.from({ length: 10 }, (_, index) => index + 1);

function price(money: MoneyObject | null): number | undefined {
  if (money === null || (money.units === '0' && money.nanos === 0)) return NaN;
  return exactMoney(BigInt(money.units), money.nanos);
}

function volume(text: string): number | undefined {
  const exact = BigInt(text);
  return exact < 0n || exact > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(exact);
}

/** protobufjs's reading of a payload under the rules of `decodeBidOfferV3`, written from its documentation. */
export function referenceBook(payload: Uint8Array, topicSymbol: string): ReferenceReading {
  const fault = bidOfferV3Fault(payload);
  if (fault !== undefined) return { reasons: [fault] };
  const read = BidOfferV3.toObject(BidOfferV3.decode(payload), {
    longs: String,
    enums: Number,
    defaults: true,
  }) as BookObject;
  const column = <T>(name: string, of: (value: never) => T): T[] => levels.map((n) => of(read[`${name}${n}`] as never));
  const bidPrices = column('bidPrice', price);
  const askPrices = column('askPrice', price);
  const bidVolumes = column('bidVolume', volume);
  const askVolumes = column('askVolume', volume);
  const reasons: DecodeReason[] = [];
  if ([bidPrices, askPrices, bidVolumes, askVolumes].some((side) => side.includes(undefined))) reasons.push('number');
  if ((read['symbol'] as string).toUpperCase() !== topicSymbol.toUpperCase() || read['symbol'] === '') {
    reasons.push('symbol');
  }
  if (reasons.length > 0) return { reasons };
  const book = {
    depth: 10 as const,
    symbol: topicSymbol,
    bidFlag: flags[read['bidFlag'] as number] ?? ('undefined' as const),
    askFlag: flags[read['askFlag'] as number] ?? ('undefined' as const),
    bidPrices: bidPrices as number[],
    askPrices: askPrices as number[],
    bidVolumes: bidVolumes as number[],
    askVolumes: askVolumes as number[],
  };
  return {
    book: {
      ...book,
      bid: book.bidPrices[0]!,
      ask: book.askPrices[0]!,
      bidVolume: book.bidVolumes[0]!,
      askVolume: book.askVolumes[0]!,
    },
  };
}

const numbers = ['bid', 'ask', 'bidVolume', 'askVolume'] as const;
const columns = ['bidPrices', 'askPrices', 'bidVolumes', 'askVolumes'] as const;

/** `true` when two books are the same to the last bit, `NaN` being the same as `NaN` and 0 not as -0. */
export function sameBook(a: Book, b: Book): boolean {
  return (
    a.symbol === b.symbol &&
    a.bidFlag === b.bidFlag &&
    a.askFlag === b.askFlag &&
    numbers.every((name) => Object.is(a[name], b[name])) &&
    columns.every((name) => a[name].length === 10 && a[name].every((value, level) => Object.is(value, b[name][level])))
  );
}
