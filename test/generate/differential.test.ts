import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { DecodeError } from '../../src/model/errors.js';
import type { Book, TopOfBook } from '../../src/model/events.js';
import { isCrossed } from '../../src/model/isCrossed.js';
import {
  decodeBidOfferV3,
  decodeBidOfferV3Top,
  decodeCandlestickV3,
  decodeDerivExchangeInfoV3,
  decodeEquityExchangeInfoV3,
  decodeInfoV3,
} from '../../src/settrade/index.js';
import { BidOfferV3 } from '../support/bidOfferV3Proto.js';
import { comparable, decodedReference } from '../support/decodedReference.js';
import { generatedDecoder } from '../support/generatedDecoder.js';
import { inFull } from '../support/modelRun.js';
import { mutatedPayload, randomPayload } from '../support/protobufPayloads.js';
import { referenceBook, sameBook } from '../support/referenceBook.js';
import { seededRandom } from '../support/seededRandom.js';
import { type MessageName, messageTypes, referenceMessage, sameEvent } from '../support/settradeMessages.js';

/** Valid payloads in all; ten times as many are mutated. The nightly run has a million. */
const valid = Number(process.env['RXQ_DIFFERENTIAL'] ?? (inFull ? 20_000 : 1_500));
const seed = Number(process.env['RXQ_SEED'] ?? Date.now() % 1_000_000);
const timeout = 60_000 + valid * 6;

/** A decoder's result for a payload, or the reason of its reject. Any other error is a failure. */
function outcome<T>(decode: () => T): { readonly result: T } | { readonly reason: string } {
  try {
    return { result: decode() };
  } catch (error) {
    if (error instanceof DecodeError) return { reason: error.reason };
    throw error;
  }
}

/**
 * Whether a reject is for the reason that protobufjs has. Ten bytes that each announce another are no varint (`schema`), but
 * where protobufjs passes over a group it reads on, perhaps to the end (`truncated`).
 */
function isJust(reason: string, expected: readonly string[], payload: Uint8Array): boolean {
  if (expected.includes(reason)) return true;
  const isLong = /[\x80-\xff]{10}/.test(Buffer.from(payload).toString('latin1'));
  return isLong && reason === 'schema' && expected.includes('truncated');
}

/**
 * Calls `disagreement` for a share of the valid payloads, and for ten changes of each. Reports the first payloads that it
 * returned a text for.
 */
function compare(
  types: readonly protobuf.Type[],
  share: number,
  disagreement: (payload: Uint8Array, index: number) => string | undefined,
): void {
  const wrong: string[] = [];
  let compared = 0;
  const random = seededRandom(seed);
  const judge = (payload: Uint8Array, index: number): void => {
    compared += 1;
    const found = disagreement(payload, index);
    if (found !== undefined && wrong.length < 5) wrong.push(`${Buffer.from(payload).toString('hex')}: ${found}`);
  };
  const others = types.map((type) => randomPayload(type, random));
  for (let turn = 0; turn < valid * share; turn++) {
    const index = turn % types.length;
    const other = others[index]!;
    const payload = randomPayload(types[index]!, random);
    judge(payload, index);
    for (let change = 0; change < 10; change++) judge(mutatedPayload(payload, random, other), index);
    others[index] = payload;
  }
  expect(compared).toBe(Math.ceil(valid * share) * 11);
  expect(wrong, `RXQ_SEED=${seed}`).toEqual([]);
}

/** The best level of a book, and the mark that it has by itself. */
function bestOf({ symbol, bidFlag, askFlag, bid, ask, bidVolume, askVolume }: Book): TopOfBook {
  const top: TopOfBook = { depth: 1, symbol, bidFlag, askFlag, bid, ask, bidVolume, askVolume };
  return isCrossed(top) ? { ...top, implausible: 'crossed' } : top;
}

/** Whether a payload was refused for a value: which of two wrong values is reported first is left open. */
function isOfValue(found: object): boolean {
  return 'reason' in found && (found.reason === 'number' || found.reason === 'symbol');
}

/** Fields of the head and of the best level. */
const bestFields: ReadonlySet<number> = new Set([1, 2, 7, 12, 17, 22, 23]);

/** A payload without the fields of further levels, up to the first fault of its own structure; their content is not looked at. */
function withBestLevelOnly(payload: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  const reader = protobuf.Reader.create(payload);
  let begin = 0;
  try {
    for (; reader.pos < reader.len; begin = reader.pos) {
      const tag = reader.tag();
      const type = BidOfferV3.fieldsById[tag >>> 3]?.type;
      const valueAt = reader.pos;
      reader.skipType(tag & 7, 0, tag >>> 3);
      const wireType = type === 'Money' ? 2 : 0;
      const isFurther = type !== undefined && !bestFields.has(tag >>> 3) && (tag & 7) === wireType;
      // protobufjs passes over a varint of any length.
      const isNone = wireType === 0 && reader.pos - valueAt > 10;
      if (!isFurther || isNone) kept.push(payload.subarray(begin, reader.pos));
    }
  } catch {
    kept.push(payload.subarray(begin));
  }
  return Buffer.concat(kept);
}

