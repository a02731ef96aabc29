import { isDeepStrictEqual } from 'node:util';
import protobuf from 'protobufjs';
import { DecodeError } from '../../src/model/errors.js';
import type { Book, TopOfBook } from '../../src/model/events.js';
import { isCrossed } from '../../src/model/isCrossed.js';
import { decodeBidOfferV3, decodeBidOfferV3Top } from '../../src/settrade/index.js';
import { decodeInfoV3 } from '../../src/settrade/decodeInfoV3.js';
import { decodeDerivExchangeInfoV3, decodeEquityExchangeInfoV3 } from '../../src/settrade/decodeExchangeInfoV3.js';
import { decodeCandlestickV3 } from '../../src/settrade/decodeCandlestickV3.js';
import { BidOfferV3 } from './bidOfferV3Proto.js';
import { mutatedPayload, randomPayload } from './protobufPayloads.js';
import { referenceBook, sameBook } from './referenceBook.js';
import { type MessageName, messageTypes, referenceMessage, sameEvent } from './settradeMessages.js';

/** A decoder beside protobufjs, which reads the same message. */
export interface ComparedDecoder {
  readonly name: string;
  readonly type: protobuf.Type;
  /** How the two readings of a payload differ; `undefined` when both read the same, or refuse it for the same reason. */
  readonly difference: (payload: Uint8Array) => string | undefined;
}

/** The changes of each valid payload. */
export const CHANGES = 10;

/** A valid payload of a message, and changes of it. */
export function changedPayloads(type: protobuf.Type, random: () => number): readonly Uint8Array[] {
  const payload = randomPayload(type, random);
  const other = randomPayload(type, random);
  return [payload, ...Array.from({ length: CHANGES }, () => mutatedPayload(payload, random, other))];
}

/** A decoder's result for a payload, or the reason of its reject. Any other error is a failure. */
export function outcome<T>(decode: () => T): { readonly result: T } | { readonly reason: string } {
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
export function isJust(reason: string, expected: readonly string[], payload: Uint8Array): boolean {
  if (expected.includes(reason)) return true;
  const isLong = /[\x80-\xff]{10}/.test(Buffer.from(payload).toString('latin1'));
  return isLong && reason === 'schema' && expected.includes('truncated');
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

function bookDifference(payload: Uint8Array): string | undefined {
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
}

const decoders: Readonly<Record<MessageName, (payload: Uint8Array, topic: string) => object>> = {
  InfoV3: decodeInfoV3,
  CandlestickV3: decodeCandlestickV3,
  EquityExchangeInfoV3: decodeEquityExchangeInfoV3,
  DerivExchangeInfoV3: decodeDerivExchangeInfoV3,
};
function messageDifference(name: MessageName, payload: Uint8Array): string | undefined {
  const topic = `proto/topic/${symbolIn(payload)}${name === 'CandlestickV3' ? '/AOT' : ''}`;
  const reference = referenceMessage(name, payload, topic);
  const found = outcome(() => decoders[name](payload, topic));
  if ('reason' in found) {
    const isRight = 'reasons' in reference && isJust(found.reason, reference.reasons, payload);
    return isRight ? undefined : `refused as ${found.reason}, reference: ${JSON.stringify(reference)}`;
  }
  if ('event' in reference && sameEvent(found.result, reference.event)) return undefined;
  return `decoded ${JSON.stringify(found)}, reference: ${JSON.stringify(reference)}`;
}

/** `decodeBidOfferV3`, with which `decodeBidOfferV3Top` has to agree. */
export const comparedBook: ComparedDecoder = {
  name: 'BidOfferV3',
  type: BidOfferV3,
  difference: bookDifference,
};

/** The other decoders of Settrade. */
export const comparedMessages: readonly ComparedDecoder[] = (Object.keys(decoders) as MessageName[]).map((name) => ({
  name,
  type: messageTypes[name],
  difference: (payload) => messageDifference(name, payload),
}));
