import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';

/** Bytes of a write. */
const writeSize = 256 * 1_024;
/** Different writes; topics take turns over all of them. */
const mostWrites = 32;

/** Whole messages joined to writes of about 256 KiB, every message in turn. */
export function burstWrites(messages: readonly Buffer[]): readonly Buffer[] {
  const total = messages.reduce((sum, { length }) => sum + length, 0);
  const writes: Buffer[] = [];
  let turn = 0;
  while (writes.length < Math.min(mostWrites, Math.ceil(total / writeSize))) {
    const joined: Buffer[] = [];
    for (let length = 0; length < writeSize; turn += 1) {
      const message = messages[turn % messages.length]!;
      joined.push(message);
      length += message.length;
    }
    writes.push(Buffer.concat(joined));
  }
  return writes;
}

/** Writes the same again and again, as fast as it is taken. */
export function sendBurst(socket: Writable, writes: readonly Buffer[]): void {
  let turn = 0;
  const go = (): void => {
    while (socket.writable && socket.write(writes[turn++ % writes.length]));
  };
  socket.on('drain', go);
  go();
}
