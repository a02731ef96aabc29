import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';

/** When a mute connection is replaced, in ms: so long after it was told, and so long after the last that was. */
const muteRules = { patience: 10_000, cooldown: 60_000, hour: 3_600_000 } as const;

/** What a watchdog works with. */
export interface MuteWatchdogConfig {
  readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  readonly state: Pick<FeedState, 'fallSilent' | 'endSilence' | 'isMute'>;
  /** Most connections replaced in an hour. */
  readonly perHour: () => number;
  /** Whether any market is open now: in a lunch, a halt, a holiday nothing is due from a connection. */
  readonly isOpen: () => boolean;
  readonly reconnect: () => void;
}

/**
 * Says that a feed is mute, and replaces its connection: never often, never while no market is open, and while it stays mute
 * never for the last time.
 */
export class MuteWatchdog {
  private readonly config: MuteWatchdogConfig;
  /** When connections were replaced within the last hour, oldest first. */
  private readonly replaced: number[] = [];
  private timer = Subscription.EMPTY;
  /** From when on patience counts; `undefined` while no market is open. */
  private since: number | undefined;

  constructor(config: MuteWatchdogConfig) {
    this.config = config;
  }

  /** Nothing comes from anywhere, though a market is open. */
  mute(): void {
    this.since = undefined;
    this.config.state.fallSilent();
    this.review();
  }

  /** The limit is another, or a market may have opened. */
  review(): void {
    const { clock, state, isOpen } = this.config;
    this.timer.unsubscribe();
    if (!state.isMute) return;
    if (!isOpen()) {
      this.since = undefined;
      return;
    }
    const now = clock.monotonic();
    this.since ??= now;
    const wait = Math.max(this.since + muteRules.patience - now, this.wait(now));
    // The limit may be raised.
    if (wait === Infinity) return;
    this.timer = clock.background.schedule(() => {
      this.replace();
    }, wait);
  }

  /** Something came again, or there is another connection. */
  onData(): void {
    this.stop();
    this.config.state.endSilence();
  }

  /** The connection is lost, or nobody wants any. */
  stop(): void {
    this.timer.unsubscribe();
  }

  private replace(): void {
    const { clock, state, isOpen, reconnect } = this.config;
    const now = clock.monotonic();
    // Meanwhile a market may have closed, or the limit have been lowered.
    if (!state.isMute || !isOpen() || this.wait(now) > 0) {
      this.review();
      return;
    }
    this.replaced.push(now);
    reconnect();
  }

  /** Until one more is within the rules, in ms. */
  private wait(now: number): number {
    const limit = this.config.perHour();
    if (limit === 0) return Infinity;
    while ((this.replaced[0] ?? Infinity) <= now - muteRules.hour) this.replaced.shift();
    const last = this.replaced.at(-1) ?? -Infinity;
    const first = this.replaced.at(-limit) ?? -Infinity;
    return Math.max(0, last + muteRules.cooldown - now, first + muteRules.hour - now);
  }
}
