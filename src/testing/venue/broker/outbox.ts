import type { Duplex } from 'node:stream';

/** The most bytes of one write to a socket: many small writes cost more than the messages in them. */
const writeSize = 65_536;

/** Frames that wait to be written to one connection, in the order in which they were added. */
export class Outbox {
  /** The topic filters of the connection that are granted and get messages. */
  readonly filters: Set<string> = new Set();
  private readonly socket: Duplex;
  private readonly limit: number;
  private frames: Uint8Array[] = [];
  private bytes = 0;

  /** @param limit - bytes that may wait; beyond it frames are refused */
  constructor(socket: Duplex, limit: number) {
    this.socket = socket;
    this.limit = limit;
  }

  /** Returns whether the frame was accepted: the backlog of a slow connection never exceeds its limit. */
  add(frame: Uint8Array): boolean {
    if (this.socket.destroyed || this.socket.writableLength + this.bytes + frame.length > this.limit) return false;
    this.frames.push(frame);
    this.bytes += frame.length;
    if (this.bytes >= writeSize) this.flush();
    return true;
  }

  /** Writes the waiting frames. */
  flush(): void {
    const [frame] = this.frames;
    if (frame === undefined) return;
    if (!this.socket.destroyed) {
      this.socket.write(this.frames.length === 1 ? frame : Buffer.concat(this.frames, this.bytes));
    }
    this.frames = [];
    this.bytes = 0;
  }
}
