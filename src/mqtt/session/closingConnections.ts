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

/** Connections that are no longer wanted and say goodbye, in bounded time. */
export class ClosingConnections {
  /** Completes as soon as none is left. */
  readonly settled$: Observable<never>;
  private readonly clock: Clock;
  private readonly settled = new Subject<void>();
  private under = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.settled$ = defer(() => (this.under === 0 ? EMPTY : this.settled.pipe(take(1), ignoreElements())));
  }

  /** Takes a connection, and destroys its socket at the end. */
  take(handle: Connection, socket: Subscription): void {
    this.under += 1;
    defer(() => handle.close())
      .pipe(
        catchError(() => EMPTY),
        finalize(() => {
          socket.unsubscribe();
          this.under -= 1;
          if (this.under === 0) this.settled.next();
        }),
        takeUntil(timer(CLOSE_TIMEOUT, this.clock.timers)),
      )
      .subscribe();
  }
}
