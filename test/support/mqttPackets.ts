/** A packet of the given first byte, its length written as OASIS MQTT 3.1.1, 2.2.3 has it. */
export function otherPacket(type: number, body: Iterable<number>): Buffer {
  const bytes = Uint8Array.from(body);
  const length: number[] = [];
  let rest = bytes.length;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Uint8Array.of(type, ...length), bytes]);
}

/** The fields of a PUBLISH. */
export interface PublishFields {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly dup?: boolean;
  /** With QoS 1 and 2. */
  readonly id?: number;
}

/** A PUBLISH packet (OASIS MQTT 3.1.1, 3.3). */
export function publishPacket({ topic, payload, qos, retain = false, dup = false, id = 1 }: PublishFields): Buffer {
  const name = Buffer.from(topic);
  const word = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
  const body = Buffer.concat([word(name.length), name, ...(qos === 0 ? [] : [word(id)]), payload]);
  return otherPacket(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), body);
}
