import { ConnectionFailure } from '../../model/errors.js';
import type { RestClient } from './restClient.js';
import type { AccessToken, Session } from './session.js';

/** The hosts of the broker, and the header that it accepts. */
export interface Dispatch {
  readonly hosts: readonly string[];
  /** `{type} {token}`, for `Authorization` on the upgrade. */
  readonly authorization: string;
  /** Wall time in ms at which to replace the token. Its own lifetime is unknown, so this is the access token's. */
  readonly renewAt: number;
}

/** A host name or address with an optional port, without characters that could change the rest of a URL. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isHost = (value: unknown): value is string => typeof value === 'string' && HOST.test(value);

/** Gets the broker's hosts and a token from the dispatcher; signs in again, once, when the access token is refused. */
export async function askDispatcher(
  rest: RestClient,
  session: Session,
  { baseUrl, brokerId }: { readonly baseUrl: string; readonly brokerId: string },
  renew: boolean,
  signal: AbortSignal,
): Promise<Dispatch> {
  const ask = async (access: AccessToken): Promise<Dispatch> => {
    const what = `the dispatcher of ${new URL(baseUrl).origin}`;
    const url = `${baseUrl}/api/dispatcher/v3/${brokerId}/token`;
    const answer = await rest.call({ what, method: 'GET', url, authorization: access.authorization }, signal);
    const [hosts, token] = [answer('hosts'), answer('token')];
    if (!isList(hosts) || typeof token !== 'string' || token === '') {
      throw new ConnectionFailure('protocol', `${what} answers without hosts and token: check baseUrl`);
    }
    if (hosts.length === 0) throw new ConnectionFailure('venue', `${what} names no host: it will be asked again`);
    // An invalid host may be any text, so it is not shown. The valid hosts are still used.
    const good = [...new Set(hosts.filter(isHost))];
    if (good.length === 0) throw new ConnectionFailure('protocol', `${what} names no valid host: check baseUrl`);
    return { hosts: good, authorization: `${access.type} ${token}`, renewAt: access.renewAt };
  };
  try {
    return await ask(await session.token(renew, signal));
  } catch (error) {
    // A new token can't be refused because of its age.
    if (
      !(error instanceof ConnectionFailure && error.kind === 'auth') ||
      renew ||
      signal.aborted ||
      !session.holdsToken
    )
      throw error;
    session.forget();
    return ask(await session.token(true, signal));
  }
}
