import { Observable, type Subscriber, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { PING_OVERDUE } from '../retry/retryRules.js';

/** What the pings of a connection work with. */
export interface PingsConfig {
  readonly clock: Pick<Clock, 'timers' | 'io'>;
  /** Sends a PINGREQ. */
  readonly write: () => void;
  /** The peer does not answer and sends nothing else (`false`), or something came after all (`true`). */
  readonly onResponsive: (responsive: boolean) => void;
}

/** The PINGREQs and PINGRESPs of one connection: answers come in the order of what they answer. */
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

  /** Sends one. */
  send(): void {
    this.sent();
    this.config.write();
  }

  /** Sends one when subscribed to, and completes with its answer. */
  ask(): Observable<never> {
    return new Observable((reply) => {
      this.send();
      this.waiting.push({ number: this.asked, reply });
    });
  }

  /** One was sent, by MQTT.js too. */
  sent(): void {
    this.asked += 1;
    if (!this.overdue.closed) return;
    const { timers, io } = this.config.clock;
    const { reads } = this;
    this.overdue = timers.schedule(() => {
      // Sockets are read once more first: the answer may have been waiting for a thread that was blocked.
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

  /** The connection has ended: no timer is left, and nobody is answered. */
  end(): void {
    this.overdue.unsubscribe();
    this.waiting.length = 0;
  }
}
