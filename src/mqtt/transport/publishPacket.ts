const utf8 = new TextEncoder();

/** A PUBLISH of QoS 0 (OASIS MQTT 3.1.1, 3.3). It is sent without MQTT.js, which would keep an object for each. */
export function publishPacket(topic: string, payload: Uint8Array, retain: boolean): Uint8Array {
  const name = utf8.encode(topic);
  const remaining = 2 + name.length + payload.length;
  const packet = new Uint8Array(5 + remaining);
  packet[0] = retain ? 0x31 : 0x30;
  let at = 1;
  let left = remaining;
  // Seven bits a byte, at most four bytes (2.2.3).
  for (; left >= 0x80; left >>>= 7) packet[at++] = (left & 0x7f) | 0x80;
  packet[at++] = left;
  packet[at++] = name.length >>> 8;
  packet[at++] = name.length & 0xff;
  packet.set(name, at);
  packet.set(payload, at + name.length);
  return packet.subarray(0, at + name.length + payload.length);
}
