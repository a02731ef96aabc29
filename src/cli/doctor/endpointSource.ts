import { defer, from, type Observable, of, take, tap } from 'rxjs';
import type { ConnectionFailure } from '../../model/errors.js';
import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import type { EndpointProvider } from '../../model/venue.js';
import { askEndpoint } from '../../mqtt/session/askEndpoint.js';

/**
 * The endpoint of a venue, asked for once and kept: an examination and the feed in it use the same token. A new one is
 * asked for where the last was refused or has ended.
 */
export class EndpointSource {
  private readonly endpoints: EndpointProvider;
  private readonly clock: Clock;
  private kept: Endpoint | undefined;
  private isRefused = false;

  constructor(endpoints: EndpointProvider, clock: Clock) {
    this.endpoints = endpoints;
    this.clock = clock;
  }

  /** The last endpoint; `undefined` before the first. */
  get endpoint(): Endpoint | undefined {
    return this.kept;
  }

  /** Emits the endpoint and completes; errors with a `ConnectionFailure`. */
  ask(): Observable<Endpoint> {
    return defer(() => {
      const { kept, clock } = this;
      if (kept !== undefined && !this.isRefused && (kept.expiresAt ?? Infinity) > clock.now()) return of(kept);
      // With `renew` a sign-in asks for one token, and for no second one when the first is refused.
      return askEndpoint(this.endpoints, { number: 0, renew: true, wasLive: false }, clock).pipe(
        tap((endpoint) => {
          this.kept = endpoint;
          this.isRefused = false;
        }),
      );
    });
  }

  /** For the feed: the kept endpoint. */
  readonly provider: EndpointProvider = () => from(this.ask()).pipe(take(1));

  /** Called when a connection failed: refused credentials are not used again. */
  judge({ kind }: ConnectionFailure): void {
    if (kind === 'auth') this.isRefused = true;
  }
}
