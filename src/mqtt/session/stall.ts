import {
  concat,
  defer,
  EMPTY,
  endWith,
  ignoreElements,
  mergeMap,
  type Observable,
  repeat,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { TimeoutFailure } from '../../model/errors.js';
import type { Connection } from '../../model/transport.js';
import { SLEEP, WAKE_TIMEOUT } from '../retry/retryRules.js';

/** What a link says of a thread that was blocked, or a machine that slept. */
export type StallEvent =
  /** Nothing was read for `by` ms: what the broker had no room for is lost. */
  | { readonly type: 'stalled'; readonly epoch: number; readonly cause: 'stall' | 'wake'; readonly by: number }
  /** What had piled up meanwhile is read: from here on each topic's image is the broker's newest. */
  | { readonly type: 'settled'; readonly epoch: number };

/** Whether a thread that was late by so many ms was blocked, or its machine asleep. */
export function causeOf(by: number): 'stall' | 'wake' {
  return by > SLEEP ? 'wake' : 'stall';
}

/**
 * Completes when what had piled up is read. A ping's answer comes behind all that the broker had sent before it; asked
 * twice, because what fills up again behind the first answer may cost images once more.
 *
 * After a sleep the peer may be gone: **errors** with `TimeoutFailure` when nothing at all comes for `WAKE_TIMEOUT` ms. After
 * a stall that is left to the keep-alive: a backlog may take its time.
 */
export function settled(
  connection: Connection,
  stall: { readonly cause: 'stall' | 'wake'; readonly by: number; readonly clock: Clock; readonly reads: () => number },
): Observable<never> {
  const { cause, by, clock, reads } = stall;
  const ask$ = defer(() => connection.ping?.() ?? EMPTY);
  const asked$ = concat(ask$, ask$);
  if (cause === 'stall') return asked$;
  const silence$ = defer(() => {
    const before = reads();
    return timer(WAKE_TIMEOUT, clock.timers).pipe(
      mergeMap(() => {
        if (reads() !== before) return EMPTY;
        return throwError(
          () =>
            new TimeoutFailure(
              `no answer within ${String(WAKE_TIMEOUT)} ms of a sleep of ${String(Math.round(by))} ms`,
            ),
        );
      }),
    );
  }).pipe(repeat());
  return silence$.pipe(ignoreElements(), takeUntil(asked$.pipe(endWith(undefined))));
}
