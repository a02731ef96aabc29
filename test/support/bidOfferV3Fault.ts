import { Reader } from 'protobufjs';
import type { DecodeError } from '../../src/model/errors.js';
import { BidOfferV3 } from './bidOfferV3Proto.js';

/** Wire types by protobufjs's names of the types that the schema has. */
const wireTypes: Readonly<Record<string, number>> = { string: 2, Money: 2, int32: 0, int64: 0, Flag: 0 };

const Money: typeof BidOfferV3 = BidOfferV3.root.lookupType('Money');

/** Thrown hundreds of thousands of times: made once, without a stack each. */
const otherWireType: Error = new Error('a wire type other than the schema’s');

/** A number in field 1 of a Money. */
const otherLayout: Error = new Error('another layout of Money');

/** Walks one message as protobufjs reads it, but stops at a wire type other than the schema's. */
function walk(reader: Reader, type: typeof BidOfferV3): void {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const number = tag >>> 3;
    if (number === 0) throw new Error('illegal tag: field number 0');
    const field = type.fieldsById[number];
    if (field !== undefined && (tag & 7) !== wireTypes[field.type])
      throw type === Money && tag === 8 ? otherLayout : otherWireType;
    if (field?.type === 'Money') walk(Reader.create(reader.bytes()), Money);
    else if (field?.type === 'string') reader.stringVerify();
    else if ((tag & 7) === 0) reader.uint64();
    else reader.skipType(tag & 7, 0, number);
  }
}

/**
 * Why protobufjs can't read a payload as the schema has it, at the first place where it can't: it runs over an end
 * (`truncated`) or finds no protobuf or another wire type (`schema`). `undefined` when it can.
 */
export function bidOfferV3Fault(payload: Uint8Array): DecodeError['reason'] | undefined {
  try {
    walk(Reader.create(payload), BidOfferV3);
    return undefined;
  } catch (error) {
    if (error === otherLayout) return 'money-layout';
    return error instanceof RangeError ? 'truncated' : 'schema';
  }
}
