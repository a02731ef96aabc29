/** Remaining length as MQTT writes it: seven bits a byte (OASIS MQTT 3.1.1, section 2.2.3). */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  for (let left = length; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 0x80);
  }
}

/**
 * One PUBLISH of QoS 0 as it goes over the wire (OASIS MQTT 3.1.1, section 3.3).
 *
 * @param topic - the topic in UTF-8
 * @param parts - the payload, in pieces
 */
export function publishFrame(topic: Uint8Array, parts: readonly Uint8Array[], retain: boolean): Uint8Array {
  let remaining = 2 + topic.length;
  for (const part of parts) remaining += part.length;
  const length = lengthBytes(remaining);
  const frame = Buffer.allocUnsafe(1 + length.length + remaining);
  frame[0] = retain ? 0x31 : 0x30;
  frame.set(length, 1);
  let at = 1 + length.length;
  frame.writeUInt16BE(topic.length, at);
  at += 2;
  for (const part of [topic, ...parts]) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}
