import { Buffer } from 'node:buffer';

/** Called with the bytes from `at` to `end`, which are one packet; its body begins at `body`. */
type OnPacket = (bytes: Buffer, at: number, body: number, end: number) => void;

/** Cuts a stream of bytes into MQTT packets. It copies bytes only of a packet that spans two chunks. */
export function packetCutter(onPacket: OnPacket): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  let body = 0;

  /** The end of the packet at `at`, whose body begins at `body`; 0 while its length is not there. */
  const endOf = (bytes: Buffer, at: number): number => {
    let length = 0;
    for (let index = at + 1, shift = 0; index < bytes.length; index += 1, shift += 7) {
      const byte = bytes[index]!;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        body = index + 1;
        return body + length;
      }
    }
    return 0;
  };

  return (chunk) => {
    let at = 0;
    if (rest !== undefined) {
      // A length takes four bytes at most: after so many more, the end is known.
      let head = Buffer.concat([rest, chunk.subarray(0, 4)]);
      const end = endOf(head, 0);
      at = end - rest.length;
      if (end === 0 || at > chunk.length) {
        rest = Buffer.concat([rest, chunk]);
        return;
      }
      if (end > head.length) head = Buffer.concat([rest, chunk.subarray(0, at)]);
      onPacket(head, 0, body, end);
      rest = undefined;
    }
    while (at < chunk.length) {
      const end = endOf(chunk, at);
      if (end === 0 || end > chunk.length) {
        rest = chunk.subarray(at);
        return;
      }
      onPacket(chunk, at, body, end);
      at = end;
    }
  };
}
