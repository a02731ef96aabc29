import { Registry } from 'prom-client';
import { asyncScheduler, NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  bufferBounded,
  concatMapBounded,
  conflateBy,
  decode,
  observeOnBounded,
  retryBackoff,
  staleBy,
  tapMetrics,
} from '../../operators/index.js';
import { ConnectionFailure, mqttVenue, quoteFeed } from '../../src/index.js';
import { feedHealth } from '../../src/metrics/http/feedHealth.js';
import { WatchedFeed } from '../../src/metrics/http/watchedFeed.js';
import { exposeMetrics, samples, serveMetrics } from '../../src/metrics/index.js';
import { findings } from '../../src/playbook/index.js';
import { settrade, settradeCalendar } from '../../src/settrade/index.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import type { EndpointProvider } from '../../src/model/venue.js';
import { printed } from '../support/printed.js';
import { textVenue } from '../support/textVenue.js';
import { scene } from './scene.js';

const SECRET = 'S3cretPassw0rd';
const PIN = 739_154;
const traces = /s3cretpassw0rd|739154/i;

// Wrong on purpose: a value that a caller without types may pass.
const wrong = (value: unknown): never => value as never;
const { feed } = scene();
const broker = { endpoint: 'mqtts://h', topics: 'px/{symbol}', decode: () => ({ symbol: 'A' }) };
const made = (options: object) => () => mqttVenue({ ...broker, ...options });
const fed = (options: object) => () => quoteFeed({ venue: textVenue(), ...options });
const account = { appId: 'a', appSecret: Buffer.alloc(32, 1).toString('base64'), appCode: 'ALGO', brokerId: '013' };
const signedIn = (options: object) => () => settrade({ ...account, ...options });
const holder = { password: SECRET, toString: () => SECRET };
const self = (value: string): string => value;

