import type { Clock } from '../../../model/clock.js';

/**
 * How long, in ms, one socket may be read and handled without a turn of the event loop. The 2 MB of quotes that one turn reads at
 * most take less than half of this: consumers are called after a turn, and shorter turns would leave less of the time for reading.
 */
const LONGEST = 25;

/** The socket, as a turn uses it. */
export interface PausableSocket {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Ends long turns of the event loop. It reads a busy socket up to 32 times before it looks at timers and other sockets, and many
 * tiny packets would block it for seconds. The socket is paused until the next turn then.
 *
 * The time is taken before each chunk, so that it includes what MQTT.js does with a chunk once all listeners have returned.
 */
export class ReadTurn {
  private readonly clock: Pick<Clock, 'monotonic' | 'io'>;
  private readonly socket: PausableSocket;
  private since = -Infinity;
  /** Whether `since` lies in the present turn, as far as it is known. */
  private isOpen = false;
  private isPaused = false;

  constructor(clock: Pick<Clock, 'monotonic' | 'io'>, socket: PausableSocket) {
    this.clock = clock;
    this.socket = socket;
  }

  /** A chunk was read, and is not handled yet. */
  onChunk(): void {
    const now = this.clock.monotonic();
    if (now - this.since < LONGEST || this.isPaused) return;
    // Time passes while nothing is read, too: only a turn that is still open later was long.
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
