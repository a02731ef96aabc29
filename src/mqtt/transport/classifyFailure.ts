import { ConnectionFailure, type FailureKind } from '../../model/errors.js';
import type { Target } from './endpointUrl.js';
import { PacketRefused } from './packetLimits.js';
import { redact } from './redact.js';

/** The peer answered the WebSocket upgrade with another status than 101. Made by the stream, read here. */
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

/** A pattern of errors, their kind, the text after the address in the message, and the remedy. */
type Rule = readonly [pattern: RegExp, kind: FailureKind, says: string, remedy: string];

const NO_MQTT = 'does not speak MQTT 3.1.1';

/** Rules for the error's `code`; the first that matches counts: system errors, then X.509, TLS, HTTP and WebSocket. */
const BY_CODE: readonly Rule[] = [
  [/^ECONNREFUSED$/, 'network', 'refused the connection', 'check host and port, and that a broker listens there'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'network', 'has a host name that does not resolve', 'check the name and the DNS'],
  [
    /^(ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_\w+)$/,
    'network',
    'cut the connection',
    "look for the reason in the broker's log",
  ],
  [/^E(HOST|NET)(UNREACH|DOWN)$|^EADDRNOTAVAIL$/, 'network', "can't be reached", 'check route, VPN and firewall'],
  [/^(ETIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, 'timeout', 'does not answer', 'check route, VPN and firewall'],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    'tls',
    'has a certificate that is not valid now',
    "renew it, or set this machine's clock",
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'tls',
    'has a certificate for another name',
    'use that name, or pass it as tls.servername',
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/,
    'tls',
    'has a certificate that is not trusted',
    "pass its issuer's certificate as tls.ca",
  ],
  [
    /^(EPROTO$|ERR_(SSL|TLS|OSSL)_|CERT_|CRL_|INVALID_(CA|PURPOSE)|PATH_LENGTH_)/,
    'tls',
    'failed the TLS handshake',
    'check that the port speaks TLS, and the tls options',
  ],
  [/^RXQ_MALFORMED_PACKET$/, 'protocol', NO_MQTT, 'check that the port is that of an MQTT broker'],
  [/^HPE_/, 'protocol', 'does not speak HTTP', 'check the port, and whether it needs wss, mqtt or mqtts'],
  [
    /^(WS_ERR_|RXQ_TEXT_FRAME)/,
    'protocol',
    'breaks the WebSocket protocol',
    'check that path and port are those of MQTT over WebSocket',
  ],
];

/** Rules for the error's message: MQTT.js and ws give these errors no code. */
const BY_MESSAGE: readonly Rule[] = [
  [
    /^Keepalive timeout/,
    'timeout',
    'stopped answering pings',
    'the network may have gone; a longer keepAlive waits longer',
  ],
  [/^connack timeout/, 'timeout', 'did not answer CONNECT', 'check that the port speaks MQTT'],
  [/subprotocol|Sec-WebSocket|Upgrade header/i, 'protocol', 'does not offer MQTT over WebSocket', 'check the path'],
];

const LOST: Rule = [/./, 'network', 'closed the connection', "look for the reason in the broker's log"];
const GARBLED: Rule = [/./, 'protocol', NO_MQTT, 'check that the port is that of an MQTT broker'];

/** OASIS MQTT 3.1.1, table 3.1. */
const CONNACK: Readonly<Record<number, readonly [FailureKind, string]>> = {
  1: ['protocol', 'refuses MQTT 3.1.1: use a broker that speaks it'],
  2: ['policy', 'refuses the client id: pass another clientId, or none'],
  3: ['venue', 'says its service is unavailable: it will be asked again'],
  4: ['auth', 'refuses user name or password: renew the credentials'],
  5: ['auth', "does not authorize this client: renew the credentials, check the account's rights"],
};

const HTTP: readonly (readonly [from: number, to: number, kind: FailureKind, says: string])[] = [
  [300, 399, 'protocol', 'redirects elsewhere: pass the final URL'],
  [401, 401, 'auth', 'refuses the credentials: renew them'],
  [403, 403, 'policy', "forbids the connection: check the account's rights"],
  [407, 407, 'auth', 'is behind a proxy that wants credentials'],
  [429, 429, 'policy', 'is asked too often: wait'],
  [500, 599, 'venue', 'fails: it will be asked again'],
];

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
 * @param now - wall time in ms, for a `Retry-After` that is a date
 */
export function classifyFailure(
  error: unknown,
  target: Target,
  origin: 'socket' | 'client',
  now: number,
): ConnectionFailure {
  const { address } = target;
  if (!(error instanceof Error)) return new ConnectionFailure('network', `${address} ${LOST[2]}: ${LOST[3]}`);
  if (error instanceof ConnectRefused) {
    const { returnCode: connackCode } = error;
    const [kind, says] = CONNACK[connackCode] ?? ['protocol', 'answers with a code that MQTT 3.1.1 does not know'];
    return new ConnectionFailure(kind, `${address} ${says} (CONNACK ${String(connackCode)})`, { connackCode });
  }
  if (error instanceof UpgradeRefused) {
    const { status: httpStatus } = error;
    const [, , kind, says] = HTTP.find(([from, to]) => httpStatus >= from && httpStatus <= to) ?? [
      0,
      0,
      'protocol',
      'is no WebSocket: check the path',
    ];
    const retryAfter = retryAfterMs(error.retryAfter, now);
    return new ConnectionFailure(kind, `${address} ${says} (HTTP ${String(httpStatus)})`, {
      httpStatus,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  if (error instanceof PacketRefused)
    return new ConnectionFailure('protocol', `${address} ${error.message} (${error.code}): ${error.remedy}`, {
      cause: witness(error, target),
    });
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const [, kind, says, remedy] =
    BY_CODE.find(([pattern]) => pattern.test(code)) ??
    BY_MESSAGE.find(([pattern]) => pattern.test(error.message)) ??
    (origin === 'socket' ? LOST : GARBLED);
  return new ConnectionFailure(kind, `${address} ${says}${code === '' ? '' : ` (${code})`}: ${remedy}`, {
    cause: witness(error, target),
  });
}