/** The symbol that a payload names, so that most are of their topic. */
function symbolIn(payload: Uint8Array): string {
  const match = /^\n(.)/s.exec(Buffer.from(payload.subarray(0, 2)).toString('latin1'));
  const length = match?.[1]?.charCodeAt(0) ?? 0;
  // A topic's last level has no slash.
  return (
    Buffer.from(payload.subarray(2, 2 + length))
      .toString('utf8')
      .replaceAll('/', '') || 'AOT'
  );
}

test(`decodeBidOfferV3 reads or refuses what protobufjs does, for the same reason, and decodeBidOfferV3Top agrees (seed ${seed})`, {
  timeout,
}, () => {
  compare([BidOfferV3], 0.6, (payload) => {
    const symbol = symbolIn(payload);
    const reference = referenceBook(payload, symbol);
    const full = outcome(() => decodeBidOfferV3(payload, symbol));
    const top = outcome(() => decodeBidOfferV3Top(payload, symbol));
    const alone = outcome(() => bestOf(decodeBidOfferV3(withBestLevelOnly(payload), symbol)));
    if (!isDeepStrictEqual(top, alone) && !(isOfValue(top) && isOfValue(alone))) {
      return `best level ${JSON.stringify(top)}, decoded alone ${JSON.stringify(alone)}`;
    }
    if ('reason' in full) {
      const isRight = 'reasons' in reference && isJust(full.reason, reference.reasons, payload);
      return isRight ? undefined : `refused as ${full.reason}, reference: ${JSON.stringify(reference)}`;
    }
    if (!('book' in reference) || !sameBook(full.result, reference.book)) {
      return `decoded ${JSON.stringify(full)}, reference: ${JSON.stringify(reference)}`;
    }
    const isAlike = 'result' in top && isDeepStrictEqual(top.result, bestOf(full.result));
    return isAlike ? undefined : `decoded ${JSON.stringify(full)}, best level ${JSON.stringify(top)}`;
  });
});

const others: Readonly<Record<MessageName, (payload: Uint8Array, topic: string) => object>> = {
  InfoV3: decodeInfoV3,
  CandlestickV3: decodeCandlestickV3,
  EquityExchangeInfoV3: decodeEquityExchangeInfoV3,
  DerivExchangeInfoV3: decodeDerivExchangeInfoV3,
};
const names = Object.keys(others) as MessageName[];

test(`the other decoders of Settrade read or refuse what protobufjs does, for the same reason (seed ${seed})`, {
  timeout,
}, () => {
  compare(
    names.map((name) => messageTypes[name]),
    0.25,
    (payload, index) => {
      const name = names[index]!;
      const topic = `proto/topic/${symbolIn(payload)}${name === 'CandlestickV3' ? '/AOT' : ''}`;
      const reference = referenceMessage(name, payload, topic);
      const found = outcome(() => others[name](payload, topic));
      if ('reason' in found) {
        const isRight = 'reasons' in reference && isJust(found.reason, reference.reasons, payload);
        return isRight ? undefined : `${name} refused as ${found.reason}, reference: ${JSON.stringify(reference)}`;
      }
      if ('event' in reference && sameEvent(found.result, reference.event)) return undefined;
      return `${name} decoded ${JSON.stringify(found)}, reference: ${JSON.stringify(reference)}`;
    },
  );
});

const schema = fileURLToPath(new URL('everything.proto', import.meta.url));
const Everything = protobuf.loadSync(schema).resolveAll().lookupType('Everything');
const decodeEverything = await generatedDecoder(schema, 'Everything');

test(`a generated decoder reads every feature as protobufjs does, or refuses for the same reason (seed ${seed})`, {
  timeout,
}, () => {
  compare([Everything], 0.15, (payload) => {
    const reference = decodedReference(payload, Everything);
    const found = outcome(() => decodeEverything(payload));
    if ('reason' in found) {
      if (isJust(found.reason, [reference.reason ?? ''], payload)) return undefined;
      if (reference.hasRivals && found.reason === 'number') return undefined;
      return `refused as ${found.reason}, reference: ${JSON.stringify(reference)}`;
    }
    if (reference.reason === 'number' && reference.hasRivals) return undefined;
    const result = comparable(found.result, reference.value);
    if (reference.reason === undefined && isDeepStrictEqual(result, reference.value)) return undefined;
    return `decoded ${JSON.stringify(result)}, reference: ${JSON.stringify(reference)}`;
  });
});
