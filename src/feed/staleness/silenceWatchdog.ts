import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';

/**
 * When the connection of a silent feed is replaced, in ms: `patience` after the start of the silence, `cooldown` after
 * the last replacement.
 */
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
 * Shows a silent feed in its state. While the feed stays silent and a market is open, it replaces the connection
 * repeatedly, but never often.
 */
export class SilenceWatchdog {
  private readonly config: SilenceWatchdogConfig;
  /** The times of replacements within the last hour, oldest first. */
  private readonly replaced: number[] = [];
  private timer = Subscription.EMPTY;
  /** The monotonic time in ms at which `patience` began; `undefined` while no market is open. */
  private since: number | undefined;

  constructor(config: SilenceWatchdogConfig) {
    this.config = config;
  }

  /** Called when no topic gets a message although a market is open. */
  onSilence(): void {
    this.since = undefined;
    this.config.state.fallSilent();
    this.review();
  }

  /** Called when the limit changed, or when a market may have opened. */
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

  /** Called when a message came, or when the connection is a new one. */
  onData(): void {
    this.stop();
    this.config.state.endSilence();
  }

  /** Called when the connection is lost, or when the feed is at rest or closed. */
  stop(): void {
    this.timer.unsubscribe();
  }

  private replace(): void {
    const { clock, state, isOpen, reconnect } = this.config;
    const now = clock.monotonic();
    // The market may have closed meanwhile, or the limit may be lower now.
    if (!state.isSilent || !isOpen() || this.wait(now) > 0) {
      this.review();
      return;
    }
    this.replaced.push(now);
    reconnect();
  }

  /** The wait in ms until the rules allow another replacement. */
  private wait(now: number): number {
    const limit = this.config.perHour();
    if (limit === 0) return Infinity;
    while ((this.replaced[0] ?? Infinity) <= now - watchdogRules.hour) this.replaced.shift();
    const last = this.replaced.at(-1) ?? -Infinity;
    const first = this.replaced.at(-limit) ?? -Infinity;
    return Math.max(0, last + watchdogRules.cooldown - now, first + watchdogRules.hour - now);
  }
}
