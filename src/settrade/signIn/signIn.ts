import { Observable, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Endpoint, TlsOptions } from '../../model/transport.js';
import type { EndpointProvider } from '../../model/venue.js';
import { askDispatcher, type Dispatch } from './dispatcher.js';
import { HostChoice } from './hostChoice.js';
import { type Fetch, RestClient } from './restClient.js';
import { type Credentials, Session } from './session.js';

/** Credentials, and the `fetch` and the clock that signing in uses. */
export interface SignInConfig extends Credentials {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'timers'>;
  readonly tls: TlsOptions | undefined;
}

/** All calls together may take this many ms: less than the link waits for an endpoint, so that it hears which call hung. */
const PATIENCE = 8_000;

/**
 * Signs in, asks the dispatcher, and gives the address of one host of its list: the one that worked last, else the next
 * after one that did not.
 *
 * Tokens and hosts are kept until they near their end, or credentials were refused. When every host of the list has failed, the
 * dispatcher is asked again: it may know of others; if it does not answer, the old list is gone through once more.
 * Unsubscribed, it aborts what it asked.
 */
export function signIn(config: SignInConfig): EndpointProvider {
  const { baseUrl, brokerId, fetch, clock, tls } = config;
  const rest = new RestClient(fetch, clock);
  const session = new Session(rest, config, clock);
  const choice = new HostChoice(() => clock.monotonic());
  const scheme = baseUrl.startsWith('https:') ? 'wss' : 'ws';
  let known: Dispatch | undefined;

  const endpointOf = ({ hosts, authorization, renewAt }: Dispatch, isFresh: boolean): Endpoint => ({
    url: `${scheme}://${choice.take(hosts, isFresh)}/api/dispatcher/v3/${brokerId}/mqtt`,
    headers: { Authorization: authorization },
    expiresAt: renewAt,
    ...(tls === undefined || scheme === 'ws' ? {} : { tls }),
  });

  return ({ previous, renew, wasLive }) =>
    new Observable((out) => {
      if (previous !== undefined && known !== undefined) choice.judge(known.hosts, previous, wasLive);
      if (previous?.kind === 'auth' || renew) known = undefined;
      const isUsable = known !== undefined && known.renewAt > clock.now() && choice.failed < known.hosts.length;
      if (known !== undefined && isUsable) {
        out.next(endpointOf(known, false));
        out.complete();
        return;
      }
      choice.restart();
      const abort = new AbortController();
      const late = timer(PATIENCE, clock.timers).subscribe(() => {
        const what = `${rest.asked} does not answer within ${String(PATIENCE / 1000)} s`;
        out.error(
          new ConnectionFailure('timeout', `${what}: check route, VPN and firewall`, { subcause: 'no-answer' }),
        );
      });
      askDispatcher(rest, session, config, renew, abort.signal).then(
        (dispatch) => {
          known = dispatch;
          // Nobody connects to what comes too late.
          if (out.closed) return;
          out.next(endpointOf(dispatch, true));
          out.complete();
        },
        (error: unknown) => {
          out.error(error);
        },
      );
      return () => {
        late.unsubscribe();
        abort.abort();
      };
    });
}
