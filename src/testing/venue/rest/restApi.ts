import type { VenueConfig } from '../venueConfig.js';
import { bearerToken, type TokenStore } from './tokenStore.js';
import type { PlannedFaults, VenueFault, VenueStep } from './venueFault.js';

/** A request with its whole body. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** An answer, or a fault instead of it. */
export type RestAnswer =
  | { readonly status: number; readonly retryAfter?: number; readonly body: string }
  | 'hang'
  | 'reset';

/** The parts of the REST side. */
export interface RestParts {
  readonly config: VenueConfig;
  readonly tokens: TokenStore;
  readonly faults: PlannedFaults;
  /** The time of the venue's clock, in ms since the Unix epoch. */
  readonly now: () => number;
  readonly isSigned: (text: string, signature: string) => boolean;
  /** The host that the dispatcher names. */
  readonly host: () => string;
}

type Json = Readonly<Record<string, unknown>>;

const json = (status: number, body: unknown): RestAnswer => ({ status, body: JSON.stringify(body) });
const refused = (status: number, code: string, message: string): RestAnswer => json(status, { code, message });

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function parsed(body: string): Json {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

function faulty(fault: VenueFault): RestAnswer | undefined {
  if (fault.kind === 'hang' || fault.kind === 'reset') return fault.kind;
  if (fault.kind === 'not-json') return { status: 200, body: '<html><body>Service is temporarily down</body></html>' };
  if (fault.kind !== 'status') return undefined;
  const { status, retryAfter } = fault;
  const body = JSON.stringify({ code: `HTTP-${String(status)}`, message: 'as the test wanted' });
  return { status, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** The REST side without sockets: sign-in, refresh, and the dispatcher. */
export function restApi(parts: RestParts): (request: RestRequest) => RestAnswer {
  const { config, tokens, faults, now, isSigned, host } = parts;
  const { brokerId, appCode, appId } = config;
  const app = `/api/oam/v1/${brokerId}/broker-apps/${appCode}`;

  const shaped = (answer: Json): RestAnswer => {
    if (config.answers === 'camel') {
      return json(200, Object.fromEntries(Object.entries(answer).map(([name, value]) => [camelCase(name), value])));
    }
    return json(200, config.answers === 'wrapped' ? { data: answer } : answer);
  };
  const signedIn = (): RestAnswer =>
    shaped({
      access_token: tokens.issue('access', config.accessTokenLife),
      refresh_token: tokens.issue('refresh', config.refreshTokenLife),
      token_type: 'Bearer',
      expires_in: Math.floor(config.accessTokenLife / 1000),
    });

  const routes: readonly {
    step: VenueStep;
    method: string;
    path: string;
    answer: (from: RestRequest) => RestAnswer;
  }[] = [
    {
      step: 'login',
      method: 'POST',
      path: `${app}/login`,
      answer: ({ body }) => {
        const { apiKey, params, signature, timestamp } = parsed(body);
        if (typeof timestamp !== 'string' || !(Math.abs(now() - Number(timestamp)) <= config.timestampTolerance)) {
          return refused(401, 'OA-401', 'the timestamp is not of now');
        }
        const text = `${String(apiKey)}.${String(params)}.${timestamp}`;
        const isOurs = apiKey === appId && typeof params === 'string' && typeof signature === 'string';
        return isOurs && isSigned(text, signature) ? signedIn() : refused(401, 'OA-401', 'the signature is not valid');
      },
    },
    {
      step: 'refresh',
      method: 'POST',
      path: `${app}/refresh-token`,
      answer: ({ body }) => {
        const { apiKey, refreshToken } = parsed(body);
        const isGood = apiKey === appId && tokens.isGood('refresh', String(refreshToken));
        return isGood ? signedIn() : refused(401, 'OA-401', 'the refresh token is not valid');
      },
    },
    {
      step: 'dispatcher',
      method: 'GET',
      path: `/api/dispatcher/v3/${brokerId}/token`,
      answer: ({ authorization }) =>
        tokens.isGood('access', bearerToken(authorization))
          ? shaped({ hosts: [host()], token: tokens.issue('dispatcher', config.dispatcherTokenLife) })
          : refused(401, 'DP-401', 'the access token is not valid'),
    },
  ];

  return (request) => {
    const route = routes.find(({ path }) => path === request.path);
    if (route === undefined) return refused(404, 'NOT-FOUND', 'there is no such broker, app or call');
    if (route.method !== request.method) return refused(405, 'METHOD', `this call is ${route.method}`);
    const fault = faults.take(route.step);
    if (fault?.kind !== 'hosts') return (fault === undefined ? undefined : faulty(fault)) ?? route.answer(request);
    const isGood = tokens.isGood('access', bearerToken(request.authorization));
    if (!isGood) return route.answer(request);
    return shaped({ hosts: fault.hosts, token: tokens.issue('dispatcher', config.dispatcherTokenLife) });
  };
}
