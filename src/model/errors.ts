import { withoutUrlSecrets } from '../../operators/support/safeText.js';

/** The fields of an error in JSON: no stack, and no cause, which may be an error of foreign code and hold a secret. */
const JSON_FIELDS = [
  'name',
  'code',
  'message',
  'kind',
  'subcause',
  'reason',
  'retryable',
  'httpStatus',
  'connackCode',
  'retryAfter',
  'likely',
  'certain',
  'askedBy',
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

/**
 * Why a connection, or an attempt at one, ended: the `reason` of a state, and the error that an endpoint provider or a transport
 * throws to say what happened. `kind` tells the failures apart; each kind has its retry rule (docs/connection.md). An endpoint
 * provider throws e.g. `new ConnectionFailure('auth', 'the login was refused', { httpStatus: 401 })`.
 *
 * @since 0.1.0
 */
export class ConnectionFailure extends RxQuotesError {
  /** The name of the class. */
  override readonly name = 'ConnectionFailure';
  /** `RXQ_` and the kind in upper case, e.g. `RXQ_AUTH`. */
  readonly code: `RXQ_${Uppercase<ConnectionFailure['kind']>}`;
  /**
   * - `network`: the network refused, reset or lost the connection, or a name did not resolve
   * - `timeout`: a step of connecting, or a keep-alive answer, did not come in time
   * - `tls`: the TLS handshake failed, e.g. the certificate is untrusted, expired or for another name
   * - `auth`: credentials were refused: HTTP 401 or 407 on the upgrade, CONNACK 4 or 5. The next attempt renews them, once
   * - `policy`: the peer understood and refuses: HTTP 403 or 429, CONNACK 2 (client id refused)
   * - `protocol`: the peer does not speak MQTT 3.1.1 as the standard has it
   * - `flap`: connections are accepted and soon lost again, one after the other
   * - `venue`: the venue itself fails: HTTP 5xx, CONNACK 3 (server unavailable), or its endpoint provider threw
   * - `reconnect`: nothing failed: the connection is replaced, and `askedBy` tells at whose request
   */
  readonly kind: 'network' | 'timeout' | 'tls' | 'auth' | 'policy' | 'protocol' | 'flap' | 'venue' | 'reconnect';
  /**
   * The exact cause, where the evidence shows it.
   *
   * - `dns`: the host name does not resolve
   * - `refused`: nothing listens on the port
   * - `unreachable`: there is no route to the host
   * - `reset`: the peer or something in between cut the connection
   * - `closed`: the peer closed the connection and gave no reason
   * - `no-answer`: the peer does not answer at all, e.g. because a firewall drops the packets
   * - `no-connack`: the peer took the connection, and did not answer CONNECT
   * - `no-pong`: the peer stopped answering pings
   * - `tls-on-plain-port`: the URL asks for TLS, and the port does not speak it
   * - `plain-on-tls-port`: the URL asks for no TLS, and the port speaks it
   * - `http`: the port speaks HTTP and no MQTT
   * - `not-mqtt`: the port speaks neither
   * - `not-websocket`: the path or port does not offer MQTT over WebSocket
   * - `certificate-date`, `certificate-name`, `certificate-issuer`: the certificate is not valid now, is for another name, or has
   *   an issuer that is not trusted
   * - `no-credentials`: credentials were refused, and the endpoint has none
   * - `credentials`: user name, password or token were refused
   * - `clock`: credentials were refused, and the clock of this machine is wrong, which alone spoils a signature
   * - `proxy`: a proxy wants credentials
   * - `forbidden`: the credentials are right and lack the right to connect
   * - `client-id`: the broker refuses the client id
   * - `too-many`: the peer is asked too often
   * - `unavailable`: the peer says that its service is down
   */
  readonly subcause?:
    | 'dns'
    | 'refused'
    | 'unreachable'
    | 'reset'
    | 'closed'
    | 'no-answer'
    | 'no-connack'
    | 'no-pong'
    | 'tls-on-plain-port'
    | 'plain-on-tls-port'
    | 'http'
    | 'not-mqtt'
    | 'not-websocket'
    | 'certificate-date'
    | 'certificate-name'
    | 'certificate-issuer'
    | 'no-credentials'
    | 'credentials'
    | 'clock'
    | 'proxy'
    | 'forbidden'
    | 'client-id'
    | 'too-many'
    | 'unavailable';
  /** Always `true`: every kind is retried, some of them slowly. */
  readonly retryable = true;
  /** HTTP status of a refused WebSocket upgrade or REST call. */
  readonly httpStatus?: number;
  /** MQTT 3.1.1 CONNACK return code, 1 to 5 (OASIS MQTT 3.1.1, table 3.1). */
  readonly connackCode?: number;
  /** The peer's wish, in ms, not to be asked again before (HTTP `Retry-After`). */
  readonly retryAfter?: number;
  /**
   * For kind `flap`: possible causes, the likeliest first by the evidence that the message names. `takeover` by another client with
   * the same client id (OASIS MQTT 3.1.1, MQTT-3.1.4-2) or account; or the broker drops connections of its own accord,
   * `accept-then-drop`.
   */
  readonly likely?: readonly ('takeover' | 'accept-then-drop')[];
  /** For kind `flap`: whether it was tried out, because a connection with another client id outlived them all. */
  readonly certain?: boolean;
  /**
   * The part of the program that asked for another connection, in a failure of kind `reconnect`.
   *
   * - `application`: your code called `reconnect()`
   * - `silence`: the feed, because no symbol sends although a market is open
   * - `wake`: the connection, because nothing came after a sleep of the machine
   */
  readonly askedBy?: 'application' | 'silence' | 'wake';

  /**
   * @param kind - what happened
   * @param message - for people; the secrets of URLs in it are hidden
   * @param details - `cause` is the error of the layer below: read it as `failure.cause`, since it is neither printed with the
   *   failure nor in its JSON; the others are the fields of the failure. Credentials are not kept on errors.
   */
  constructor(
    kind: ConnectionFailure['kind'],
    message: string,
    details: {
      readonly cause?: unknown;
      readonly subcause?: ConnectionFailure['subcause'];
      readonly httpStatus?: number;
      readonly connackCode?: number;
      readonly retryAfter?: number;
      readonly likely?: readonly ('takeover' | 'accept-then-drop')[];
      readonly certain?: boolean;
      readonly askedBy?: 'application' | 'silence' | 'wake';
    } = {},
  ) {
    super(withoutUrlSecrets(message));
    const { cause } = details;
    // A getter, since util.inspect prints a cause that is a value: it may be a provider's error, with a secret in its words.
    if (cause !== undefined) Object.defineProperty(this, 'cause', { get: () => cause, configurable: true });
    this.kind = kind;
    this.code = `RXQ_${kind.toUpperCase() as Uppercase<typeof kind>}`;
    if (details.subcause !== undefined) this.subcause = details.subcause;
    if (details.httpStatus !== undefined) this.httpStatus = details.httpStatus;
    if (details.connackCode !== undefined) this.connackCode = details.connackCode;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
    if (details.likely !== undefined) this.likely = details.likely;
    if (details.certain !== undefined) this.certain = details.certain;
    if (details.askedBy !== undefined) this.askedBy = details.askedBy;
  }
}

/** The kinds of failure that a connection can have. */
export type FailureKind = ConnectionFailure['kind'];

/** The details of a failure. */
export type FailureDetails = NonNullable<ConstructorParameters<typeof ConnectionFailure>[2]>;

/**
 * Thrown by a decoder to give a reject its `reason`. Anything else that a decoder throws counts as `threw`.
 *
 * @since 0.1.0
 */
export class DecodeError extends RxQuotesError {
  /** The name of the class. */
  override readonly name = 'DecodeError';
  /** Stable identifier. */
  readonly code = 'RXQ_DECODE';
  /** Always `false`: the same bytes can't be read the next time either. */
  readonly retryable = false;
  /**
   * Why bytes are not the message they should be.
   *
   * - `truncated`: cut inside a field
   * - `schema`: a wire type other than the schema's
   * - `money-layout`: a Money laid out otherwise
   * - `symbol`: the message names another symbol than its topic
   * - `number`: a value that is no number, or that no double holds exactly
   * - `topic`: one that the venue has no decoder for
   */
  readonly reason: 'truncated' | 'schema' | 'money-layout' | 'symbol' | 'number' | 'topic';

  constructor(reason: DecodeError['reason'], message: string, options?: { readonly cause?: unknown }) {
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
