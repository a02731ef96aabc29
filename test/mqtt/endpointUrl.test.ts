import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../src/mqtt/transport/endpointUrl.js';
import type { Endpoint, TlsOptions } from '../../src/model/transport.js';

/** Parts that may never be seen again in an error. */
const SECRETS = /hunter22|t0p-secret|trader/;

function rejected(endpoint: unknown, platform?: 'node' | 'browser'): { option: string; message: string } {
  try {
    parseEndpoint(endpoint as Endpoint, platform);
  } catch (error) {
    const thrown = error as Error & { code: string; option: string; value: unknown };
    expect(thrown.code).toBe('RXQ_ARGUMENT');
    expect(thrown instanceof TypeError || thrown instanceof RangeError).toBe(true);
    expect([thrown.message, thrown.stack, JSON.stringify(thrown)].join()).not.toMatch(SECRETS);
    return thrown;
  }
  throw new Error('accepted');
}

describe('parseEndpoint', () => {
  it.each([
    ['mqtt://h', { scheme: 'mqtt', host: 'h', port: 1883, path: '/', address: 'mqtt://h:1883' }],
    ['mqtts://h/', { scheme: 'mqtts', host: 'h', port: 8883, path: '/', address: 'mqtts://h:8883' }],
    ['ws://h', { scheme: 'ws', host: 'h', port: 80, path: '/', address: 'ws://h:80' }],
    ['wss://h/a/b?c=d', { scheme: 'wss', host: 'h', port: 443, path: '/a/b?c=d', address: 'wss://h:443' }],
    ['mqtt://127.0.0.1:2', { scheme: 'mqtt', host: '127.0.0.1', port: 2, address: 'mqtt://127.0.0.1:2' }],
    ['wss://[::1]:9/', { scheme: 'wss', host: '::1', port: 9, address: 'wss://[::1]:9' }],
  ])('parses %s', (url, target) => {
    expect(parseEndpoint({ url })).toMatchObject(target);
  });

  it('accepts every field that the types of an endpoint and of its TLS options have', () => {
    // The types have the compiler ask for a field here as soon as it is documented.
    const tls: Required<TlsOptions> = {
      ca: ['pem'],
      cert: 'pem',
      key: 'pem',
      servername: 'h',
      insecureSkipVerify: true,
    };
    const endpoint: Required<Endpoint> = {
      url: 'wss://h/mqtt',
      username: 'u',
      password: 'p',
      headers: { Authorization: 'Bearer t' },
      clientId: 'mine',
      clientIdRequired: true,
      tls,
      expiresAt: 1,
    };
    expect(parseEndpoint(endpoint).endpoint).toBe(endpoint);
  });

  it('accepts clientIdRequired also in a browser', () => {
    const endpoint = { url: 'wss://h', clientId: 'mine', clientIdRequired: true };
    expect(parseEndpoint(endpoint, 'browser').endpoint).toBe(endpoint);
  });

  it.each([
    [undefined, 'endpoint'],
    ['mqtt://h', 'endpoint'],
    [{}, 'endpoint.url'],
    [{ url: 7 }, 'endpoint.url'],
    [{ url: 'hunter22' }, 'endpoint.url'],
    [{ url: 'mqtt://' }, 'endpoint.url'],
    [{ url: 'mqtt:h' }, 'endpoint.url'],
    [{ url: 'http://h/?hunter22' }, 'endpoint.url'],
    [{ url: 'tcp://h' }, 'endpoint.url'],
    [{ url: 'mqtt://h:0' }, 'endpoint.url'],
    [{ url: 'mqtt://h:65536' }, 'endpoint.url'],
    [{ url: 'mqtt://h:hunter22' }, 'endpoint.url'],
    [{ url: 'mqtt://trader:hunter22@h' }, 'endpoint.url'],
    [{ url: 'wss://trader@h' }, 'endpoint.url'],
    [{ url: 'wss://h/#hunter22' }, 'endpoint.url'],
    [{ url: 'mqtt://h/hunter22' }, 'endpoint.url'],
    [{ url: 'mqtt://h', headers: { a: 't0p-secret' } }, 'endpoint.headers'],
    [{ url: 'mqtts://h', headers: {} }, 'endpoint.headers'],
    [{ url: 'ws://h', headers: 't0p-secret' }, 'endpoint.headers'],
    [{ url: 'ws://h', headers: { 'a b': 't0p-secret' } }, 'endpoint.headers'],
    [{ url: 'ws://h', headers: { a: 't0p-secret\r\nb: c' } }, 'endpoint.headers.a'],
    [{ url: 'ws://h', headers: { a: 7 } }, 'endpoint.headers.a'],
    [{ url: 'ws://h', tls: {} }, 'endpoint.tls'],
    [{ url: 'mqtt://h', tls: {} }, 'endpoint.tls'],
    [{ url: 'wss://h', tls: 'hunter22' }, 'endpoint.tls'],
    [{ url: 'wss://h', tls: { rejectUnauthorized: false } }, 'endpoint.tls.rejectUnauthorized'],
    [{ url: 'wss://h', tls: { ca: 7 } }, 'endpoint.tls.ca'],
    [{ url: 'wss://h', tls: { key: 7 } }, 'endpoint.tls.key'],
    [{ url: 'wss://h', tls: { insecureSkipVerify: 'yes' } }, 'endpoint.tls.insecureSkipVerify'],
    [{ url: 'wss://h', passwrod: 'hunter22' }, 'endpoint.passwrod'],
    [{ url: 'wss://h', username: 'trader', password: 7 }, 'endpoint.password'],
    [{ url: 'wss://h', password: 'hunter22' }, 'endpoint.username'],
    [{ url: 'wss://h', clientIdRequired: 'hunter22' }, 'endpoint.clientIdRequired'],
    [{ url: 'wss://h', expiresAt: NaN }, 'endpoint.expiresAt'],
  ])('rejects %j, naming %s and showing no secret', (endpoint, option) => {
    expect(rejected(endpoint).option).toBe(option);
  });

  it.each([
    [{ url: 'mqtt://h' }, 'endpoint.url'],
    [{ url: 'mqtts://h' }, 'endpoint.url'],
    [{ url: 'wss://h', headers: { a: 'b' } }, 'endpoint.headers'],
    [{ url: 'wss://h', tls: { ca: 'pem' } }, 'endpoint.tls'],
  ])('rejects %j in a browser and names a relay as the remedy', (endpoint, option) => {
    expect(parseEndpoint(endpoint).endpoint).toBe(endpoint);
    const { option: named, message } = rejected(endpoint, 'browser');
    expect(named).toBe(option);
    expect(message).toContain('relay');
  });
});
