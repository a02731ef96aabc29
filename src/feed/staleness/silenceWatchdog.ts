import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';

/** How long a connection of a silent feed is kept, in ms: the first for `shortest`, each next one for twice as long, up to `longest`. */
const watchdogRules = { shortest: 10_000, longest: 600_000 } as const;

/** The parts that a watchdog works with. */
export interface SilenceWatchdogConfig {
  readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  readonly state: Pick<FeedState, 'fallSilent' | 'endSilence' | 'isSilent'>;
  /** Whether any market is open now. In a lunch break, a halt or a holiday no message is expected. */
  readonly isOpen: () => boolean;
  readonly reconnect: () => void;
}

/**
 * Shows a silent feed in its state until data comes or no market is open. Meanwhile it replaces the connection again and again, each
 * time after a longer span.
 */
export class SilenceWatchdog {
  private readonly config: SilenceWatchdogConfig;
  private span: number = watchdogRules.shortest;
  private replacedAt = -Infinity;
  private timer = Subscription.EMPTY;

  constructor(config: SilenceWatchdogConfig) {
    this.config = config;
  }

  /** No symbol sends, although a market is open. */
  onSilence(): void {
    const { clock, state } = this.config;
    // A connection that brought some messages at first and none later is no reason to connect more often.
    if (clock.monotonic() - this.replacedAt >= watchdogRules.longest) this.span = watchdogRules.shortest;
    state.fallSilent();
    this.onConnected();
  }

  /** A connection is live. Without data it is replaced when its span is over. */
  onConnected(): void {
    if (!this.config.state.isSilent) return;
    this.wait(this.span, () => {
      this.replace();
    });
  }

  /** A quote or a price info came. */
  onData(): void {
    this.stop();
    this.config.state.endSilence();
  }

  /** Markets may have closed. The silence ends in a turn of its own, because the caller may be in the midst of a change. */
  onClosed(): void {
    if (!this.config.state.isSilent) return;
    this.wait(0, () => {
      this.replaceOrEnd(() => {
        this.onConnected();
      });
    });
  }

  /** The connection is lost, or the feed is at rest or closed. */
  stop(): void {
    this.timer.unsubscribe();
  }

  private replace(): void {
    this.replaceOrEnd(() => {
      this.span = Math.min(2 * this.span, watchdogRules.longest);
      this.replacedAt = this.config.clock.monotonic();
      this.config.reconnect();
    });
  }

  private replaceOrEnd(act: () => void): void {
    if (this.config.isOpen()) act();
    else this.onData();
  }

  private wait(ms: number, act: () => void): void {
    this.timer.unsubscribe();
    this.timer = this.config.clock.background.schedule(act, ms);
  }
}
