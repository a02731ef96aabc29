import type { IClientOptions } from 'mqtt';
import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';

/** The part of the transport that the keep-alive timer uses. */
export interface Pulse {
  /** The number of reads of bytes so far. */
  reads: number;
  /** Sends a PINGREQ. */
  ping: () => void;
  /** Called when the timer fired `by` ms late. */
  late: (by: number) => void;
}

/** Without an answer, MQTT.js sends a PINGREQ at the second tick of its timer, and ends the connection at the third. */
const LAST_BEAT = 3;

/**
 * MQTT.js's keep-alive timer, an interval, on the clock of the transport.
 *
 * Before the last tick the sockets are read once more, because after a block of the thread the answer may wait there.
 * If any byte was read since the last PINGREQ, the peer is not gone: its answer is behind other bytes, and another
 * PINGREQ is sent. A peer that is gone is still found within 1.5 times the keep-alive after its last byte.
 */
export function keepAliveTimer(
  { timers, io }: Pick<Clock, 'timers' | 'io'>,
  pulse: Pulse,
): NonNullable<Exclude<IClientOptions['timerVariant'], string>> {
  const running = new Map<number, Subscription>();
  let last = 0;

  const start = (beat: () => void, interval: number): Subscription => {
    const life = new Subscription();
    let beats = 0;
    let reads = pulse.reads;
    let due = timers.now() + interval;

    const lastBeat = (): void => {
      if (pulse.reads === reads) beat();
      else pulse.ping();
      reads = pulse.reads;
    };

    life.add(
      timers.schedule(function () {
        const by = timers.now() - due;
        due += by + interval;
        if (by > 0) pulse.late(by);
        // A listener of the lag may have ended the connection.
        if (life.closed) return;
        beats += 1;
        if (beats >= LAST_BEAT) life.add(io.schedule(lastBeat));
        else {
          reads = pulse.reads;
          beat();
        }
        if (!life.closed) this.schedule(undefined, interval);
      }, interval),
    );
    return life;
  };

  return {
    set: (work, interval = 0) => {
      last += 1;
      running.set(last, start(work as () => void, interval));
      return last;
    },
    clear: (id) => {
      running.get(id)?.unsubscribe();
      running.delete(id);
    },
  };
}
