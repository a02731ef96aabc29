import type { Clock } from '../../model/clock.js';
import type { ConnectionFailure, FailureKind } from '../../model/errors.js';
import type { ConnectionPhase } from '../session/connectionState.js';
import {
  MAX_CONNECTS,
  MAX_RENEWALS,
  MAX_RETRY_AFTER,
  ON_THE_WAY,
  retryRules,
  SLOW_RETRY,
  WINDOW,
} from './retryRules.js';
import { SlidingWindow } from './slidingWindow.js';

/** Remembers the last failures of a link, and decides when it may connect again and whether with new credentials. */
export class RetryPolicy {
  private readonly clock: Clock;
  private readonly attempts: SlidingWindow;
  private readonly connects: SlidingWindow;
  private readonly renewals: SlidingWindow;
  private kind: FailureKind | undefined;
  private run = 0;
  private renewNext = false;

  constructor(clock: Clock) {
    this.clock = clock;
    this.attempts = new SlidingWindow(MAX_CONNECTS, WINDOW + ON_THE_WAY, () => clock.monotonic());
    this.connects = new SlidingWindow(MAX_CONNECTS, WINDOW + ON_THE_WAY, () => clock.monotonic());
    this.renewals = new SlidingWindow(MAX_RENEWALS, WINDOW, () => clock.monotonic());
  }

  /** Milliseconds until the next attempt is within the hard limits. */
  wait(): number {
    return Math.max(this.attempts.wait(), this.connects.wait(), this.renewNext ? this.renewals.wait() : 0);
  }

  /** Counts an attempt, which may end before a socket is opened. Returns whether it needs new credentials. */
  begin(): boolean {
    this.attempts.take();
    const renew = this.renewNext;
    this.renewNext = false;
    if (renew) this.renewals.take();
    return renew;
  }

  /** Called when a socket is opened. */
  connecting(): void {
    this.connects.take();
  }

  /**
   * Called when a connection was promoted, which ends a run of failures. A run of `flap` continues, because its
   * connections are promoted, too.
   */
  promoted(): void {
    if (this.kind === 'flap') return;
    this.run = 0;
    this.kind = undefined;
  }

  renew(): void {
    this.renewNext = true;
  }

  /** Counts a failure. Returns the delay before the next attempt in ms, never less than the limits require. */
  delay(failure: ConnectionFailure, backoff: number): number {
    this.run = failure.kind === this.kind ? this.run + 1 : 1;
    this.kind = failure.kind;
    if (retryRules[failure.kind].renew) this.renewNext = true;
    // `retryAfter` may come from a user's provider. It must neither stop the link for ever nor make it retry without a
    // pause.
    const { retryAfter = 0 } = failure;
    const asked = retryAfter > 0 ? Math.min(retryAfter, MAX_RETRY_AFTER) : 0;
    return Math.max(this.isSlow(failure) ? SLOW_RETRY : backoff, asked, this.wait());
  }

  /** The state of the link while it waits `delay` ms after `failure`. */
  phase(failure: ConnectionFailure, delay: number, attempt: number): ConnectionPhase {
    if (!this.isSlow(failure)) return { status: 'waiting', delay, attempt, reason: failure };
    return { status: 'rejected', reason: failure, retryAt: this.clock.now() + delay };
  }

  private isSlow(failure: ConnectionFailure): boolean {
    return this.kind === failure.kind && this.run >= retryRules[failure.kind].slowAfter;
  }
}
