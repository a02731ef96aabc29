import {
  catchError,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  type Observable,
  Subject,
  type Subscription,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { Connection } from '../../model/transport.js';
import { CLOSE_TIMEOUT } from '../retry/retryRules.js';

/** Connections that are being closed, each within `CLOSE_TIMEOUT`. */
export class ClosingConnections {
  /** Completes when no connection is closing any more. */
  readonly settled$: Observable<never>;
  private readonly clock: Clock;
  private readonly settled = new Subject<void>();
  private count = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.settled$ = defer(() => (this.count === 0 ? EMPTY : this.settled.pipe(take(1), ignoreElements())));
  }

  /** Closes a connection, and destroys its socket at the end. */
  take(handle: Connection, socket: Subscription): void {
    this.count += 1;
    defer(() => handle.close())
      .pipe(
        catchError(() => EMPTY),
        finalize(() => {
          socket.unsubscribe();
          this.count -= 1;
          if (this.count === 0) this.settled.next();
        }),
        takeUntil(timer(CLOSE_TIMEOUT, this.clock.timers)),
      )
      .subscribe();
  }
}
