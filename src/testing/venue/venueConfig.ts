import type { Clock } from '../../model/clock.js';
import type { SessionPhase } from './market/sessionPhase.js';

/** Options of a simulated venue. All are optional. */
export interface SimulatedVenueConfig {
  /** The number of symbols, known names first, or their names: 1 to 800. @defaultValue 20 */
  readonly symbols?: number | readonly string[];
  /** Further symbols that are derivatives, up to 100, e.g. `['S50Z26']`; their market is TFEX. @defaultValue none */
  readonly derivatives?: readonly string[];
  /**
   * Books a second of all symbols together, in phases with orders: 0 to 200,000. Symbols take turns. @defaultValue 20
   */
  readonly rate?: number;
  /** The same seed makes the same books, order of turns, secret and tokens. @defaultValue 1 */
  readonly seed?: number;
  /** The phase to begin in. @defaultValue 'open1' */
  readonly phase?: SessionPhase;
  /** Later phases, each with its time in ms after the start, in rising order. @defaultValue none */
  readonly schedule?: readonly { readonly after: number; readonly phase: SessionPhase }[];
  /** Name of the market in the topic of its status. @defaultValue 'SET' */
  readonly market?: string;
  /** Whether a subscription brings the topic's last message with the retain flag. @defaultValue false */
  readonly retained?: boolean;
  /** Whether a subscription brings the topic's present message without the retain flag. @defaultValue false */
  readonly imageOnSubscribe?: boolean;
  /** Broker id in the paths. @defaultValue '098', that of the sandbox */
  readonly brokerId?: string;
  /** App code in the paths. @defaultValue 'SANDBOX' */
  readonly appCode?: string;
  /** API key to sign in with. @defaultValue 'simulated-app' */
  readonly appId?: string;
  /** Base64 of the P-256 private scalar to sign with. @defaultValue one made from the seed */
  readonly appSecret?: string;
  /** Life of an access token, in ms. @defaultValue 3600000 */
  readonly accessTokenLife?: number;
  /** Life of a refresh token, in ms. @defaultValue 86400000 */
  readonly refreshTokenLife?: number;
  /** Life of a dispatcher token, in ms. @defaultValue 3600000 */
  readonly dispatcherTokenLife?: number;
  /** Whether connections are cut when the dispatcher token they were made with ends. @defaultValue false */
  readonly cutAtExpiry?: boolean;
  /** The form of tokens. @defaultValue 'opaque' */
  readonly tokens?: 'opaque' | 'jwt';
  /** Shape of REST answers: snake_case, camelCase, or snake_case in `{ "data": … }`. @defaultValue 'snake' */
  readonly answers?: 'snake' | 'camel' | 'wrapped';
  /**
   * Largest distance of a signature's timestamp from the venue's clock, in ms; the real limit is unknown. @defaultValue
   * 60000
   */
  readonly timestampTolerance?: number;
  /** Whether a WebSocket needs a dispatcher token. Browsers can't send one. @defaultValue 'token' */
  readonly upgrade?: 'token' | 'open';
  /** User name and password that connections over TCP and TLS need. @defaultValue none: anyone may connect */
  readonly login?: { readonly username: string; readonly password: string };
  /** PEM certificate and key: with them there are also `mqtts://`, `https://` and `wss://`. @defaultValue none */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * The most bytes that may wait for one slow connection; further frames are dropped and counted. @defaultValue
   * 16777216
   */
  readonly sendBuffer?: number;
  /** The source of time. @defaultValue the system's clock */
  readonly clock?: Pick<Clock, 'now' | 'monotonic' | 'timers'>;
}

/** A configuration with nothing left out that has a default. */
export interface VenueConfig extends Required<Omit<SimulatedVenueConfig, 'symbols' | 'appSecret' | 'login' | 'tls'>> {
  readonly symbols: readonly string[];
  readonly appSecret: string | undefined;
  readonly login: SimulatedVenueConfig['login'];
  readonly tls: SimulatedVenueConfig['tls'];
}
