import type { Book } from '../../model/events.js';
import type { SessionPhase } from './market/sessionPhase.js';
import type { VenueFault } from './rest/venueFault.js';

/** A market on real sockets in this process. Clients can sign in and subscribe, and tests can make it fail. */
export interface SimulatedVenue extends AsyncDisposable {
  /** `http://127.0.0.1:port`: base of sign-in and dispatcher. */
  readonly restUrl: string;
  /** `ws://127.0.0.1:port/api/dispatcher/v3/{brokerId}/mqtt`: MQTT, with a dispatcher token in `Authorization`. */
  readonly wsUrl: string;
  /** `mqtt://127.0.0.1:port`: MQTT. */
  readonly tcpUrl: string;
  /** `https://…`, the same as `restUrl`. Only with `tls`. */
  readonly secureRestUrl?: string;
  /** `wss://…`, the same as `wsUrl`. Only with `tls`. */
  readonly wssUrl?: string;
  /** `mqtts://…`, the same as `tcpUrl`. Only with `tls`. */
  readonly tlsUrl?: string;
  /** A client signs in with `brokerId`, `appCode`, `appId` and `appSecret`. */
  readonly brokerId: string;
  /** As `brokerId`. */
  readonly appCode: string;
  /** As `brokerId`. */
  readonly appId: string;
  /** Base64 of the P-256 private scalar. It is made for this venue, so it is no real secret. */
  readonly appSecret: string;
  /** All symbols: shares, then derivatives. */
  readonly symbols: readonly string[];

  /** Books a second over all symbols, 0 to 200,000; may be changed at any time. */
  rate: number;
  /** How many ms the venue's clock is ahead of the true time: in `Date` headers and in the check of signatures. */
  clockOffset: number;
  /** The phase of the trading day. */
  readonly phase: SessionPhase;
  /** Counts of what was sent so far. They never go down. */
  readonly counts: {
    /** Messages by kind, each counted once, with or without subscribers. */
    readonly published: Readonly<Record<'quote' | 'info' | 'candle' | 'market' | 'derivatives', number>>;
    /** PUBLISH frames written to sockets: one for each message and subscribed connection. */
    readonly delivered: number;
    /** Frames that were dropped because too many bytes waited for a slow connection. */
    readonly dropped: number;
  };
  /** MQTT connections that are open. */
  readonly connections: number;

  /** The topic of a symbol's books, prices or bars of one minute, or of a market's status (no symbol). */
  topic(kind: 'quote' | 'info' | 'candle' | 'market' | 'derivatives', symbol?: string): string;
  /** The last book that was sent for a symbol, as a decoder must return it. */
  lastImage(symbol: string): Book;
  /** Changes a symbol's book by one order and sends it; out of hours and in a halt the book is sent unchanged. */
  publish(symbol: string): void;
  /** Sends any bytes, or text as UTF-8, on any topic to the present subscribers. The message is not stored. */
  send(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): void;
  /** Moves to a phase, and sends market status, prices and books of all symbols. */
  enterPhase(phase: SessionPhase): void;
  /**
   * Halts one symbol: its status is that of a halt, and its book does not change. The returned function ends the halt.
   */
  halt(symbol: string): () => void;
  /** Stops the venue's own messages; connections stay, pings are answered, the schedule continues. */
  pause(): void;
  /** Continues after `pause()`. */
  resume(): void;
  /** Destroys the sockets of all MQTT connections, like a lost network. New connections are accepted. */
  dropConnections(): void;
  /**
   * Holds back all bytes on MQTT connections, also on new ones, and closes none, like a network that went away. The
   * returned function sends the waiting bytes and continues.
   */
  freeze(): () => void;
  /**
   * Refuses new subscriptions to a topic filter, or to any topic that it matches. The returned function undoes this.
   *
   * @param manner - @defaultValue `'suback'`
   */
  refuse(filter: string, manner?: 'suback' | 'notice' | 'silent'): () => void;
  /**
   * Makes a step fail from now on, or `times` times; the newest fault of a step counts. The returned function removes
   * the fault.
   *
   * @param times - @defaultValue `Infinity`
   */
  fail(step: 'login' | 'refresh' | 'dispatcher' | 'upgrade' | 'connect', fault: VenueFault, times?: number): () => void;
  /** Returns a new dispatcher token without a sign-in, valid for an upgrade. */
  dispatcherToken(): string;
  /** Revokes all tokens that were issued until now; connections stay. @param kinds - @defaultValue all */
  expireTokens(...kinds: readonly ('access' | 'refresh' | 'dispatcher')[]): void;
  /** Ends connections, timers and ports. Resolves when all are closed; may be called again. */
  stop(): Promise<void>;
}

/** Counts of what a venue has sent so far. */
export type VenueCounts = SimulatedVenue['counts'];

/** The addresses of a venue, all on the loopback interface. */
export type VenueUrls = Pick<SimulatedVenue, 'restUrl' | 'wsUrl' | 'tcpUrl' | 'secureRestUrl' | 'wssUrl' | 'tlsUrl'>;
