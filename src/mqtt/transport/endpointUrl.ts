import { HIDDEN, knownOptions, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { addressIn, isHost } from '../../../operators/support/safeText.js';
import type { Endpoint, TlsOptions } from '../../model/transport.js';

/** The carrier of MQTT: TCP, TLS, a WebSocket, or a WebSocket over TLS. */
export type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** A checked endpoint, with the parts of its URL. */
export interface Target {
  readonly scheme: Scheme;
  /** Host name or address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query of a WebSocket, `/` when the URL has none. */
  readonly path: string;
  /** Scheme, host and port: the part of the URL that can hold no secret, for messages. */
  readonly address: string;
  readonly endpoint: Endpoint;
}

/** The ports of MQTT are 1883 and 8883 (IANA); a WebSocket starts as HTTP, with ports 80 and 443. */
const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

const TEXTS = ['username', 'password', 'clientId'] as const;

/** A record, so that the compiler finds a missing field. */
const FIELDS: Readonly<Record<keyof Endpoint, true>> = {
  url: true,
  username: true,
  password: true,
  headers: true,
  clientId: true,
  clientIdRequired: true,
  tls: true,
  expiresAt: true,
};
const TLS_FIELDS: Readonly<Record<keyof TlsOptions, true>> = {
  ca: true,
  cert: true,
  key: true,
  servername: true,
  insecureSkipVerify: true,
};

/** RFC 9110, 5.1 and 5.5: a field name is a token, a field value has no control characters but tabs. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parseUrl(text: unknown): URL & { readonly scheme: Scheme } {
  if (typeof text !== 'string') throw wrongType('endpoint.url', HIDDEN, 'pass a string, e.g. wss://host/path');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw outOfRange(
      'endpoint.url',
      HIDDEN,
      'pass scheme://host, with a port of 1 to 65535 if any, e.g. wss://host/path',
    );
  }
  const scheme = url.protocol.slice(0, -1);
  const shown = addressIn(text) ?? HIDDEN;
  if (!Object.hasOwn(DEFAULT_PORTS, scheme)) {
    throw outOfRange('endpoint.url', shown, 'the scheme must be one of mqtt, mqtts, ws, wss');
  }
  if (url.hostname === '') throw outOfRange('endpoint.url', HIDDEN, 'name a host, e.g. mqtt://localhost');
  // Messages show the host later, and escaped characters in it may hide a user name and a password.
  if (!isHost(url.host)) throw outOfRange('endpoint.url', HIDDEN, 'name a host without escaped or special characters');
  if (url.port === '0') throw outOfRange('endpoint.url', shown, 'pass a port of 1 to 65535');
  if (url.username !== '' || url.password !== '') {
    throw outOfRange('endpoint.url', shown, 'leave credentials out of the URL and pass username and password');
  }
  if (url.hash !== '') throw outOfRange('endpoint.url', shown, 'leave out the part from # on: it is never sent');
  if (scheme.startsWith('mqtt') && (url.search !== '' || !['', '/'].includes(url.pathname))) {
    throw outOfRange('endpoint.url', shown, 'only ws and wss have a path');
  }
  return Object.assign(url, { scheme: scheme as Scheme });
}

function checkHeaders(headers: unknown, scheme: Scheme): void {
  if (scheme.startsWith('mqtt'))
    throw wrongType('endpoint.headers', HIDDEN, `${scheme} has no headers, only ws and wss have`);
  if (!isRecord(headers)) throw wrongType('endpoint.headers', HIDDEN, 'pass an object of strings');
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name)) throw outOfRange('endpoint.headers', HIDDEN, 'a name is not a valid HTTP field name');
    const option = `endpoint.headers.${name}`;
    if (typeof value !== 'string') throw wrongType(option, HIDDEN, 'pass a string');
    if (!HEADER_VALUE.test(value)) throw outOfRange(option, HIDDEN, 'leave out control characters such as line ends');
  }
}

function checkTls(tls: unknown, scheme: Scheme): void {
  if (scheme === 'mqtt' || scheme === 'ws') {
    throw wrongType('endpoint.tls', HIDDEN, `${scheme} is not encrypted; use ${scheme === 'ws' ? 'wss' : 'mqtts'}`);
  }
  if (!isRecord(tls)) throw wrongType('endpoint.tls', HIDDEN, 'pass an object of options');
  knownOptions('endpoint.tls', tls, Object.keys(TLS_FIELDS));
  for (const name of ['cert', 'key', 'servername']) {
    if (tls[name] !== undefined && typeof tls[name] !== 'string')
      throw wrongType(`endpoint.tls.${name}`, HIDDEN, 'pass a string');
  }
  const { ca = [], insecureSkipVerify = false } = tls;
  if (![ca].flat().every((pem) => typeof pem === 'string'))
    throw wrongType('endpoint.tls.ca', HIDDEN, 'pass PEM text, one or an array');
  if (typeof insecureSkipVerify !== 'boolean')
    throw wrongType('endpoint.tls.insecureSkipVerify', HIDDEN, 'pass a boolean');
}

/**
 * Checks an endpoint and parses its URL. Errors show no more of the URL than scheme, host and port.
 *
 * @param platform - where the code runs; a browser has only `ws` and `wss`, without headers or TLS options
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function parseEndpoint(endpoint: Endpoint, platform: 'node' | 'browser' = 'node'): Target {
  const given: unknown = endpoint;
  if (!isRecord(given)) throw wrongType('endpoint', HIDDEN, 'pass { url, … }');
  knownOptions('endpoint', given, Object.keys(FIELDS));
  const url = parseUrl(given['url']);
  const { scheme, host: shownHost } = url;
  if (platform === 'browser' && scheme.startsWith('mqtt')) {
    throw outOfRange(
      'endpoint.url',
      `${scheme}://${shownHost}`,
      'a browser has no TCP; use wss, or a relay that offers it',
    );
  }
  for (const name of platform === 'browser' ? ['headers', 'tls'] : []) {
    if (given[name] !== undefined) {
      throw wrongType(`endpoint.${name}`, HIDDEN, "a browser can't set it; connect to a relay that does");
    }
  }
  for (const name of TEXTS) {
    if (given[name] !== undefined && typeof given[name] !== 'string')
      throw wrongType(`endpoint.${name}`, HIDDEN, 'pass a string');
  }
  if (given['clientIdRequired'] !== undefined && typeof given['clientIdRequired'] !== 'boolean') {
    throw wrongType('endpoint.clientIdRequired', HIDDEN, 'pass true or false');
  }
  if (endpoint.password !== undefined && endpoint.username === undefined) {
    throw wrongType('endpoint.username', undefined, 'MQTT 3.1.1 allows no password without it');
  }
  if (endpoint.headers !== undefined) checkHeaders(endpoint.headers, scheme);
  if (endpoint.tls !== undefined) checkTls(endpoint.tls, scheme);
  if (endpoint.expiresAt !== undefined && !Number.isFinite(endpoint.expiresAt)) {
    throw wrongType('endpoint.expiresAt', HIDDEN, 'pass ms since the Unix epoch');
  }
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port);
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    path: `${url.pathname || '/'}${url.search}`,
    address: `${scheme}://${url.hostname}:${String(port)}`,
    endpoint,
  };
}

/**
 * Scheme, host and port of an endpoint's URL for messages, or "the broker" where these parts can't be separated from the
 * rest.
 */
export function addressOf(url: string): string {
  return addressIn(url) ?? 'the broker';
}