const misplaced: readonly (readonly [what: string, call: () => unknown])[] = [
  ['mqttVenue({ password })', made({ password: SECRET })],
  ['mqttVenue({ pin }) that is a number', made({ pin: PIN })],
  ['mqttVenue({ headers })', made({ headers: { Authorization: `Bearer ${SECRET}` } })],
  ['mqttVenue({ endpoint: { passwrod } })', made({ endpoint: { url: 'mqtts://h', passwrod: SECRET } })],
  ['mqttVenue({ endpoint: { auth: { password } } })', made({ endpoint: { url: 'mqtts://h', auth: holder } })],
  ['mqttVenue({ endpoint: { password } }) that is a number', made({ endpoint: { url: 'mqtts://h', password: PIN } })],
  ['mqttVenue({ endpoint: { tls: { kye } } })', made({ endpoint: { url: 'mqtts://h', tls: { kye: SECRET } } })],
  ['a header value with a line end', made({ endpoint: { url: 'wss://h', headers: { a: `${SECRET}\n` } } })],
  ['a URL with user name and password', made({ endpoint: `mqtts://u:${SECRET}@h` })],
  ['a URL with an escaped @', made({ endpoint: `mqtts://u:${SECRET}%40h` })],
  ['a URL with user name and password wholly escaped', made({ endpoint: `mqtts://u%3A${SECRET}%40h` })],
  ['a URL with a line end before the @', made({ endpoint: `mqtts://u:${SECRET}\n@h` })],
  ['a URL without a scheme', made({ endpoint: `${SECRET}:x@h` })],
  ['a URL with a token after #', made({ endpoint: `wss://h/#${SECRET}` })],
  ['a URL with a token in a path that MQTT has not', made({ endpoint: `mqtts://h/${SECRET}` })],
  ['a URL of another scheme', made({ endpoint: `https://u:${SECRET}@h/${SECRET}?token=${SECRET}` })],
  ['mqttVenue({ topics: { qoute } })', made({ topics: { qoute: SECRET } })],
  ['a topic with a query', made({ topics: `h:1883?token=${SECRET}` })],
  ['a word that is an assignment', made({ sessions: `password=${SECRET}` })],
  ['a word that is a header', made({ onSubscribe: `Bearer ${SECRET}` })],
  ['a topic that is an address', made({ topics: `mqtts://u:${SECRET}@h/#` })],
  ['mqttVenue({ decode }) that is a text', made({ decode: SECRET })],
  ['mqttVenue({ calendar }) that holds a secret', made({ calendar: holder })],
  ['mqttVenue({ onSubscribe }) that holds a secret', made({ onSubscribe: holder })],
  ['mqttVenue() of a text', () => mqttVenue(wrong(SECRET))],
  ['quoteFeed({ password })', fed({ password: SECRET })],
  ['quoteFeed({ venue }) that is an endpoint', () => quoteFeed({ venue: wrong({ url: 'mqtts://h', ...holder }) })],
  ['quoteFeed({ venue }) that is a URL', () => quoteFeed({ venue: wrong(`mqtts://u:${SECRET}@h`) })],
  ['quoteFeed({ logger }) that holds a secret', fed({ logger: holder })],
  ['quoteFeed({ clock }) that is a class with a secret', fed({ clock: Object.assign(() => SECRET, holder) })],
  ['quoteFeed({ linger }) that is a text', fed({ linger: SECRET })],
  ['quoteFeed({ staleAfter }) that is a text', fed({ staleAfter: SECRET })],
  ['quoteFeed({ capacity }) that is an array', fed({ capacity: [SECRET] })],
  ['an option whose name is an address', fed({ [`mqtts://u:${SECRET}@h`]: true })],
  [
    'tune({ password })',
    () => {
      feed.tune(wrong({ password: SECRET }));
    },
  ],
  [
    'tune({ maxBatch }) that holds a secret',
    () => {
      feed.tune({ maxBatch: wrong(holder) });
    },
  ],
  [
    'reconnect({ token })',
    () => {
      feed.reconnect(wrong({ token: SECRET }));
    },
  ],
  ['quotes() of a text', () => feed.quotes(wrong(SECRET))],
  ['quotes() of an object', () => feed.quotes([wrong(holder)])],
  ['quotes() of an address', () => feed.quotes([`mqtts://u:${SECRET}@h/AOT`])],
  ['quotes() of an address with a token in its path', () => feed.quotes([`wss://h/${SECRET}`])],
  ['quotes() of a token', () => feed.quotes([`/${SECRET.repeat(8)}`])],
  ['quotes(…, { password })', () => feed.quotes(['A'], wrong({ password: SECRET }))],
  ['quotes(…, { depth }) that is a text', () => feed.quotes(['A'], { depth: wrong(SECRET) })],
  ['quotes(…, { name }) that holds a secret', () => feed.quotes(['A'], { name: wrong(holder) })],
  ['settrade({ app_secret })', signedIn({ app_secret: SECRET })],
  ['settrade({ pin }) that is a number', signedIn({ pin: PIN })],
  ['settrade({ appSecret }) that is a number', signedIn({ appSecret: PIN })],
  ['settrade({ appSecret }) that is no base64', signedIn({ appSecret: `${SECRET}!` })],
  ['settrade({ appId }) that holds a secret', signedIn({ appId: holder })],
  ['settrade({ baseUrl }) with a password', signedIn({ baseUrl: `https://u:${SECRET}@h` })],
  ['settrade({ baseUrl }) without a scheme', signedIn({ baseUrl: `${SECRET}:x` })],
  ['settradeCalendar({ token })', () => settradeCalendar(wrong({ token: SECRET }))],
  ['settradeCalendar({ holidays }) that hold a secret', () => settradeCalendar({ holidays: [wrong(holder)] })],
  [
    'exposeMetrics({ token })',
    () => {
      exposeMetrics(wrong({ registry: new Registry(), feeds: {}, token: SECRET }));
    },
  ],
  [
    'exposeMetrics({ registry }) that holds a secret',
    () => {
      exposeMetrics({ registry: wrong(holder), feeds: {} });
    },
  ],
  ['serveMetrics({ password })', () => serveMetrics(wrong({ registry: new Registry(), feeds: {}, ...holder }))],
  [
    'serveMetrics({ port }) that is a text',
    () => serveMetrics({ registry: new Registry(), feeds: {}, port: wrong(SECRET) }),
  ],
  ['samples() of an object', () => samples(wrong(holder))],
  ['findings() of an object', () => findings(wrong(holder))],
  ['decode(…, { password })', () => decode(wrong(self), wrong({ password: SECRET }))],
  [
    'observeOnBounded({ capacity }) that is a text',
    () => observeOnBounded(asyncScheduler, { capacity: wrong(SECRET) }),
  ],
  ['observeOnBounded({ scheduler }) that holds a secret', () => observeOnBounded(wrong(holder), { capacity: 1 })],
  ['bufferBounded({ token })', () => bufferBounded(NEVER, wrong({ token: SECRET }))],
  ['concatMapBounded() of a text', () => concatMapBounded(wrong(SECRET), { capacity: 1 })],
  ['conflateBy() of a text', () => conflateBy(wrong(SECRET), NEVER)],
  ['retryBackoff({ auth })', () => retryBackoff(wrong({ auth: holder }))],
  ['staleBy(…, { after }) that is a text', () => staleBy(self, { after: wrong(SECRET) })],
  [
    'tapMetrics(…, { name }) that holds a secret',
    () => tapMetrics(wrong({ counter: self, histogram: self }), { name: wrong(holder) }),
  ],
  ['startSimulatedVenue({ password })', () => startSimulatedVenue(wrong({ password: SECRET }))],
  [
    'startSimulatedVenue({ login }) with a misspelt name',
    () => startSimulatedVenue({ login: wrong({ pasword: SECRET }) }),
  ],
  ['startSimulatedVenue({ appSecret }) that is a number', () => startSimulatedVenue({ appSecret: wrong(PIN) })],
  ['startSimulatedVenue({ symbols }) that is a text', () => startSimulatedVenue({ symbols: wrong(SECRET) })],
];

