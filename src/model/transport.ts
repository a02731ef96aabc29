import type { Observable } from 'rxjs';

/** Where and how to connect; requested for every attempt. */
export interface Endpoint {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with host and optional port and path. No credentials in it. */
  readonly url: string;
  /** User name of CONNECT. */
  readonly username?: string;
  /** Password of CONNECT. */
  readonly password?: string;
  /** Headers of the WebSocket upgrade (Node only: a browser can't set them). */
  readonly headers?: Readonly<Record<string, string>>;
  /** MQTT client id, 1 to 23 bytes to be sure of every broker. @defaultValue a random one per connection */
  readonly clientId?: string;
  /**
   * Whether the broker accepts only this client id, e.g. by a policy. If `false`, one attempt may use a random client
   * id when connections are lost repeatedly, to find out whether another client has the same id.
   * @defaultValue false
   */
  readonly clientIdRequired?: boolean;
  /** TLS settings. Verification is on unless it is turned off by name. */
  readonly tls?: {
    /** PEM certificates to trust instead of the system's. */
    readonly ca?: string | readonly string[];
    /** PEM client certificate. */
    readonly cert?: string;
    /** PEM private key of the client certificate. */
    readonly key?: string;
    /** Name to verify the certificate against, when it is not the URL's host. */
    readonly servername?: string;
    /** Accepts any certificate. Only for tests. @defaultValue false */
    readonly insecureSkipVerify?: boolean;
  };
  /** When the credentials end, wall time in ms since the Unix epoch. */
  readonly expiresAt?: number;
}

/** TLS settings of an endpoint. */
export type TlsOptions = NonNullable<Endpoint['tls']>;

/** Events that a transport emits about one connection, in order. */
export type ConnectionEvent =
  /** The socket is up (TCP, TLS, WebSocket): CONNECT is sent. */
  | { readonly type: 'handshake' }
  /** CONNACK with code 0. Emitted before any `frame`. */
  | {
      readonly type: 'open';
      /** The connection until its end: subscribes and unsubscribes. */
      readonly connection: {
        /**
         * Sends one SUBSCRIBE with QoS 0 when subscribed to; emits the SUBACK's return codes, one a topic in their
         * order (0, 1, 2 granted; 128 refused), and completes. An invalid topic filter is answered with 128 and not
         * sent. Never errors: a lost link ends the transport instead, and then this Observable emits nothing, as on a
         * connection that has ended.
         */
        subscribe(topics: readonly string[]): Observable<readonly number[]>;
        /** Sends one UNSUBSCRIBE. Answers are not waited for. */
        unsubscribe(topics: readonly string[]): void;
        /**
         * Sends PINGREQ when subscribed to, and completes with its answer: by then all that the broker sent before it
         * is read. Never errors; emits nothing on a connection that has ended. Left out by a transport that can't ping.
         */
        ping?(): Observable<never>;
        /**
         * A number that changes whenever bytes were read, except with the answer to a ping: a large packet on a slow
         * link is a sign of life before it is whole. Left out by a transport that does not count reads.
         */
        reads?(): number;
        /**
         * Sends one PUBLISH with QoS 0. Nothing confirms it: on a connection that has ended it is lost without a notice.
         * Left out by a transport that only reads.
         */
        publish?(topic: string, payload: Uint8Array, retain: boolean): void;
        /** How many bytes wait to be sent. Left out by a transport that only reads. */
        unsent?(): number;
        /**
         * Sends DISCONNECT when subscribed to, and completes when the socket is closed: within 2 s, or at once if it is
         * closed already.
         */
        close(): Observable<never>;
      };
    }
  /** A ping is overdue and no other byte comes (`false`); a byte came after that (`true`). */
  | { readonly type: 'responsive'; readonly responsive: boolean }
  /** A timer of the transport was late by `by` ms: the thread was blocked, or the machine slept. */
  | { readonly type: 'late'; readonly by: number }
  /** Bytes were read: all frames up to the next `read` count as read at this moment. Without it each frame has a time of its own. */
  | { readonly type: 'read' }
  /** One PUBLISH as read from the wire. */
  | {
      readonly type: 'frame';
      readonly topic: string;
      /** Valid only during the call that hands it over. */
      readonly payload: Uint8Array;
      /** The PUBLISH's retain flag: its age is unknown. */
      readonly retain: boolean;
    };

/** A connection from CONNACK until its end. */
export type Connection = Extract<ConnectionEvent, { readonly type: 'open' }>['connection'];

/**
 * Opens one MQTT connection per subscription: no retry, no resubscribe, no memory.
 *
 * **Emits** `handshake`, `open`, then a `frame` per PUBLISH; between them, if it can, `read`, `responsive` and `late`. **Completes** after `close()` of the connection.
 * **Errors** with a `ConnectionFailure` whenever the connection ends otherwise. **On unsubscribe** emits nothing
 * more and destroys the socket.
 */
export type Transport = (endpoint: Endpoint) => Observable<ConnectionEvent>;
