import { ConnectionFailure, type FailureDetails, type FailureKind } from '../../model/errors.js';
import type { Target } from './endpointUrl.js';
import { PacketRefused } from './packetLimits.js';
import { redact } from './redact.js';

/** The peer answered the WebSocket upgrade with another status than 101. The stream throws it. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly code = 'RXQ_UPGRADE_REFUSED';
  readonly status: number;
  /** The `Retry-After` header as sent. */
  readonly retryAfter: string | undefined;

  constructor(status: number, retryAfter: string | undefined) {
    super(`HTTP ${String(status)} instead of 101`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The peer answered CONNECT with a return code other than 0. */
export class ConnectRefused extends Error {
  override readonly name = 'ConnectRefused';
  readonly code = 'RXQ_CONNECT_REFUSED';
  readonly returnCode: number;

  constructor(returnCode: number) {
    super(`CONNACK with return code ${String(returnCode)}`);
    this.returnCode = returnCode;
  }
}

type Subcause = ConnectionFailure['subcause'];

/** A failure that is recognized; `says` follows the address in the message. */
interface Known {
  readonly kind: FailureKind;
  readonly subcause?: Subcause | undefined;
  readonly says: string;
  readonly remedy: string;
}

/** A pattern of errors and what is known of them. */
type Rule = readonly [pattern: RegExp, known: Known];

const notMqtt: Known = {
  kind: 'protocol',
  subcause: 'not-mqtt',
  says: 'does not speak MQTT 3.1.1',
  remedy: 'check that the port is that of an MQTT broker',
};
const wantsTls: Known = {
  kind: 'protocol',
  subcause: 'plain-on-tls-port',
  says: 'speaks TLS, and the URL asks for none',
  remedy: 'use mqtts: for mqtt:, or wss: for ws:',
};
const hasNoTls: Known = {
  kind: 'tls',
  subcause: 'tls-on-plain-port',
  says: 'does not speak TLS',
  remedy: 'check the port; mqtt: and ws: are without TLS',
};
const closed: Known = {
  kind: 'network',
  subcause: 'closed',
  says: 'closed the connection',
  remedy: "look for the reason in the broker's log",
};
const isUnknown: Known = { ...closed, subcause: undefined };

/** Rules for the error's message, where it tells more than the code: texts of Node, OpenSSL, MQTT.js and ws. */
const byMessage: readonly Rule[] = [
  [
    /before secure TLS connection was established/,
    {
      kind: 'network',
      subcause: 'tls-on-plain-port',
      says: 'cut the connection before TLS was agreed',
      remedy: 'check that the port speaks TLS; mqtt: and ws: are without TLS',
    },
  ],
  [/wrong version number|packet length too long|http request/i, hasNoTls],
  [
    /^Keepalive timeout/,
    {
      kind: 'timeout',
      subcause: 'no-pong',
      says: 'stopped answering pings',
      remedy: 'the network may have gone; a longer keepAlive waits longer',
    },
  ],
  [
    /^connack timeout/,
    {
      kind: 'timeout',
      subcause: 'no-connack',
      says: 'did not answer CONNECT',
      remedy: 'check that the port speaks MQTT',
    },
  ],
  [
    /subprotocol|Sec-WebSocket|Upgrade header/i,
    {
      kind: 'protocol',
      subcause: 'not-websocket',
      says: 'does not offer MQTT over WebSocket',
      remedy: 'check the path',
    },
  ],
];

/** Rules for the error's `code`; the first that matches counts: system errors, then X.509, TLS, HTTP and WebSocket. */
const byCode: readonly Rule[] = [
  [
    /^ECONNREFUSED$/,
    {
      kind: 'network',
      subcause: 'refused',
      says: 'refused the connection',
      remedy: 'check host and port, and that a broker listens there',
    },
  ],
  [
    /^(ENOTFOUND|EAI_\w+)$/,
    {
      kind: 'network',
      subcause: 'dns',
      says: 'has a host name that does not resolve',
      remedy: 'check the name and the DNS',
    },
  ],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_\w+)$/,
    {
      kind: 'network',
      subcause: 'reset',
      says: 'cut the connection',
      remedy: "look for the reason in the broker's log",
    },
  ],
  [
    /^E(HOST|NET)(UNREACH|DOWN)$|^EADDRNOTAVAIL$/,
    {
      kind: 'network',
      subcause: 'unreachable',
      says: "can't be reached",
      remedy: 'check route, VPN and firewall',
    },
  ],
  [
    /^(ETIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/,
    { kind: 'timeout', subcause: 'no-answer', says: 'does not answer', remedy: 'check route, VPN and firewall' },
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    {
      kind: 'tls',
      subcause: 'certificate-date',
      says: 'has a certificate that is not valid now',
      remedy: "renew it, or set this machine's clock",
    },
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    {
      kind: 'tls',
      subcause: 'certificate-name',
      says: 'has a certificate for another name',
      remedy: 'use that name, or pass it as tls.servername',
    },
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/,
    {
      kind: 'tls',
      subcause: 'certificate-issuer',
      says: 'has a certificate that is not trusted',
      remedy: "pass its issuer's certificate as tls.ca",
    },
  ],
  [
    /^(EPROTO$|ERR_(SSL|TLS|OSSL)_|CERT_|CRL_|INVALID_(CA|PURPOSE)|PATH_LENGTH_)/,
    { kind: 'tls', says: 'failed the TLS handshake', remedy: 'check that the port speaks TLS, and the tls options' },
  ],
  [/^RXQ_MALFORMED_PACKET$/, notMqtt],
  [
    /^HPE_/,
    {
      kind: 'protocol',
      subcause: 'not-websocket',
      says: 'does not speak HTTP',
      remedy: 'check the port, and whether it needs wss, mqtt or mqtts',
    },
  ],
  [
    /^(WS_ERR_|RXQ_TEXT_FRAME)/,
    {
      kind: 'protocol',
      subcause: 'not-websocket',
      says: 'breaks the WebSocket protocol',
      remedy: 'check that path and port are those of MQTT over WebSocket',
    },
  ],
];

/** OASIS MQTT 3.1.1, table 3.1. */
const byConnack: Readonly<Record<number, Known>> = {
  1: { kind: 'protocol', says: 'refuses MQTT 3.1.1', remedy: 'use a broker that speaks it' },
  2: {
    kind: 'policy',
    subcause: 'client-id',
    says: 'refuses the client id',
    remedy: 'pass another clientId, or none',
  },
  3: {
    kind: 'venue',
    subcause: 'unavailable',
    says: 'says its service is unavailable',
    remedy: 'it will be asked again',
  },
  4: {
    kind: 'auth',
    subcause: 'credentials',
    says: 'refuses user name or password',
    remedy: 'renew the credentials',
  },
  5: {
    kind: 'auth',
    subcause: 'credentials',
    says: 'does not authorize this client',
    remedy: "renew the credentials, check the account's rights",
  },
};

const byStatus: readonly (readonly [from: number, to: number, known: Known])[] = [
  [
    300,
    399,
    { kind: 'protocol', subcause: 'not-websocket', says: 'redirects elsewhere', remedy: 'pass the final URL' },
  ],
  [401, 401, { kind: 'auth', subcause: 'credentials', says: 'refuses the credentials', remedy: 'renew them' }],
  [
    403,
    403,
    { kind: 'policy', subcause: 'forbidden', says: 'forbids the connection', remedy: "check the account's rights" },
  ],
  [
    407,
    407,
    {
      kind: 'auth',
      subcause: 'proxy',
      says: 'is behind a proxy that wants credentials',
      remedy: 'connect from where no proxy is in the way',
    },
  ],
  [429, 429, { kind: 'policy', subcause: 'too-many', says: 'is asked too often', remedy: 'wait' }],
  [500, 599, { kind: 'venue', subcause: 'unavailable', says: 'fails', remedy: 'it will be asked again' }],
];

/** The content type of a TLS alert (RFC 8446, 5.1). */
const TLS_ALERT = 21;

/** Whether the parser of HTTP failed at bytes of TLS; Node attaches them to the error. */
function isTlsAnswer(error: Error): boolean {
  const { rawPacket } = error as { readonly rawPacket?: unknown };
  return rawPacket instanceof Uint8Array && rawPacket[0] === TLS_ALERT;
}

/** Whether an endpoint has nothing to sign in with. A query of the URL may hold a token. */
function hasNoCredentials({ endpoint, path }: Target): boolean {
  const { username = '', password, headers = {} } = endpoint;
  return (password ?? username) === '' && Object.keys(headers).length === 0 && !path.includes('?');
}

/** Refused credentials, unless none were sent: then these are the cause. */
function refused(known: Known, target: Target): Known {
  return known.subcause === 'credentials' && hasNoCredentials(target)
    ? {
        kind: 'auth',
        subcause: 'no-credentials',
        says: 'wants credentials, and none were sent',
        remedy: "set the endpoint's username and password",
      }
    : known;
}

/** `Retry-After` (RFC 9110, 10.2.3: seconds or a date) in ms from `now`. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** A copy of an error with its name, code and message only: its other properties may hold anything. */
function witness(error: Error & { readonly code?: unknown }, { endpoint, path }: Target): Error {
  const copy = new Error(redact(error.message, { ...endpoint, url: path }));
  copy.name = error.name;
  // A stack begins with the message, and would show where this copy was made.
  delete copy.stack;
  return error.code === undefined ? copy : Object.assign(copy, { code: error.code });
}

/**
 * The `ConnectionFailure` for the error that ended a connection to `target`. It holds no credential.
 *
 * @param error - the value that was thrown or emitted; `undefined` when the connection was only closed
 * @param origin - the layer that reported the error: it decides the class of an error without a known code
 * @param isAccepted - whether the peer had answered CONNECT
 * @param now - wall time in ms, for a `Retry-After` that is a date
 */
export function classifyFailure(
  error: unknown,
  target: Target,
  origin: 'socket' | 'client',
  isAccepted: boolean,
  now: number,
): ConnectionFailure {
  if (!(error instanceof Error)) return failureOf(orNoTls(closed, target, isAccepted), '', target);
  if (error instanceof ConnectRefused) {
    const { returnCode: connackCode } = error;
    const known = byConnack[connackCode] ?? {
      kind: 'protocol',
      says: 'answers with a code that MQTT 3.1.1 does not know',
      remedy: 'use a broker that speaks MQTT 3.1.1',
    };
    return failureOf(refused(known, target), `CONNACK ${String(connackCode)}`, target, { connackCode });
  }
  if (error instanceof UpgradeRefused) {
    const { status: httpStatus } = error;
    const [, , known] = byStatus.find(([from, to]) => httpStatus >= from && httpStatus <= to) ?? [
      0,
      0,
      { kind: 'protocol', subcause: 'not-websocket', says: 'is no WebSocket', remedy: 'check the path' },
    ];
    const retryAfter = retryAfterMs(error.retryAfter, now);
    return failureOf(refused(known, target), `HTTP ${String(httpStatus)}`, target, {
      httpStatus,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  const cause = witness(error, target);
  if (error instanceof PacketRefused) {
    const { message: says, remedy, subcause, code } = error;
    return failureOf({ kind: 'protocol', subcause, says, remedy }, code, target, { cause });
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const rule =
    byMessage.find(([pattern]) => pattern.test(error.message)) ?? byCode.find(([pattern]) => pattern.test(code));
  const known = rule?.[1] ?? (origin === 'socket' ? isUnknown : notMqtt);
  return failureOf(isTlsAnswer(error) ? wantsTls : orNoTls(known, target, isAccepted), code, target, { cause });
}

/** Many peers that speak TLS close a connection without TLS and give no reason. */
function orNoTls(known: Known, { scheme }: Target, isAccepted: boolean): Known {
  const isCut = known.subcause === 'closed' || known.subcause === 'reset';
  if (!isCut || isAccepted || scheme === 'mqtts' || scheme === 'wss') return known;
  return { ...known, remedy: `${known.remedy}, and check whether the port speaks TLS` };
}

function failureOf(
  { kind, subcause, says, remedy }: Known,
  code: string,
  { address }: Target,
  details: FailureDetails = {},
): ConnectionFailure {
  const message = `${address} ${says}${code === '' ? '' : ` (${code})`}: ${remedy}`;
  return new ConnectionFailure(kind, message, { ...details, ...(subcause === undefined ? {} : { subcause }) });
}