describe('a secret in the wrong place', () => {
  it.each(misplaced)('is not printed by the error that refuses %s', async (_, call) => {
    const error: unknown = await Promise.resolve()
      .then(call)
      .then(
        () => 'not refused',
        (thrown: unknown) => thrown,
      );
    expect(error).toMatchObject({ code: 'RXQ_ARGUMENT' });
    expect(printed(error)).not.toMatch(traces);
  });

  it('is not kept by the error either, but numbers and helpful words are', () => {
    const kept = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        return [(error as Error).message.split(':')[0], (error as { value?: unknown }).value];
      }
    };
    expect([
      kept(made({ password: SECRET })),
      kept(made({ topics: [SECRET] })),
      kept(made({ calendar: () => SECRET })),
      kept(fed({ linger: -1 })),
      kept(made({ sessions: 'some' })),
      kept(() => feed.quotes(['A/B'])),
      kept(made({ market: null })),
    ]).toEqual([
      ['mqttVenue.password is "[hidden]"', '[hidden]'],
      ['mqttVenue.topics is an array of 1', '[hidden]'],
      ['mqttVenue.calendar is a function', '[hidden]'],
      ['quoteFeed.linger is -1', -1],
      ['mqttVenue.sessions is "some"', 'some'],
      ['quotes.symbols[0] is "A/B"', 'A/B'],
      ['mqttVenue.market is null', null],
    ]);
  });

  it('is not in the JSON of an argument error, which has its message, option and value', () => {
    let error: unknown;
    try {
      fed({ linger: -1 })();
    } catch (thrown) {
      error = thrown;
    }
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'RangeError',
      code: 'RXQ_ARGUMENT',
      option: 'quoteFeed.linger',
      value: -1,
      message: expect.stringContaining('quoteFeed.linger is -1') as string,
    });
  });
});

describe('an error that an endpoint provider throws', () => {
  /** All that a feed shows of a provider's failure: states, health and log. */
  function shownOf(endpoint: EndpointProvider): { readonly text: string; readonly reason: Error | undefined } {
    const logged: unknown[] = [];
    const write = (...line: unknown[]): void => {
      logged.push(line);
    };
    const {
      feed: failing,
      states,
      listen,
    } = scene({
      venue: { endpoint },
      feed: { logger: { debug: write, info: write, warn: write, error: write } },
    });
    const watched = new WatchedFeed(failing, systemClock);
    listen(['A']);
    const waiting = states.find((state) => state.status === 'waiting');
    return {
      text: printed([states, feedHealth(watched), watched.events(500), logged]),
      reason: waiting?.reason,
    };
  }

  const foreign = new TypeError(`Request cannot be constructed from http://u:${SECRET}@h`);
  const refused = Object.assign(new Error('fetch failed'), { cause: Object.assign(foreign, { code: 'ECONNREFUSED' }) });
  const throwing =
    (error: unknown): EndpointProvider =>
    () => {
      throw error;
    };

  const cases: readonly (readonly [what: string, endpoint: EndpointProvider, shown: string])[] = [
    ['an error', throwing(foreign), 'threw a TypeError'],
    ['an error in an Observable', () => throwError(() => foreign), 'threw a TypeError'],
    ['an error with another as its cause', throwing(refused), 'threw an Error (ECONNREFUSED)'],
    ['a text', throwing(SECRET), 'threw a value of type string'],
    ['an object', throwing({ message: SECRET, kind: 'auth', code: 'RXQ_AUTH' }), 'threw a value of type object'],
    ['an error whose name is a secret', throwing(Object.assign(new Error('x'), { name: SECRET })), 'threw an Error'],
    ['an error whose code is a secret', throwing(Object.assign(new Error('x'), { code: SECRET })), 'threw an Error;'],
    ['an error with a kind of its own', throwing(Object.assign(new Error(SECRET), { kind: 'auth' })), 'threw an Error'],
  ];

  it.each(cases)('is shown without its message by states, health and log: %s', (_, endpoint, shown) => {
    const { text, reason } = shownOf(endpoint);
    expect(text).toContain(shown);
    expect(text).not.toMatch(traces);
    expect(reason).toMatchObject({ code: 'RXQ_VENUE' });
  });

  it('is the cause of the reason, for code that needs its message', () => {
    expect(shownOf(throwing(foreign)).reason?.cause).toBe(foreign);
  });

  it('keeps its kind and message if it is a failure of this package, but no password of a URL', () => {
    const message = `https://u:${SECRET}@h/login?key=${SECRET} refuses the token`;
    const cause = new Error(SECRET);
    const late = new ConnectionFailure('auth', 'soon overwritten');
    late.message = message;
    const copy = Object.assign(new Error(message), { code: 'RXQ_AUTH', kind: 'auth', httpStatus: 401 });
    for (const error of [new ConnectionFailure('auth', message, { cause }), late, copy]) {
      const { text, reason } = shownOf(throwing(error));
      expect(reason).toMatchObject({ code: 'RXQ_AUTH', kind: 'auth' });
      expect(reason?.message).toBe('https://[hidden]@h/login… refuses the token');
      expect(text).not.toMatch(traces);
    }
    expect(shownOf(() => NEVER).reason).toBeUndefined();
    expect(shownOf(() => of({ url: `mqtts://u:${SECRET}@h` })).text).not.toMatch(traces);
  });
});
