import {
  HIDDEN,
  knownOptions,
  oneOf,
  optionalFunction,
  outOfRange,
  wrongType,
} from '../../operators/support/argument.js';
import { addressIn } from '../../operators/support/safeText.js';
import type { Clock } from '../model/clock.js';
import { systemClock } from '../model/systemClock.js';
import type { Endpoint } from '../model/transport.js';
import type { Calendar, OnSubscribe, Venue } from '../model/venue.js';
import { settradeBestLevel, type SettradeData, settradeData, type SettradeEvent } from './settradeData.js';
import { scalarOf } from './signIn/appSecret.js';
import type { Fetch } from './signIn/restClient.js';
import { signer } from './signIn/signer.js';
import { signIn } from './signIn/signIn.js';

/** Credentials and options of a feed from Settrade. */
export interface SettradeConfig<D extends 1 | 10 = 10> {
  /** API key. */
  readonly appId: string;
  /** Base64 of the P-256 private scalar, as Settrade gives it. Never shown, never sent. */
  readonly appSecret: string;
  /** App code, as Settrade gives it. */
  readonly appCode: string;
  /** Three digits, or `SANDBOX` in any case for the sandbox and its broker 098. */
  readonly brokerId: string;
  /**
   * Another deployment, or a simulated one: `https://host`, on the loopback interface also `http://`.
   * @defaultValue `https://open-api.settrade.com`, of the sandbox `https://open-api-test.settrade.com`
   */
  readonly baseUrl?: string;
  /**
   * The market hours that count until the feed reports the market. @defaultValue none: the market is `unknown` until
   * then
   */
  readonly calendar?: Calendar;
  /**
   * Levels a side that are read, 1 or 10. With 1 a message costs less, but quotes are `TopOfBook` also for a subscriber
   * with `depth: 10`, and levels in disorder are not detected. @defaultValue 10
   */
  readonly depth?: D;
  /** The kind of a topic's first message after SUBSCRIBE. @defaultValue `'unknown'`: of unknown age, and so not live */
  readonly onSubscribe?: OnSubscribe;
  /** Whether Settrade allows several connections with these credentials. @defaultValue `'unknown'` */
  readonly sessions?: 'one' | 'many' | 'unknown';
  /**
   * TLS settings of the broker's connection, e.g. your own certificate authority. The REST calls use the settings of
   * `fetch` and Node.
   */
  readonly tls?: NonNullable<Endpoint['tls']>;
  /** Makes the REST calls, e.g. through a proxy. @defaultValue the platform's `fetch` */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. @defaultValue the system's */
  readonly clock?: Pick<Clock, 'now' | 'monotonic' | 'timers'>;
}

const OWNER = 'settrade';

/** Source: settrade-v2 2.2.1 on PyPI, `context`. */
const PRODUCTION = 'https://open-api.settrade.com';
const SANDBOX = 'https://open-api-test.settrade.com';
/** Source: settrade-v2 2.2.1 on PyPI, `user`. */
const SANDBOX_BROKER = '098';

const names = [
  ...['appId', 'appSecret', 'appCode', 'brokerId', 'baseUrl', 'calendar', 'onSubscribe', 'sessions', 'tls'],
  ...['depth', 'fetch', 'clock'],
];

/** An id is sent in a JSON body, and Settrade validates it. */
const ID = /^[\x21-\x7e]+$/;
/** A part of the path of a URL: with a slash, the URL would be another one. */
const PART = /^(?!\.+$)[\w.-]+$/;

/** The error does not show the value, since it may be a misplaced secret. */
function part(name: 'appId' | 'appCode' | 'brokerId', value: unknown, form: RegExp): string {
  const remedy = 'pass it as Settrade gives it';
  if (typeof value !== 'string') throw wrongType(`${OWNER}.${name}`, typeof value, remedy);
  const text = value.trim();
  if (form.test(text)) return text;
  throw outOfRange(`${OWNER}.${name}`, text === '' ? '' : '[hidden]', remedy);
}

function base(value: unknown, isSandbox: boolean): string {
  if (value === undefined) return isSandbox ? SANDBOX : PRODUCTION;
  const remedy = 'pass https://host; http:// only to the loopback interface';
  if (typeof value !== 'string') throw wrongType(`${OWNER}.baseUrl`, value, remedy);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  // The text before an @, in the path or after the path may be a secret.
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw outOfRange(`${OWNER}.baseUrl`, addressIn(value) ?? HIDDEN, remedy);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

const isSandboxed = (brokerId: string): boolean => brokerId.toUpperCase() === 'SANDBOX';

/**
 * Where sign-in and dispatcher of a deployment are.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function settradeBaseUrl({ baseUrl, brokerId }: Pick<SettradeConfig, 'baseUrl' | 'brokerId'>): string {
  return base(baseUrl, isSandboxed(brokerId.trim()));
}

/**
 * The venue Settrade: it signs in, renews its tokens, finds the broker's hosts, and uses the next host when one fails.
 *
 * It has quotes, price infos, bars and the status of markets. A symbol's market state comes from its price info, which
 * the feed subscribes to beside its quotes. Node only: a browser can't send the header that the broker needs, and must
 * not hold the secret.
 *
 * @example
 * ```ts
 * const { APP_ID: appId = '', APP_SECRET: appSecret = '' } = process.env;
 * const feed = quoteFeed({ venue: settrade({ appId, appSecret, appCode: 'ALGO', brokerId: 'SANDBOX' }) });
 * ```
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`; the error for an invalid app secret does not show its value
 * @since 0.1.0
 */
export function settrade<D extends 1 | 10 = 10>(config: SettradeConfig<D>): Venue<SettradeEvent<D>> {
  knownOptions(OWNER, config, names);
  const { depth = 10, calendar, onSubscribe = 'unknown', sessions = 'unknown', tls, clock = systemClock } = config;
  oneOf(`${OWNER}.onSubscribe`, onSubscribe, ['snapshot', 'retained', 'nothing', 'unknown']);
  oneOf(`${OWNER}.sessions`, sessions, ['one', 'many', 'unknown']);
  if (depth !== 1 && depth !== 10) {
    throw (typeof depth === 'number' ? outOfRange : wrongType)(`${OWNER}.depth`, depth, 'pass 1 or 10');
  }
  optionalFunction(`${OWNER}.fetch`, config.fetch);
  if (calendar !== undefined && typeof (calendar as Partial<Calendar> | null)?.at !== 'function') {
    throw wrongType(`${OWNER}.calendar`, calendar, 'pass { at(time, symbol) }, or leave it out');
  }
  const [appId, appCode, broker] = [
    part('appId', config.appId, ID),
    part('appCode', config.appCode, PART),
    part('brokerId', config.brokerId, PART),
  ];
  const isSandbox = isSandboxed(broker);
  const fetchLater: Fetch = (url, init) => fetch(url, init);
  // The compiler can't see that `D` is the type of `depth`.
  const data = (depth === 1 ? settradeBestLevel : settradeData) as unknown as SettradeData<D>;
  return {
    ...data,
    endpoints: signIn({
      appId,
      appCode,
      brokerId: isSandbox ? SANDBOX_BROKER : broker,
      baseUrl: base(config.baseUrl, isSandbox),
      sign: signer(scalarOf(`${OWNER}.appSecret`, config.appSecret)),
      fetch: config.fetch ?? fetchLater,
      clock,
      tls,
    }),
    sessions,
    onSubscribe,
    ...(calendar === undefined ? {} : { calendar }),
  };
}
