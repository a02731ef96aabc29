import { Observable } from 'rxjs';
import type { Clock } from '../../clock.js';
import type { Endpoint, TlsOptions } from '../../transport.js';
import type { EndpointProvider } from '../../venue.js';
import { askDispatcher, type Dispatch } from './dispatcher.js';
import { type Fetch, RestClient } from './restClient.js';
import { type Credentials, Session } from './session.js';

/** What signing in works with. */
export interface SignInConfig extends Credentials {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly tls: TlsOptions | undefined;
}

/**
 * Signs in, asks the dispatcher, and gives the address of one host of its list: the one that worked last, else the next
 * after one that did not.
 *
 * What was learnt is kept until it nears its end, or credentials were refused. Unsubscribed, it aborts what it asked.
 */
export function signIn(config: SignInConfig): EndpointProvider {
  const { baseUrl, brokerId, fetch, clock, tls } = config;
  const rest = new RestClient(fetch, clock);
  const session = new Session(rest, config, clock);
  const scheme = baseUrl.startsWith('https:') ? 'wss' : 'ws';
  let known: Dispatch | undefined;
  let host = '';
  let tried = false;

  const endpointOf = ({ hosts, authorization, renewAt }: Dispatch): Endpoint => {
    if (!hosts.includes(host)) host = hosts[0] as string;
    tried = true;
    return {
      url: `${scheme}://${host}/api/dispatcher/v3/${brokerId}/mqtt`,
      headers: { Authorization: authorization },
      expiresAt: renewAt,
      ...(tls === undefined || scheme === 'ws' ? {} : { tls }),
    };
  };

  return ({ previous, renew, wasLive }) =>
    new Observable((out) => {
      const abort = new AbortController();
      if (previous?.kind === 'auth' || renew) known = undefined;
      // The host is to blame only if it was asked, did not refuse the credentials, and had not worked until then.
      else if (tried && previous !== undefined && !wasLive && known !== undefined) {
        const { hosts } = known;
        host = hosts[(hosts.indexOf(host) + 1) % hosts.length] as string;
      }
      tried = false;
      const give = (dispatch: Dispatch): void => {
        known = dispatch;
        out.next(endpointOf(dispatch));
        out.complete();
      };
      if (known !== undefined && known.renewAt > clock.now()) give(known);
      else {
        askDispatcher(rest, session, config, renew, abort.signal).then(give, (error: unknown) => {
          out.error(error);
        });
      }
      return () => {
        abort.abort();
      };
    });
}
