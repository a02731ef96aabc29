import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Answer, RestCall, RestClient } from './restClient.js';

/** The credentials of a session. */
export interface Credentials {
  readonly baseUrl: string;
  readonly brokerId: string;
  readonly appCode: string;
  readonly appId: string;
  /** Signs text with the app secret. */
  readonly sign: (text: string) => Promise<string>;
}

/** A token and how long it is good for. */
export interface AccessToken {
  /** `{type} {token}`, for `Authorization`. */
  readonly authorization: string;
  readonly type: string;
  /** Wall time in ms at which it is to be replaced. */
  readonly renewAt: number;
  /** Wall time in ms at which it ends. */
  readonly endsAt: number;
}

interface Held extends AccessToken {
  readonly refreshToken: string | undefined;
}

/** How long before its end a token is replaced, in ms. Source: settrade-v2 2.2.1 on PyPI, `refresh_token_before_exp`. */
const MARGIN = 100_000;

/** An app has no parameters of its own. Source: settrade-v2 2.2.1 on PyPI, `config`. */
const PARAMS = '';

/** At most so many requests for a token in any `WINDOW` ms, whatever asks for them. */
const MOST = 3;
const WINDOW = 60_000;

/** A refresh that failed is tried again after this many ms. */
const HASTE = 30_000;

/** The longest life of a token, in s, whatever the service reports: not every reported life is sane. */
const LONGEST_LIFE = 7 * 24 * 3600;

/** Whether a new sign-in can help: the refresh token was refused or not understood, not merely asked of a busy service. */
const isRefusal = ({ kind, httpStatus }: ConnectionFailure): boolean =>
  kind === 'auth' || kind === 'protocol' || httpStatus === 403;

/** Signs in and keeps the access token fresh: refreshed when it nears its end, by a new sign-in where that is refused. */
export class Session {
  readonly #rest: RestClient;
  readonly #credentials: Credentials;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #held: Held | undefined;
  /** Monotonic times of the last requests for a token. */
  #requests: number[] = [];
  /** Why the last request for a token failed, if it did. */
  #failure: ConnectionFailure | undefined;

  constructor(rest: RestClient, credentials: Credentials, clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#rest = rest;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** A token that is good for some time; a new one if `renew`. */
  async token(renew: boolean, signal: AbortSignal): Promise<AccessToken> {
    const held = this.#held;
    const now = this.#clock.now();
    if (renew || held === undefined || held.endsAt <= now) return this.#login(signal);
    if (held.renewAt > now) return held;
    try {
      return await this.#refresh(held, signal);
    } catch (error) {
      if (!(error instanceof ConnectionFailure) || signal.aborted) throw error;
      if (isRefusal(error) && this.#wait() === 0) return this.#login(signal);
      // The old one is good for a while yet: a service that is down or busy is not to cost it, and not asked in haste.
      return (this.#held = { ...held, renewAt: Math.min(held.endsAt, now + HASTE) });
    }
  }

  /** Whether there is a token that may have been refused for its age. */
  get holdsToken(): boolean {
    return this.#held !== undefined;
  }

  /** The token was refused before its time. */
  forget(): void {
    this.#held = undefined;
  }

  async #login(signal: AbortSignal): Promise<AccessToken> {
    const { baseUrl, brokerId, appCode, appId, sign } = this.#credentials;
    const timestamp = String(this.#clock.now());
    const signature = await sign(`${appId}.${PARAMS}.${timestamp}`);
    const answer = await this.#request(
      {
        what: `the sign-in of ${new URL(baseUrl).origin}`,
        method: 'POST',
        url: `${baseUrl}/api/oam/v1/${brokerId}/broker-apps/${appCode}/login`,
        body: { apiKey: appId, params: PARAMS, signature, timestamp },
      },
      signal,
    );
    return (this.#held = this.#read('the sign-in', answer));
  }

  async #refresh(held: Held, signal: AbortSignal): Promise<AccessToken> {
    const { baseUrl, brokerId, appCode, appId } = this.#credentials;
    if (held.refreshToken === undefined) return this.#login(signal);
    const answer = await this.#request(
      {
        what: `the token refresh of ${new URL(baseUrl).origin}`,
        method: 'POST',
        url: `${baseUrl}/api/oam/v1/${brokerId}/broker-apps/${appCode}/refresh-token`,
        body: { apiKey: appId, refreshToken: held.refreshToken },
        authorization: held.authorization,
      },
      signal,
    );
    return (this.#held = this.#read('the token refresh', answer, held.type));
  }

  #read(what: string, answer: Answer, lastType = 'Bearer'): Held {
    const [token, type, life, refresh] = ['accessToken', 'tokenType', 'expiresIn', 'refreshToken'].map(answer);
    const seconds = Number(life);
    if (typeof token !== 'string' || token === '' || !(seconds > 0)) {
      throw new ConnectionFailure('protocol', `${what} answers without access_token and expires_in: check baseUrl`);
    }
    const name = typeof type === 'string' && type !== '' ? type : lastType;
    const now = this.#clock.now();
    const endsAt = now + Math.min(seconds, LONGEST_LIFE) * 1000;
    return {
      authorization: `${name} ${token}`,
      type: name,
      endsAt,
      // One that lives no longer than the margin is used for half of its life.
      renewAt: Math.max(endsAt - MARGIN, now + (endsAt - now) / 2),
      refreshToken: typeof refresh === 'string' && refresh !== '' ? refresh : undefined,
    };
  }

  /** Asks for a token; one too many is refused before it is asked for, with the reason of the last that failed. */
  async #request(call: RestCall, signal: AbortSignal): Promise<Answer> {
    const wait = this.#wait();
    if (wait > 0) throw this.#tooMany(wait);
    this.#requests.push(this.#clock.monotonic());
    try {
      const answer = await this.#rest.call(call, signal);
      this.#failure = undefined;
      return answer;
    } catch (error) {
      if (error instanceof ConnectionFailure) this.#failure = error;
      throw error;
    }
  }

  /** Milliseconds until a token may be asked for. */
  #wait(): number {
    const now = this.#clock.monotonic();
    this.#requests = this.#requests.filter((time) => time > now - WINDOW);
    const [oldest = now] = this.#requests;
    return this.#requests.length < MOST ? 0 : oldest + WINDOW - now;
  }

  #tooMany(retryAfter: number): ConnectionFailure {
    const limit = `${String(MOST)} tokens were asked for in the last minute`;
    if (this.#failure === undefined)
      return new ConnectionFailure('policy', `${limit}: no more for now`, { retryAfter, subcause: 'too-many' });
    const { kind, message, httpStatus, subcause } = this.#failure;
    const details = {
      retryAfter,
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(subcause === undefined ? {} : { subcause }),
    };
    return new ConnectionFailure(kind, `${message} (${limit})`, details);
  }
}
