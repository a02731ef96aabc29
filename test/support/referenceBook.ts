import type { Book, BookFlag } from '../../src/model/events.js';
import type { DecodeError } from '../../src/model/errors.js';
import { bidOfferV3Fault } from './bidOfferV3Fault.js';
import { BidOfferV3 } from './bidOfferV3Proto.js';
import { exactMoney } from './exactMoney.js';

/** A payload as protobufjs reads it: a book, or no book for one of these reasons. */
export type ReferenceReading = { readonly book: Book } | { readonly reasons: readonly DecodeError['reason'][] };

/** As protobufjs reads a Money; its int64 is a `Long` or a number, and either prints as its decimal text. */
interface MoneyRead {
  readonly units: unknown;
  readonly nanos: number;
}

const flags: readonly BookFlag[] = ['undefined', 'normal', 'ato', 'atc'];
const fieldsOf = (column: string) => Array.from({ length: 10 }, (_, level) => `${column}${level + 1}`);
const names = {
  bidPrice: fieldsOf('bidPrice'),
  askPrice: fieldsOf('askPrice'),
  bidVolume: fieldsOf('bidVolume'),
  askVolume: fieldsOf('askVolume'),
};

/** Damaged payloads are mostly what they were: nearly every price was met before. */
const met = new Map<string, number | undefined>();

function price(money: MoneyRead | null): number | undefined {
  if (money === null) return NaN;
  const [units, nanos] = [String(money.units), money.nanos];
  if (units === '0' && nanos === 0) return NaN;
  const key = `${units} ${nanos}`;
  if (!met.has(key)) met.set(key, exactMoney(BigInt(units), nanos));
  return met.get(key);
}

function volume(read: unknown): number | undefined {
  const exact = Number(String(read));
  return exact < 0 || !Number.isSafeInteger(exact) ? undefined : exact;
}

type Sides = Pick<Book, 'bidPrices' | 'askPrices' | 'bidVolumes' | 'askVolumes' | 'bidFlag' | 'askFlag'>;

/** The mark of a book by the words of its documentation: best first, no hole, not crossed outside an auction. */
export function markOf({ bidFlag, askFlag, ...sides }: Sides): Book['implausible'] {
  const isOrdered = (
    prices: readonly number[],
    volumes: readonly number[],
    better: (a: number, b: number) => boolean,
  ) => {
    const there = prices.flatMap((price, level) => (Number.isNaN(price) ? [] : [{ price, level }]));
    const last = there.at(-1)?.level ?? -1;
    const holes = prices.some((price, level) => level < last && Number.isNaN(price) && volumes[level] === 0);
    return !holes && there.every(({ price }, at) => at === 0 || better(there[at - 1]!.price, price));
  };
  const bids = isOrdered(sides.bidPrices, sides.bidVolumes, (a, b) => a > b);
  const asks = isOrdered(sides.askPrices, sides.askVolumes, (a, b) => a < b);
  if (!bids || !asks) return 'disordered';
  const auction = [bidFlag, askFlag].some((flag) => flag === 'ato' || flag === 'atc');
  return !auction && sides.bidPrices[0]! >= sides.askPrices[0]! ? 'crossed' : undefined;
}

/** protobufjs's reading of a payload under the rules of `decodeBidOfferV3`, written from its documentation. */
export function referenceBook(payload: Uint8Array, topicSymbol: string): ReferenceReading {
  const fault = bidOfferV3Fault(payload);
  if (fault !== undefined) return { reasons: [fault] };
  const read = BidOfferV3.decode(payload) as unknown as Readonly<Record<string, unknown>>;
  const column = <T>(fields: readonly string[], of: (value: never) => T): T[] =>
    fields.map((field) => of(read[field] as never));
  const bidPrices = column(names.bidPrice, price);
  const askPrices = column(names.askPrice, price);
  const bidVolumes = column(names.bidVolume, volume);
  const askVolumes = column(names.askVolume, volume);
  const reasons: DecodeError['reason'][] = [];
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
  const mark = markOf(book);
  return {
    book: {
      ...book,
      ...(mark === undefined ? {} : { implausible: mark }),
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
    a.implausible === b.implausible &&
    a.bidFlag === b.bidFlag &&
    a.askFlag === b.askFlag &&
    numbers.every((name) => Object.is(a[name], b[name])) &&
    columns.every((name) => a[name].length === 10 && a[name].every((value, level) => Object.is(value, b[name][level])))
  );
}
