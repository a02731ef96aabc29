import { ConnectionFailure, type FailureDetails, type FailureKind } from '../../model/errors.js';

type Subcause = FailureDetails['subcause'];

/** HTTP statuses, what they are, what may help; the first that fits. */
const STATUSES: readonly (readonly [from: number, to: number, kind: FailureKind, says: string, subcause?: Subcause])[] =
  [
    [300, 399, 'protocol', 'redirects elsewhere: pass the final address as baseUrl'],
    [400, 400, 'protocol', 'does not accept the call: check appId, appSecret, appCode, brokerId and the clock'],
    [401, 401, 'auth', 'refuses the credentials: check appId, appSecret, appCode and brokerId', 'credentials'],
    [403, 403, 'policy', "forbids the call: check the app's rights and its allowed addresses", 'forbidden'],
    [404, 404, 'protocol', 'does not know the broker or the app: check brokerId and appCode'],
    [407, 407, 'auth', 'is behind a proxy that wants credentials', 'proxy'],
    [408, 408, 'timeout', 'gave up waiting: it will be asked again', 'no-answer'],
    [429, 429, 'policy', 'is asked too often: wait', 'too-many'],
    [500, 599, 'venue', 'fails: it will be asked again', 'unavailable'],
  ];

/** `Retry-After` (RFC 9110, 10.2.3: seconds or a date) in ms from `now`. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The failure for an answer with another status than 2xx. `what` names the call; the failure has nothing of the body. */
export function statusFailure(
  what: string,
  { status, headers }: Response,
  now: number,
  remark: string,
): ConnectionFailure {
  const [, , kind, says, subcause] = STATUSES.find(([from, to]) => status >= from && status <= to) ?? [
    0,
    0,
    'protocol',
    'answers what this library does not know',
  ];
  const retryAfter = retryAfterMs(headers.get('retry-after'), now);
  return new ConnectionFailure(kind, `${what} ${says} (HTTP ${String(status)})${remark}`, {
    httpStatus: status,
    ...withSubcause(remark === '' ? subcause : 'clock'),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** By the code of the error below, as Node's fetch has it; a browser tells none. */
const CODES: readonly (readonly [pattern: RegExp, kind: FailureKind, says: string, subcause?: Subcause])[] = [
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'tls',
    'has a certificate that is not valid now: check the clock',
    'certificate-date',
  ],
  [
    /CERT|^CRL_|^HOSTNAME_MISMATCH$|^UNABLE_TO_|^ERR_(TLS|SSL)_|^EPROTO$/,
    'tls',
    'failed the TLS handshake: check its certificate and the clock',
  ],
  [/^HPE_/, 'protocol', 'does not speak HTTP: check baseUrl'],
  [/TIMEOUT|TIMEDOUT/, 'timeout', 'does not answer: check route, VPN and firewall', 'no-answer'],
  [/^ECONNREFUSED$/, 'network', 'refused the connection: check baseUrl', 'refused'],
  [/^ECONNRESET$/, 'network', 'cut the connection: check what stands between', 'reset'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'network', 'has a host name that does not resolve: check the DNS', 'dns'],
  [/./, 'network', "can't be reached: check route, VPN and firewall"],
];

/** The failure for a call that got no answer. It keeps only the name and the code of the error below. */
export function fetchFailure(what: string, error: unknown): ConnectionFailure {
  const below = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = below instanceof Error && 'code' in below && typeof below.code === 'string' ? below.code : 'no code';
  const [, kind, says, subcause] = CODES.find(([pattern]) => pattern.test(code)) ?? [
    /./,
    'network',
    "can't be reached",
  ];
  return new ConnectionFailure(kind, `${what} ${says} (${code})`, withSubcause(subcause));
}

function withSubcause(subcause: Subcause): FailureDetails {
  return subcause === undefined ? {} : { subcause };
}
