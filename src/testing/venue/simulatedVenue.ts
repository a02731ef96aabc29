import type { Book } from '../../model/events.js';
import type { SessionPhase } from './market/sessionPhase.js';
import type { VenueFault } from './rest/venueFault.js';

/** A market on real sockets in this process: it can be signed in to, subscribed to, and made to fail. */
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
  /** Base64 of the P-256 private scalar. Made for this venue: no secret. */
  readonly appSecret: string;
  /** The symbols there are: shares, then derivatives. */
  readonly symbols: readonly string[];

  /** Books a second over all symbols, 0 to 200,000; may be changed at any time. */
  rate: number;
  /** The venue's clock is so many ms ahead of the true one: in `Date` headers and in judging signatures. */
  clockOffset: number;
  /** Where in its day the market is. */
  readonly phase: SessionPhase;
  /** Counts of what was sent so far. They never go down. */
  readonly counts: {
    /** Messages by kind, each counted once, whether anyone was subscribed or not. */
    readonly published: Readonly<Record<'quote' | 'info' | 'candle' | 'market' | 'derivatives', number>>;
    /** PUBLISH frames handed to sockets: one a message and subscribed connection. */
    readonly delivered: number;
    /** Frames lost because too much was waiting for a slow connection. */
    readonly dropped: number;
  };
  /** MQTT connections that are open. */
  readonly connections: number;

  /** The topic of a symbol's books, prices or bars of one minute, or of a market's status (no symbol). */
  topic(kind: 'quote' | 'info' | 'candle' | 'market' | 'derivatives', symbol?: string): string;
  /** The last book sent of a symbol, as a decoder has to read it. */
  lastImage(symbol: string): Book;
  /** Moves a symbol's book by one order and sends it; out of hours and in a halt the book is sent as it is. */
  publish(symbol: string): void;
  /** Sends any bytes on any topic, or text as UTF-8, to those subscribed now; keeps nothing. */
  send(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): void;
  /** Goes on to a phase; market status, prices and books of all symbols are sent. */
  enterPhase(phase: SessionPhase): void;
  /** Halts one symbol: its market status says so, its book stands still. The function returned ends the halt. */
  halt(symbol: string): () => void;
  /** Sends nothing of itself any more; connections stay, pings are answered, the schedule goes on. */
  pause(): void;
  /** Goes on after `pause()`. */
  resume(): void;
  /** Destroys the sockets of all MQTT connections, as a lost network does. New ones are taken. */
  dropConnections(): void;
  /**
   * Lets nothing more out on MQTT connections, those made meanwhile included, and closes none: what a peer sees of a
   * network that went away. The function returned sends what waited and goes on.
   */
  freeze(): () => void;
  /**
   * Refuses subscriptions made from now on to a topic filter, or to any topic that it matches. The function returned
   * grants them again.
   *
   * @param manner - @defaultValue `'suback'`
   */
  refuse(filter: string, manner?: 'suback' | 'notice' | 'silent'): () => void;
  /**
   * Makes a step fail from now on, or so many times; the newest fault of a step counts. The function returned takes the
   * fault back.
   *
   * @param times - @defaultValue `Infinity`
   */
  fail(step: 'login' | 'refresh' | 'dispatcher' | 'upgrade' | 'connect', fault: VenueFault, times?: number): () => void;
  /** A fresh dispatcher token without signing in, good for an upgrade. */
  dispatcherToken(): string;
  /** Tokens issued until now are good no longer; connections stay. @param kinds - @defaultValue all */
  expireTokens(...kinds: readonly ('access' | 'refresh' | 'dispatcher')[]): void;
  /** Ends connections, timers and ports. Resolves when nothing is left; may be called again. */
  stop(): Promise<void>;
}

/** Counts of what a venue has sent so far. */
export type VenueCounts = SimulatedVenue['counts'];

/** Where a venue can be reached, all on the loopback interface. */
export type VenueUrls = Pick<SimulatedVenue, 'restUrl' | 'wsUrl' | 'tcpUrl' | 'secureRestUrl' | 'wssUrl' | 'tlsUrl'>;
