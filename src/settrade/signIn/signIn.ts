import { Observable, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Endpoint, TlsOptions } from '../../model/transport.js';
import type { EndpointProvider } from '../../model/venue.js';
import { askDispatcher, type Dispatch } from './dispatcher.js';
import { HostChoice } from './hostChoice.js';
import { type Fetch, RestClient } from './restClient.js';
import { type Credentials, Session } from './session.js';

/** Credentials, and the `fetch` and the clock for the sign-in. */
export interface SignInConfig extends Credentials {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'timers'>;
  readonly tls: TlsOptions | undefined;
}

/**
 * The most ms for all calls together: less than the link waits for an endpoint, so that the failure names the call that
 * hung.
 */
const PATIENCE = 8_000;

/**
 * Signs in, calls the dispatcher, and gives the address of one host of its list: the host that worked last, or the next
 * one after a failure.
 *
 * Tokens and hosts are kept until shortly before the tokens end, or until credentials are refused. When every host of
 * the list has failed, the dispatcher is called again, since it may know other hosts; if it does not answer, the old
 * list is tried once more. An unsubscription aborts the running call.
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
          // The subscriber has gone, so the address is not needed.
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
