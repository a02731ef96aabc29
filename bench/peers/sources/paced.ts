import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import { stampNow, writeStamp } from '../stamp.js';

/** The source skips messages while more bytes than this wait in its socket: a slow receiver must not fill the memory. */
const mostWaiting = 64 * 1_024 * 1_024;
/** Most messages of one write, in seconds of the rate. A source that was not scheduled for longer skips the rest. */
const mostCatchUp = 0.05;
/**
 * A receiver's code is compiled after some ten thousand messages, which take a minute at a low rate. So every source begins with
 * this many messages a second, for this many ms.
 */
export const heating = { rate: 50_000, span: 2_000 };

/**
 * Sends `rate` messages a second, after the heating: every ms what is due, in one write. Each carries the time of that write, so that waiting in
 * the sockets, the source's own included, is part of its age.
 */
export function sendPaced(
  socket: Writable,
  { messages, stampFromEnd, rate }: { messages: readonly Buffer[]; stampFromEnd: number; rate: number },
): void {
  const firstRate = Math.max(rate, heating.rate);
  const start = performance.now();
  let [sent, turn] = [0, 0];
  const send = (): void => {
    const elapsed = performance.now() - start;
    const first = Math.min(elapsed, heating.span);
    const due = Math.floor((first * firstRate + (elapsed - first) * rate) / 1_000);
    const present = elapsed < heating.span ? firstRate : rate;
    const count = Math.min(due - sent, Math.max(1, Math.ceil(present * mostCatchUp)));
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
