import { expect, test } from 'vitest';
import { DecodeError } from '../../src/model/errors.js';
import { bidOfferTopic, decodeBidOfferV3 } from '../../src/settrade/index.js';
import { goldenBidOfferV3, payloadOf } from '../support/goldenBidOfferV3.js';
import { inFull } from '../support/modelRun.js';
import { referenceBook, sameBook } from '../support/referenceBook.js';

/** Every other shape first, then ordinary books of each symbol: one hundred in all, rejects among them. */
const shapes = goldenBidOfferV3.filter(({ name, symbol }) => !name.startsWith(`${symbol}/`));
const ordinary = goldenBidOfferV3.filter(({ name, symbol }) => name.startsWith(`${symbol}/`));
const hundred = [
  ...shapes.filter((_, index) => index % 2 === 0).slice(0, 75),
  ...ordinary.filter((_, i) => i % 9 === 0),
];
/** All of them in `npm run models`; in `npm test` a tenth, of every kind. */
const damaged = inFull ? hundred : hundred.filter((_, index) => index % 10 === 0);

/** `undefined` when the decoder and protobufjs agree on a payload; else what they said. */
function disagreement(payload: Uint8Array, symbol: string): string | undefined {
  const reference = referenceBook(payload, symbol);
  try {
    const book = decodeBidOfferV3(payload, bidOfferTopic(symbol));
    if ('book' in reference && sameBook(book, reference.book)) return undefined;
    return `decoded, reference: ${JSON.stringify(reference)}`;
  } catch (error) {
    if (!(error instanceof DecodeError)) return `threw ${String(error)}`;
    if ('reasons' in reference && reference.reasons.includes(error.reason)) return undefined;
    return `${error.reason} (${error.message}), reference: ${JSON.stringify(reference)}`;
  }
}

test('a hundred payloads are damaged in full, ten otherwise', () => {
  expect(damaged.length).toBeGreaterThanOrEqual(inFull ? 100 : 10);
});

test.each(damaged)(
  '$name: with any bit flipped, it is read as by protobufjs or refused for a reason that protobufjs finds',
  (golden) => {
    const payload = payloadOf(golden);
    const wrong: string[] = [];
    for (let bit = 0; bit < payload.length * 8; bit++) {
      payload[bit >> 3]! ^= 1 << (bit & 7);
      const said = disagreement(payload, golden.symbol);
      if (said !== undefined) wrong.push(`bit ${bit}: ${said}`);
      payload[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(wrong).toEqual([]);
  },
);

test.each(damaged)(
  '$name: cut at any byte, it is read as by protobufjs or refused for a reason that protobufjs finds',
  (golden) => {
    const payload = payloadOf(golden);
    const wrong: string[] = [];
    for (let length = 0; length <= payload.length; length++) {
      const said = disagreement(payload.subarray(0, length), golden.symbol);
      if (said !== undefined) wrong.push(`cut to ${length}: ${said}`);
    }
    expect(wrong).toEqual([]);
  },
);
