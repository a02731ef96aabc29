import { catchError, defer, from, type Observable, take, throwError, throwIfEmpty, timeout } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Endpoint } from '../../model/transport.js';
import type { EndpointProvider, EndpointRequest } from '../../model/venue.js';
import { CREDENTIALS_TIMEOUT } from '../retry/retryRules.js';
import { toFailure } from '../retry/toFailure.js';

/**
 * Gets one endpoint from an endpoint provider.
 *
 * **Emits** its first value and **completes**. **Errors** with a `ConnectionFailure`: the provider's own one; a venue failure
 * when it throws any other error or returns no endpoint; a timeout failure after 10 s.
 */
export function askEndpoint(provider: EndpointProvider, request: EndpointRequest, clock: Clock): Observable<Endpoint> {
  const late = new ConnectionFailure(
    'timeout',
    `the endpoint provider emitted no endpoint within ${String(CREDENTIALS_TIMEOUT)} ms`,
  );
  return defer(() => from(provider(request))).pipe(
    take(1),
    throwIfEmpty(() => new ConnectionFailure('venue', 'the endpoint provider completed without an endpoint')),
    timeout({ first: CREDENTIALS_TIMEOUT, scheduler: clock.timers, with: () => throwError(() => late) }),
    catchError((error: unknown) => throwError(() => toFailure(error, 'the endpoint provider'))),
  );
}
