import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import { stampNow, writeStamp } from '../stamp.js';

/** The source skips messages while more bytes than this wait in its socket: a slow receiver must not fill the memory. */
const mostWaiting = 64 * 1_024 * 1_024;
/** Most messages of one write, in seconds of the rate. A source that was not scheduled for longer skips the rest. */
const mostCatchUp = 0.05;

/**
 * Sends so many messages a second: every ms what is due, in one write. Each carries the time of that write, so that waiting in
 * the sockets, the source's own included, is part of its age.
 */
export function sendPaced(
  socket: Writable,
  { messages, stampFromEnd, rate }: { messages: readonly Buffer[]; stampFromEnd: number; rate: number },
): void {
  const most = Math.max(1, Math.ceil(rate * mostCatchUp));
  const start = performance.now();
  let [sent, turn] = [0, 0];
  const send = (): void => {
    const due = Math.floor(((performance.now() - start) * rate) / 1_000);
    const count = Math.min(due - sent, most);
    sent = due;
    if (count <= 0 || socket.writableLength > mostWaiting || !socket.writable) return;
    const batch: Buffer[] = [];
    for (let index = 0; index < count; index += 1) batch.push(messages[turn++ % messages.length]!);
    const write = Buffer.concat(batch);
    const stamp = stampNow();
    let end = 0;
    for (const message of batch) {
      end += message.length;
      writeStamp(write, end - stampFromEnd, stamp);
    }
    socket.write(write);
  };
  const timer = setInterval(send, 1);
  socket.once('close', () => clearInterval(timer));
}
