import { DecodeError } from '../model/errors.js';
import { wireType, type WireReader } from './wireReader.js';

/** Tags of `google.type.Money`: currency_code string = 1, units int64 = 2, nanos int32 = 3. */
const currencyTag = (1 << 3) | wireType.bytes;
const unitsTag = (2 << 3) | wireType.varint;
const nanosTag = (3 << 3) | wireType.varint;

/**
 * Reads one `google.type.Money` into `units[slot]` and `nanos[slot]`. What the message leaves out stays as it was: the
 * parts of a sub-message that comes in several are one sub-message. The currency is passed over.
 *
 * @throws DecodeError with reason `money-layout` for a number in field 1, which is what `{ units = 1, nanos = 2 }` looks
 * like and would else be a wrong price; `schema` for any other
 */
export function readMoney(reader: WireReader, units: Float64Array, nanos: Int32Array, slot: number): void {
  const outer = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === unitsTag) units[slot] = reader.int64();
    else if (tag === nanosTag) nanos[slot] = reader.int32();
    else if (tag === currencyTag) reader.skipString();
    else if (tag >>> 3 > 3) reader.skip(tag);
    else throw otherLayout(tag);
  }
  reader.leave(outer);
}

function otherLayout(tag: number): DecodeError {
  const field = tag >>> 3;
  const seen = `field ${String(field)} of Money has wire type ${String(tag & 7)}`;
  return field === 1 && (tag & 7) === wireType.varint
    ? new DecodeError('money-layout', `${seen}: the layout is { units = 1, nanos = 2 }, not that of google.type.Money`)
    : new DecodeError('schema', `${seen}: not the layout of google.type.Money`);
}
