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
import { ConnectionFailure } from '../../model/errors.js';
import type { Connection } from '../../model/transport.js';
import { SLEEP, WAKE_TIMEOUT } from '../retry/retryRules.js';

/** The events of a link whose thread was blocked, or whose machine slept. */
export type StallEvent =
  /** No bytes were read for `by` ms: messages that the broker had no room for are lost. */
  | { readonly type: 'stalled'; readonly epoch: number; readonly cause: 'stall' | 'wake'; readonly by: number }
  /** All messages that were buffered meanwhile are read: from now on each topic's image is the broker's newest. */
  | { readonly type: 'settled'; readonly epoch: number };

/** Whether a lag of `by` ms means a blocked thread (`stall`) or a sleeping machine (`wake`). */
export function causeOf(by: number): 'stall' | 'wake' {
  return by > SLEEP ? 'wake' : 'stall';
}

/**
 * Completes when all buffered messages are read. The answer to a ping comes after all that the broker sent before it.
 * Two pings are sent, because the broker's buffer may fill again after the first answer and lose images once more.
 *
 * After a sleep the peer may be gone: **errors** with a failure of kind `reconnect` when nothing at all comes for `WAKE_TIMEOUT` ms.
 * After a stall the keep-alive does this: to read a backlog may take longer.
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
            new ConnectionFailure(
              'reconnect',
              `no answer within ${String(WAKE_TIMEOUT)} ms of a sleep of ${String(Math.round(by))} ms`,
              { subcause: 'no-pong', askedBy: 'wake' },
            ),
        );
      }),
    );
  }).pipe(repeat());
  return silence$.pipe(ignoreElements(), takeUntil(asked$.pipe(endWith(undefined))));
}
