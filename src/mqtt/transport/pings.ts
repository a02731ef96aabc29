import { Observable, type Subscriber, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { PING_OVERDUE } from '../retry/retryRules.js';

/** The parts that the pings of a connection work with. */
export interface PingsConfig {
  readonly clock: Pick<Clock, 'timers' | 'io'>;
  /** Sends a PINGREQ. */
  readonly write: () => void;
  /** The peer neither answers nor sends anything else (`false`), or something came after all (`true`). */
  readonly onResponsive: (responsive: boolean) => void;
}

/** The PINGREQs and PINGRESPs of one connection. The peer answers the PINGREQs in their order. */
export class Pings {
  private readonly config: PingsConfig;
  private readonly waiting: { readonly number: number; readonly reply: Subscriber<never> }[] = [];
  private asked = 0;
  private answered = 0;
  /** How often bytes were read. */
  private reads = 0;
  private overdue = Subscription.EMPTY;
  private unresponsive = false;

  constructor(config: PingsConfig) {
    this.config = config;
  }

  /** Sends a PINGREQ. */
  send(): void {
    this.sent();
    this.config.write();
  }

  /** Sends a PINGREQ at subscription, and completes with its answer. */
  ask(): Observable<never> {
    return new Observable((reply) => {
      this.send();
      this.waiting.push({ number: this.asked, reply });
    });
  }

  /** A PINGREQ was sent, by this class or by MQTT.js. */
  sent(): void {
    this.asked += 1;
    if (!this.overdue.closed) return;
    const { timers, io } = this.config.clock;
    const { reads } = this;
    this.overdue = timers.schedule(() => {
      // The sockets are read once more first: after a blocked thread the answer may wait there.
      this.overdue = io.schedule(() => {
        if (this.reads !== reads || this.answered === this.asked) return;
        this.unresponsive = true;
        this.config.onResponsive(false);
      });
    }, PING_OVERDUE);
  }

  /** Bytes were read. */
  onBytes(): void {
    this.reads += 1;
    if (!this.unresponsive) return;
    this.unresponsive = false;
    this.config.onResponsive(true);
  }

  /** A PINGRESP was read. */
  answer(): void {
    this.answered = Math.min(this.asked, this.answered + 1);
    while ((this.waiting[0]?.number ?? Infinity) <= this.answered) this.waiting.shift()?.reply.complete();
  }

  /** The connection has ended: the timer is cancelled, and the waiting replies never complete. */
  end(): void {
    this.overdue.unsubscribe();
    this.waiting.length = 0;
  }
}
