import { Observable, type Subscriber, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { PING_OVERDUE } from '../retry/retryRules.js';

/** The parts that the pings of a connection work with. */
export interface PingsConfig {
  readonly clock: Pick<Clock, 'timers' | 'io'>;
  /** Sends a PINGREQ. */
  readonly write: () => void;
  /**
   * Called with `false` when the peer neither answers nor sends any other byte, and with `true` when a byte came after
   * that.
   */
  readonly onResponsive: (responsive: boolean) => void;
}

/** The PINGREQs and PINGRESPs of one connection. The peer answers the PINGREQs in their order. */
export class Pings {
  private readonly config: PingsConfig;
  private readonly waiting: { readonly number: number; readonly reply: Subscriber<never> }[] = [];
  private asked = 0;
  private answered = 0;
  /** The number of reads of bytes so far. */
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

  /** Called when a PINGREQ was sent, by this class or by MQTT.js. */
  sent(): void {
    this.asked += 1;
    if (!this.overdue.closed) return;
    const { timers, io } = this.config.clock;
    const { reads } = this;
    this.overdue = timers.schedule(() => {
      // First the sockets are read once more: after a block of the thread the answer may wait there.
      this.overdue = io.schedule(() => {
        if (this.reads !== reads || this.answered === this.asked) return;
        this.unresponsive = true;
        this.config.onResponsive(false);
      });
    }, PING_OVERDUE);
  }

  /** Called when bytes were read. */
  onBytes(): void {
    this.reads += 1;
    if (!this.unresponsive) return;
    this.unresponsive = false;
    this.config.onResponsive(true);
  }

  /** Called when a PINGRESP was read. */
  answer(): void {
    this.answered = Math.min(this.asked, this.answered + 1);
    while ((this.waiting[0]?.number ?? Infinity) <= this.answered) this.waiting.shift()?.reply.complete();
  }

  /** Called when the connection has ended: cancels the timer; waiting replies never complete. */
  end(): void {
    this.overdue.unsubscribe();
    this.waiting.length = 0;
  }
}
