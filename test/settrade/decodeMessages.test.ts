import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/model/errors.js';
import { decodeInfoV3 } from '../../src/settrade/decodeInfoV3.js';
import { decodeDerivExchangeInfoV3, decodeEquityExchangeInfoV3 } from '../../src/settrade/decodeExchangeInfoV3.js';
import { decodeCandlestickV3 } from '../../src/settrade/decodeCandlestickV3.js';
import { payloadOf } from '../support/goldenBidOfferV3.js';
import { type GoldenMessage, goldenMessages } from '../support/goldenMessages.js';
import { type MessageName, messageTypes, referenceMessage, sameEvent } from '../support/settradeMessages.js';

const decoders: Readonly<Record<MessageName, (payload: Uint8Array, topic?: string) => object>> = {
  InfoV3: decodeInfoV3,
  CandlestickV3: decodeCandlestickV3,
  EquityExchangeInfoV3: decodeEquityExchangeInfoV3,
  DerivExchangeInfoV3: decodeDerivExchangeInfoV3,
};

const names = Object.keys(decoders) as MessageName[];
const words = new Set(['symbol', 'interval', 'status']);

/** The meaning of a golden payload, its literals as JavaScript reads them. */
function meant({ expected = {} }: GoldenMessage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expected).map(([key, literal]) => {
      if (literal === null) return [key, NaN];
      return [key, words.has(key) ? literal : Number(literal)];
    }),
  );
}

/** `undefined` when the decoder and protobufjs agree on a payload; else what they said. */
function disagreement({ message, topic }: GoldenMessage, payload: Uint8Array): string | undefined {
  const reference = referenceMessage(message, payload, topic);
  try {
    const event = decoders[message](payload, topic);
    if ('event' in reference && sameEvent(event, reference.event)) return undefined;
    return `decoded ${JSON.stringify(event)}, reference: ${JSON.stringify(reference)}`;
  } catch (error) {
    if (!(error instanceof DecodeError)) return `threw ${String(error)}`;
    if ('reasons' in reference && reference.reasons.includes(error.reason)) return undefined;
    return `${error.reason} (${error.message}), reference: ${JSON.stringify(reference)}`;
  }
}

it.each(names)('at least sixty payloads of %s are recorded', (name) => {
  expect(goldenMessages.filter(({ message }) => message === name).length).toBeGreaterThanOrEqual(60);
});

describe.each(names)('%s as the official SDK writes it', (name) => {
  const ofIt = goldenMessages.filter(({ message }) => message === name);
  const good = ofIt.filter(({ expected }) => expected !== undefined);
  const bad = ofIt.filter(({ expectedReject }) => expectedReject !== undefined);

  it.each(good)('$name: every number is its literal', (golden) => {
    const event = decoders[name](payloadOf(golden), golden.topic);
    expect(Object.entries(event)).toEqual(expect.arrayContaining(Object.entries(meant(golden))));
  });

  it.each(bad)("$name: refused as '$expectedReject'", (golden) => {
    expect(() => decoders[name](payloadOf(golden), golden.topic)).toThrow(
      expect.objectContaining({ code: 'RXQ_DECODE', reason: golden.expectedReject }),
    );
  });

  it.each(good)('$name: reads the same payload written by protobufjs', (golden) => {
    const type = messageTypes[name];
    const again = new Uint8Array(type.encode(type.decode(payloadOf(golden))).finish());
    expect(disagreement(golden, again)).toBeUndefined();
    expect(decoders[name](again, golden.topic)).toEqual(decoders[name](payloadOf(golden), golden.topic));
  });

  it('takes the symbol of the message without a topic', () => {
    const golden = good[0] as GoldenMessage;
    expect(decoders[name](payloadOf(golden))).toEqual(decoders[name](payloadOf(golden), golden.topic));
  });

  it('is read as by protobufjs or refused for a reason that protobufjs finds, with any bit flipped, cut at any byte', () => {
    const wrong: string[] = [];
    for (const golden of ofIt.filter((_, index) => index % 2 === 0)) {
      const payload = payloadOf(golden);
      const judge = (bytes: Uint8Array, how: string): void => {
        const said = disagreement(golden, bytes);
        if (said !== undefined) wrong.push(`${golden.name}, ${how}: ${said}`);
      };
      for (let bit = 0; bit < payload.length * 8; bit++) {
        payload[bit >> 3]! ^= 1 << (bit & 7);
        judge(payload, `bit ${bit}`);
        payload[bit >> 3]! ^= 1 << (bit & 7);
      }
      for (let length = 0; length <= payload.length; length++) judge(payload.subarray(0, length), `cut to ${length}`);
    }
    expect(wrong).toEqual([]);
  });
});
