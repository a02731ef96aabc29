import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** Money as protobufjs writes it: units as a number or, beyond 2^53, as decimal text. */
export interface MoneyFields {
  readonly currencyCode?: string;
  readonly units?: number | string;
  readonly nanos?: number;
}

/** A `BidOfferV3` to encode; levels best first, at most ten, `undefined` for a level that is left out. */
export interface BidOfferV3Fields {
  readonly symbol: string;
  readonly bidFlag?: number;
  readonly askFlag?: number;
  readonly bidPrices?: readonly (MoneyFields | undefined)[];
  readonly askPrices?: readonly (MoneyFields | undefined)[];
  readonly bidVolumes?: readonly (number | string)[];
  readonly askVolumes?: readonly (number | string)[];
}

const schema = new URL('../../src/settrade/proto/bidofferv3.proto', import.meta.url);

/** protobufjs's own reading of the schema: a second encoder and decoder that shares no code with ours. */
export const BidOfferV3: protobuf.Type = protobuf.parse(readFileSync(schema, 'utf8')).root.lookupType('BidOfferV3');

/** Encodes with protobufjs, fields in the order of their numbers. */
export function encodeBidOfferV3(book: BidOfferV3Fields): Uint8Array {
  const message: Record<string, unknown> = { symbol: book.symbol };
  if (book.bidFlag !== undefined) message['bidFlag'] = book.bidFlag;
  if (book.askFlag !== undefined) message['askFlag'] = book.askFlag;
  for (const side of ['bid', 'ask'] as const) {
    book[`${side}Prices`]?.forEach((price, level) => {
      if (price !== undefined) message[`${side}Price${String(level + 1)}`] = price;
    });
    book[`${side}Volumes`]?.forEach((volume, level) => {
      message[`${side}Volume${String(level + 1)}`] = volume;
    });
  }
  return new Uint8Array(BidOfferV3.encode(BidOfferV3.fromObject(message)).finish());
}

/** The Money of a decimal literal, e.g. `moneyOf('62.25')`. */
export function moneyOf(literal: string): MoneyFields {
  const [units = '0', decimals = ''] = literal.replace('-', '').split('.');
  const sign = literal.startsWith('-') ? '-' : '';
  return { currencyCode: 'THB', units: `${sign}${units}`, nanos: Number(`${sign}${decimals.padEnd(9, '0')}`) };
}
