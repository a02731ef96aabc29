import { withoutUrlSecrets } from '../../operators/support/safeText.js';

/** The fields of an error in JSON: no stack, and no cause, which may be an error of foreign code and hold a secret. */
const JSON_FIELDS = [
  'name',
  'code',
  'message',
  'kind',
  'reason',
  'retryable',
  'httpStatus',
  'connackCode',
  'retryAfter',
  'likely',
  'certain',
] as const;

/**
 * The base of every error of rx-quotes. Match on `code` (it survives duplicate installs), not on the class.
 *
 * Wrong arguments are not of this class: they throw at once a `TypeError` or `RangeError` with
 * `code: 'RXQ_ARGUMENT'`, `option` and `value`.
 */
export abstract class RxQuotesError extends Error {
  /** Stable identifier, `RXQ_…`. */
  abstract readonly code: string;
  /** `true` when trying again, unchanged, can help. */
  abstract readonly retryable: boolean;

  /** The fields for `JSON.stringify`, which would leave out the message of an error. Stack and `cause` are left out. */
  toJSON(): Readonly<Record<string, unknown>> {
    const all = this as Readonly<Record<string, unknown>>;
    return Object.fromEntries(JSON_FIELDS.filter((field) => field in all).map((field) => [field, all[field]]));
  }
}

/** The kinds of failure a connection can have; each has one class and one retry rule (`retryRules`). */
export type FailureKind = 'network' | 'timeout' | 'tls' | 'auth' | 'policy' | 'protocol' | 'flap' | 'venue';

/** Details a failure may carry. Secrets never do: credentials are not kept on errors. */
export interface FailureDetails {
  /** The error of the layer below. Read it as `failure.cause`: it is neither printed with the failure nor in its JSON. */
  readonly cause?: unknown;
  /** HTTP status of a refused WebSocket upgrade or REST call. */
  readonly httpStatus?: number;
  /** MQTT 3.1.1 CONNACK return code, 1 to 5 (OASIS MQTT 3.1.1, table 3.1). */
  readonly connackCode?: number;
  /** The peer's wish, in ms, not to be asked again before (HTTP `Retry-After`). */
  readonly retryAfter?: number;
}

/** Why a connection, or an attempt at one, ended. The concrete class says which kind. */
export abstract class ConnectionFailure extends RxQuotesError {
  /** The literal that discriminates the classes. */
  abstract readonly kind: FailureKind;
  readonly httpStatus?: number;
  readonly connackCode?: number;
  readonly retryAfter?: number;

  constructor(message: string, details: FailureDetails = {}) {
    super(withoutUrlSecrets(message));
    const { cause } = details;
    // A getter, since util.inspect prints a cause that is a value: it may be a provider's error, with a secret in its words.
    if (cause !== undefined) Object.defineProperty(this, 'cause', { get: () => cause, configurable: true });
    if (details.httpStatus !== undefined) this.httpStatus = details.httpStatus;
    if (details.connackCode !== undefined) this.connackCode = details.connackCode;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }
}

/** The network refused, reset or lost the connection, or a name did not resolve. */
export class NetworkFailure extends ConnectionFailure {
  override readonly name = 'NetworkFailure';
  readonly code = 'RXQ_NETWORK';
  readonly kind = 'network';
  readonly retryable = true;
}

/** A step of connecting, or a keep-alive answer, did not come in time. */
export class TimeoutFailure extends ConnectionFailure {
  override readonly name = 'TimeoutFailure';
  readonly code = 'RXQ_TIMEOUT';
  readonly kind = 'timeout';
  readonly retryable = true;
}

/** The TLS handshake failed: certificate untrusted, expired or for another name. */
export class TlsFailure extends ConnectionFailure {
  override readonly name = 'TlsFailure';
  readonly code = 'RXQ_TLS';
  readonly kind = 'tls';
  readonly retryable = true;
}

/** Credentials were refused: HTTP 401 or 407 on the upgrade, CONNACK 4 or 5. The next attempt renews them, once. */
export class AuthFailure extends ConnectionFailure {
  override readonly name = 'AuthFailure';
  readonly code = 'RXQ_AUTH';
  readonly kind = 'auth';
  readonly retryable = true;
}

/** The peer understood and refuses: HTTP 403 or 429, CONNACK 2 (client id refused). */
export class PolicyFailure extends ConnectionFailure {
  override readonly name = 'PolicyFailure';
  readonly code = 'RXQ_POLICY';
  readonly kind = 'policy';
  readonly retryable = true;
}

/** The peer does not speak MQTT 3.1.1 as the standard has it. */
export class ProtocolFailure extends ConnectionFailure {
  override readonly name = 'ProtocolFailure';
  readonly code = 'RXQ_PROTOCOL';
  readonly kind = 'protocol';
  readonly retryable = true;
}

/**
 * Why connections are accepted and soon lost: `takeover` by another client with the same client id (OASIS MQTT 3.1.1,
 * MQTT-3.1.4-2) or account; or the broker drops them of its own accord, `accept-then-drop`.
 */
export type FlapCause = 'takeover' | 'accept-then-drop';

/** Details of a `FlapFailure`. */
export interface FlapDetails extends FailureDetails {
  /** Possible causes, the likeliest first. @defaultValue both */
  readonly likely?: readonly FlapCause[];
  /** Whether that was tried out. @defaultValue false */
  readonly certain?: boolean;
}

/** Connections are accepted and soon lost again, one after the other: another client takes over, or the broker drops them. */
export class FlapFailure extends ConnectionFailure {
  override readonly name = 'FlapFailure';
  readonly code = 'RXQ_FLAP';
  readonly kind = 'flap';
  readonly retryable = true;
  /** Possible causes, the likeliest first by the evidence that the message names. */
  readonly likely: readonly FlapCause[];
  /** Whether it was tried out: a connection with another client id outlived them all. */
  readonly certain: boolean;

  constructor(message: string, details: FlapDetails = {}) {
    super(message, details);
    this.likely = details.likely ?? ['takeover', 'accept-then-drop'];
    this.certain = details.certain ?? false;
  }
}

/** The venue itself fails: HTTP 5xx, CONNACK 3 (server unavailable), or its endpoint provider threw. */
export class VenueFailure extends ConnectionFailure {
  override readonly name = 'VenueFailure';
  readonly code = 'RXQ_VENUE';
  readonly kind = 'venue';
  readonly retryable = true;
}

/** Why bytes are not the message they should be. */
export type DecodeReason = 'truncated' | 'schema' | 'money-layout' | 'symbol' | 'number' | 'topic';

/**
 * Thrown by a decoder to give a reject its `reason`:
 * `truncated` cut inside a field, `schema` a wire type other than the schema's, `money-layout` a Money laid out otherwise,
 * `symbol` the message names another
 * symbol than its topic, `number` a value that is no number, or that no double holds exactly, `topic` one that the venue has no decoder for. Anything else a decoder throws counts as `threw`.
 */
export class DecodeError extends RxQuotesError {
  override readonly name = 'DecodeError';
  readonly code = 'RXQ_DECODE';
  readonly retryable = false;
  readonly reason: DecodeReason;

  constructor(reason: DecodeReason, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}

/** A server of ours could not listen: the port is in use, needs more rights, or the host is none of this machine. */
export class ListenError extends RxQuotesError {
  override readonly name = 'ListenError';
  readonly code = 'RXQ_LISTEN';
  readonly retryable = true;
}
