import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';

/** When the connection of a silent feed is replaced, in ms: `patience` after the silence began, `cooldown` after the last replacement. */
const watchdogRules = { patience: 10_000, cooldown: 60_000, hour: 3_600_000 } as const;

/** The parts that a watchdog works with. */
export interface SilenceWatchdogConfig {
  readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  readonly state: Pick<FeedState, 'fallSilent' | 'endSilence' | 'isSilent'>;
  /** The most connections that are replaced in an hour. */
  readonly perHour: () => number;
  /** Whether any market is open now. In a lunch break, a halt or a holiday no message is expected. */
  readonly isOpen: () => boolean;
  readonly reconnect: () => void;
}

/**
 * Shows a silent feed in its state, and replaces its connection again and again while it stays silent: never often, and only while
 * a market is open.
 */
export class SilenceWatchdog {
  private readonly config: SilenceWatchdogConfig;
  /** When connections were replaced within the last hour, oldest first. */
  private readonly replaced: number[] = [];
  private timer = Subscription.EMPTY;
  /** When `patience` began, in monotonic ms; `undefined` while no market is open. */
  private since: number | undefined;

  constructor(config: SilenceWatchdogConfig) {
    this.config = config;
  }

  /** No topic gets a message, although a market is open. */
  onSilence(): void {
    this.since = undefined;
    this.config.state.fallSilent();
    this.review();
  }

  /** The limit changed, or a market may have opened. */
  review(): void {
    const { clock, state, isOpen } = this.config;
    this.timer.unsubscribe();
    if (!state.isSilent) return;
    if (!isOpen()) {
      this.since = undefined;
      return;
    }
    const now = clock.monotonic();
    this.since ??= now;
    const wait = Math.max(this.since + watchdogRules.patience - now, this.wait(now));
    // With a limit of 0 there is no timer; `tune()` calls this method again.
    if (wait === Infinity) return;
    this.timer = clock.background.schedule(() => {
      this.replace();
    }, wait);
  }

  /** A message came again, or there is another connection. */
  onData(): void {
    this.stop();
    this.config.state.endSilence();
  }

  /** The connection is lost, or the feed is at rest or closed. */
  stop(): void {
    this.timer.unsubscribe();
  }

  private replace(): void {
    const { clock, state, isOpen, reconnect } = this.config;
    const now = clock.monotonic();
    // Meanwhile the market may have closed, or the limit may be lower.
    if (!state.isSilent || !isOpen() || this.wait(now) > 0) {
      this.review();
      return;
    }
    this.replaced.push(now);
    reconnect();
  }

  /** The wait until one more replacement is within the rules, in ms. */
  private wait(now: number): number {
    const limit = this.config.perHour();
    if (limit === 0) return Infinity;
    while ((this.replaced[0] ?? Infinity) <= now - watchdogRules.hour) this.replaced.shift();
    const last = this.replaced.at(-1) ?? -Infinity;
    const first = this.replaced.at(-limit) ?? -Infinity;
    return Math.max(0, last + watchdogRules.cooldown - now, first + watchdogRules.hour - now);
  }
}
