/** The field that numbers the messages of a simulated venue. Messages of a real venue lack it; decoders skip it. */
export const numberField = 1000;

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Exact up to 2^53 - 1. */
function varintAt(bytes: Uint8Array, start: number): Varint {
  let [value, scale] = [0, 1];
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value: NaN, end: bytes.length };
}

/**
 * The number of a simulated venue's message: 1 for the first message of its topic, then rising by 1. A message that is
 * sent again (retained, or as the image on subscribe) keeps its number.
 *
 * It is protobuf field 1000 as uint64, which no schema of Settrade has. With it a test detects messages that its
 * consumer lost, doubled or got out of order.
 *
 * @param payload - the bytes of one message
 * @returns `undefined` when the message has no number
 * @since 0.1.0
 */
export function messageNumber(payload: Uint8Array): number | undefined {
  let at = 0;
  while (at < payload.length) {
    const tag = varintAt(payload, at);
    const wireType = tag.value % 8;
    const first = varintAt(payload, tag.end);
    if (wireType === 0 && Math.floor(tag.value / 8) === numberField) return first.value;
    if (wireType === 0) at = first.end;
    else if (wireType === 1) at = tag.end + 8;
    else if (wireType === 2) at = first.end + first.value;
    else if (wireType === 5) at = tag.end + 4;
    else return undefined;
  }
  return undefined;
}
