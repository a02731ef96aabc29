import type { Duplex } from 'node:stream';

/** Bytes that go to a socket in one write: many small writes cost more than the messages in them. */
const writeSize = 65_536;

/** Frames that wait to be written to one connection. Frames are written in the order they were added. */
export class Outbox {
  /** Topic filters the connection is subscribed to and gets messages for. */
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

  /** Whether the frame was taken; a slow connection's backlog never grows beyond its limit. */
  add(frame: Uint8Array): boolean {
    if (this.socket.destroyed || this.socket.writableLength + this.bytes + frame.length > this.limit) return false;
    this.frames.push(frame);
    this.bytes += frame.length;
    if (this.bytes >= writeSize) this.flush();
    return true;
  }

  /** Writes what waits. */
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
