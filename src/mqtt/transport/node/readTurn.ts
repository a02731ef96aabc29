import type { Clock } from '../../../model/clock.js';

/**
 * How long, in ms, one socket may be read and handled before the event loop continues. The 2 MB of quotes that one turn
 * reads at most take less than half of this time. Consumers are called after a turn, so shorter turns would leave less
 * time for reading.
 */
const LONGEST = 25;

/** The part of a socket that a turn uses. */
export interface PausableSocket {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Ends long turns of the event loop. Node reads a busy socket up to 32 times before timers and other sockets, so many
 * tiny packets would block the thread for seconds. A long turn pauses the socket until the next turn.
 *
 * The time is taken before each chunk, so that it includes what MQTT.js does with a chunk once all listeners have returned.
 */
export class ReadTurn {
  private readonly clock: Pick<Clock, 'monotonic' | 'io'>;
  private readonly socket: PausableSocket;
  private since = -Infinity;
  /** Whether `since` is in the present turn, as far as this is known. */
  private isOpen = false;
  private isPaused = false;

  constructor(clock: Pick<Clock, 'monotonic' | 'io'>, socket: PausableSocket) {
    this.clock = clock;
    this.socket = socket;
  }

  /** Called when a chunk was read, before it is handled. */
  onChunk(): void {
    const now = this.clock.monotonic();
    if (now - this.since < LONGEST || this.isPaused) return;
    // Time also passes while no bytes are read: only a turn that is still open later was long.
    if (!this.isOpen) this.open(now);
    else {
      this.isPaused = true;
      this.socket.pause();
    }
  }

  private open(now: number): void {
    this.since = now;
    this.isOpen = true;
    this.clock.io.schedule(() => {
      this.isOpen = false;
      if (!this.isPaused) return;
      this.isPaused = false;
      this.socket.resume();
    });
  }
}
