import { numberField } from './messageNumber.js';

/** Field 1000 as a varint. */
const numberTag = numberField * 8;

/** The number of bytes of a varint of protobuf, or of a length in MQTT: both have seven bits in each byte. */
function varintSize(value: number): number {
  let size = 1;
  for (let left = value; left >= 128; left = Math.floor(left / 128)) size += 1;
  return size;
}

/** Writes a varint; returns where it ends. */
function writeVarint(frame: Uint8Array, start: number, value: number): number {
  let [at, left] = [start, value];
  for (; left >= 128; left = Math.floor(left / 128)) frame[at++] = (left % 128) | 0x80;
  frame[at++] = left;
  return at;
}

/**
 * The bytes of one PUBLISH of QoS 0 (OASIS MQTT 3.1.1, section 3.3).
 *
 * @param topic - the topic in UTF-8
 * @param parts - the payload, in pieces
 * @param number - the number of a message of protobuf, as its last field
 */
export function publishFrame(
  topic: Uint8Array,
  parts: readonly Uint8Array[],
  retain: boolean,
  number?: number,
): Uint8Array {
  let remaining = 2 + topic.length + (number === undefined ? 0 : varintSize(numberTag) + varintSize(number));
  for (const part of parts) remaining += part.length;
  const frame = Buffer.allocUnsafe(1 + varintSize(remaining) + remaining);
  frame[0] = retain ? 0x31 : 0x30;
  let at = writeVarint(frame, 1, remaining);
  frame[at] = topic.length >> 8;
  frame[at + 1] = topic.length;
  frame.set(topic, at + 2);
  at += 2 + topic.length;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  if (number !== undefined) writeVarint(frame, writeVarint(frame, at, numberTag), number);
  return frame;
}
