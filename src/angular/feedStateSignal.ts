import type { Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { switchMap } from 'rxjs';
import { systemClock } from '../model/systemClock.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { feedOf } from './feedToken.js';
import { injectorFor, type SignalOptions } from './injectorFor.js';

/**
 * A signal of the state of the feed's connection, for a banner: `describe(state())` of `rx-quotes/store` is a sentence.
 *
 * It is `connecting` until the feed is made, and on a server, so that rendered HTML shows no old state as the present one. The signal
 * itself does not open the connection: only signals and subscribers of quotes do.
 *
 * @throws Error NG0203 outside of an injection context without `injector`, and NG0201 when no feed is provided
 * @since 0.1.0
 */
export function feedStateSignal(options: SignalOptions = {}): Signal<ConnectionState> {
  const injector = injectorFor(feedStateSignal, options);
  const initialValue: ConnectionState = {
    status: 'connecting',
    step: 'network',
    attempt: 0,
    since: systemClock.now(),
  };
  return toSignal(feedOf(injector).pipe(switchMap(({ state$ }) => state$)), { injector, initialValue });
}
