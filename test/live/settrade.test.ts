import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { isTradable, quoteFeed } from '../../src/index.js';
import { samples } from '../../src/metrics/index.js';
import { settrade, type SettradeConfig } from '../../src/settrade/index.js';
import { type SimulatedVenue, type SimulatedVenueConfig, startSimulatedVenue } from '../../src/testing/index.js';
import { absentPort, startSilentTcp } from '../contract/silentServer.js';
import { until } from '../contract/openConnection.js';
import { type SettradeFeed, settradeFeed } from './settradeFeed.js';

const symbols = ['AOT', 'PTT', 'S & J'];
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(config: SimulatedVenueConfig = {}): Promise<SimulatedVenue> {
  // The venue's clock does not skip what the feed's does.
  const venue = await startSimulatedVenue({ symbols, rate: 60, timestampTolerance: 1e9, ...config });
  ends.push(() => venue.stop());
  return venue;
}

interface Watched extends SettradeFeed {
  /** Symbols that were tradable in the epoch. */
  readonly tradable: Map<number, Set<string>>;
}

function watch(venue: SimulatedVenue, config: Partial<SettradeConfig> = {}): Watched {
  const live = settradeFeed(venue, config);
  ends.push(() => live.feed.close());
  const tradable = new Map<number, Set<string>>();
  live.feed.quotes(symbols).subscribe((quote) => {
    if (!isTradable(quote)) return;
    const received = tradable.get(quote.epoch) ?? new Set();
    tradable.set(quote.epoch, received.add(quote.symbol));
  });
  return { ...live, tradable };
}

/** Until each symbol is tradable in an epoch: quotes come, and their own price infos say that the market is open. */
const allTradable = ({ tradable, skipUntil }: Watched, epoch: number): Promise<void> =>
  skipUntil(() => tradable.get(epoch)?.size === symbols.length, `each symbol is tradable in epoch ${String(epoch)}`);

const names = ({ calls }: SettradeFeed): string[] => calls.map(({ call }) => call);

/** Most calls for a token in any 60 s. */
function mostTokens({ calls }: SettradeFeed): number {
  const times = calls.filter(({ call }) => call !== 'token').map(({ at }) => at);
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + 60_000).length));
}

describe('a feed of settrade()', () => {
  it.each(['snake', 'camel', 'wrapped'] as const)(
    'signs in, finds the broker and gets live, with answers in %s',
    async (answers) => {
      const venue = await start({ answers });
      const live = watch(venue);
      await allTradable(live, 0);
      expect(names(live)).toEqual(['login', 'token']);
      expect(live.feed.stats()).toMatchObject({ rejected: {}, unclaimed: 0 });
    },
  );

  it('requests no tokens when a link is lost while its tokens are valid', async () => {
    const venue = await start();
    const live = watch(venue);
    await allTradable(live, 0);
    venue.dropConnections();
    await allTradable(live, 1);
    expect(names(live)).toEqual(['login', 'token']);
  });

  it('with a token that ended gets 401 on the upgrade, renews it once, and gets live', async () => {
    const venue = await start();
    const live = watch(venue);
    await allTradable(live, 0);
    venue.expireTokens('dispatcher');
    venue.dropConnections();
    await allTradable(live, 1);
    expect(live.states).toContainEqual(
      expect.objectContaining({
        status: 'waiting',
        reason: expect.objectContaining({ code: 'RXQ_AUTH', httpStatus: 401 }) as unknown,
      }),
    );
    expect(names(live)).toEqual(['login', 'token', 'login', 'token']);
  });

  it('refreshes a token that is close to its end, and signs in again if the refresh is refused', async () => {
    const venue = await start({ accessTokenLife: 3_600_000, dispatcherTokenLife: 86_400_000 });
    const live = watch(venue);
    await allTradable(live, 0);
    live.clock.skip(3_520_000);
    venue.dropConnections();
    await allTradable(live, 1);
    expect(names(live)).toEqual(['login', 'token', 'refresh-token', 'token']);

    live.clock.skip(3_520_000);
    venue.expireTokens('refresh');
    venue.dropConnections();
    await allTradable(live, 2);
    expect(names(live).slice(4)).toEqual(['refresh-token', 'login', 'token']);
  });

  it('signs in again, once, when the dispatcher refuses an access token before its time', async () => {
    const venue = await start();
    const live = watch(venue);
    await allTradable(live, 0);
    venue.expireTokens('access');
    live.clock.skip(3_520_000);
    venue.fail('refresh', { kind: 'status', status: 503 }, 1);
    venue.dropConnections();
    await allTradable(live, 1);
    expect(mostTokens(live)).toBeLessThanOrEqual(3);
  });

  it('uses the next host when one is down, and remembers the one that works', async () => {
    const venue = await start();
    const dead = `127.0.0.1:${String(await absentPort())}`;
    const alive = new URL(venue.wsUrl).host;
    venue.fail('dispatcher', { kind: 'hosts', hosts: [dead, alive] });
    const live = watch(venue);
    await allTradable(live, 0);
    venue.dropConnections();
    await allTradable(live, 1);
    expect(live.hosts).toEqual([dead, alive, alive]);
  });
});

describe('a sign-in that fails', () => {
  it('with a wrong secret is rejected, and reports that the clock is wrong if it is', async () => {
    const venue = await start({ timestampTolerance: 60_000 });
    venue.clockOffset = 600_000;
    const live = watch(venue, { appSecret: Buffer.alloc(32, 7).toString('base64') });
    await live.skipUntil(() => live.states.some(({ status }) => status === 'rejected'), 'it is rejected');
    expect(live.states.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'RXQ_AUTH',
        httpStatus: 401,
        message: expect.stringMatching(
          /check appId, appSecret.*clock is (59[0-9]|60[0-5]) s behind the venue's/,
        ) as unknown,
      },
    });
    expect(mostTokens(live)).toBeLessThanOrEqual(3);
  });

  it('with a wrong secret and a right clock does not mention clocks', async () => {
    const live = watch(await start(), { appSecret: Buffer.alloc(32, 7).toString('base64') });
    await live.skipUntil(() => live.states.some(({ status }) => status === 'rejected'), 'it is rejected');
    expect(JSON.stringify(live.states.map((state) => 'reason' in state && state.reason?.message))).not.toContain(
      'clock',
    );
  });

  it.each([
    ['empty hosts', 'dispatcher', { kind: 'hosts', hosts: [] }, 'RXQ_VENUE', {}],
    ['a host that is none', 'dispatcher', { kind: 'hosts', hosts: ['h/../x'] }, 'RXQ_PROTOCOL', {}],
    ['500', 'login', { kind: 'status', status: 500 }, 'RXQ_VENUE', { httpStatus: 500 }],
    ['403', 'login', { kind: 'status', status: 403 }, 'RXQ_POLICY', { httpStatus: 403 }],
    ['307', 'login', { kind: 'status', status: 307 }, 'RXQ_PROTOCOL', { httpStatus: 307 }],
    [
      '429',
      'dispatcher',
      { kind: 'status', status: 429, retryAfter: 5 },
      'RXQ_POLICY',
      { httpStatus: 429, retryAfter: 5_000 },
    ],
    ['no JSON', 'login', { kind: 'not-json' }, 'RXQ_PROTOCOL', {}],
    ['no JSON of the dispatcher', 'dispatcher', { kind: 'not-json' }, 'RXQ_PROTOCOL', {}],
    ['a reset', 'login', { kind: 'reset' }, 'RXQ_NETWORK', {}],
  ] as const)(
    '%s of %s: has the right class and code, is not retried too soon, and the feed is live when it is over',
    async (_what, step, fault, code, more) => {
      const venue = await start();
      const mend = venue.fail(step, fault);
      const live = watch(venue);
      const failed = (): number =>
        live.states.filter(({ status }) => status === 'waiting' || status === 'rejected').length;
      await live.skipUntil(() => failed() >= 6, 'it failed six times');
      expect(live.states.find(({ status }) => status === 'waiting')).toMatchObject({ reason: { code, ...more } });
      expect(mostTokens(live)).toBeLessThanOrEqual(3);
      mend();
      await allTradable(live, 0);
    },
  );

  it('takes at most 10 s, and the call is aborted', async () => {
    const venue = await start();
    const mend = venue.fail('login', { kind: 'hang' });
    const signals: (AbortSignal | null | undefined)[] = [];
    const live = watch(venue, {
      fetch: (url, init) => {
        signals.push(init.signal);
        return fetch(url, init);
      },
    });
    await until(() => signals.length === 1, 'the call was made');
    live.clock.skip(10_000);
    await until(() => live.states.at(-1)?.status === 'waiting', 'it waits');
    expect(live.states.at(-1)).toMatchObject({ reason: { code: 'RXQ_TIMEOUT' } });
    expect(signals[0]?.aborted).toBe(true);
    mend();
    await allTradable(live, 0);
  });

  it('has different failures for a port without TLS and for a closed port', async () => {
    const venue = await start();
    const shut = watch(venue, { baseUrl: `http://127.0.0.1:${String(await absentPort())}` });
    await until(() => shut.states.at(-1)?.status === 'waiting', 'it waits');
    expect(shut.states.at(-1)).toMatchObject({
      reason: { code: 'RXQ_NETWORK', message: expect.stringContaining('ECONNREFUSED') as unknown },
    });
    const plain = watch(venue, { baseUrl: venue.restUrl.replace('http:', 'https:') });
    await until(() => plain.states.at(-1)?.status === 'waiting', 'it waits');
    expect(plain.states.at(-1)).toMatchObject({ reason: { code: 'RXQ_TLS' } });
  });

  it('with an untrusted certificate is a TLS failure', async () => {
    const silent = await startSilentTcp();
    ends.push(() => silent.stop());
    const live = watch(await start(), {
      fetch: () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
          }),
        ),
    });
    await until(() => live.states.at(-1)?.status === 'waiting', 'it waits');
    expect(live.states.at(-1)).toMatchObject({ reason: { code: 'RXQ_TLS' } });
  });
});

describe('secrets', () => {
  it('appear in no state, error, log, metric, venue or inspection, after any failure', async () => {
    const venue = await start({ appId: 'PLANTED-APP-ID' });
    const logged: unknown[] = [];
    const log = (...args: unknown[]): void => void logged.push(args);
    const tokens: string[] = [];
    const settings = settrade({
      ...{ appId: venue.appId, appSecret: venue.appSecret, appCode: venue.appCode, brokerId: venue.brokerId },
      ...{ baseUrl: venue.restUrl, onSubscribe: 'nothing' },
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        const copy = await response.clone().text();
        tokens.push(...(copy.match(/(?:access|refresh|dispatcher)-\d+-[\w-]+/g) ?? []));
        return response;
      },
    });
    const feed = quoteFeed({
      venue: settings,
      stallThreshold: Infinity,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    ends.push(() => feed.close());
    const states: unknown[] = [];
    feed.state$.subscribe((state) => states.push(state));
    let epoch = -1;
    feed.updates(symbols).subscribe((update) => {
      if (update.kind === 'quote') epoch = update.epoch;
    });
    await until(() => epoch === 0, 'it is live');
    venue.fail('upgrade', { kind: 'status', status: 401 }, 1);
    venue.dropConnections();
    await until(
      () => states.some((state) => (state as { reason?: { code?: string } }).reason?.code === 'RXQ_AUTH'),
      'a 401',
    );
    venue.fail('login', { kind: 'not-json' });
    venue.fail('dispatcher', { kind: 'status', status: 500 });
    await until(() => states.length > 12 || epoch === 1, 'more happened');
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    const everything = [
      ...[states, logged, settings, feed, feed.stats(), samples(feed.stats())].map((one) =>
        inspect(one, { depth: 12, showHidden: true }),
      ),
      JSON.stringify([states, logged, settings, feed.stats()]),
      ...states.map((state) => String((state as { reason?: Error }).reason?.stack)),
    ].join('\n');
    for (const secret of [venue.appSecret, venue.appId, ...tokens]) expect(everything).not.toContain(secret);
  });
});

describe('the options of settrade()', () => {
  const good = { appId: 'a', appSecret: Buffer.alloc(32, 1).toString('base64'), appCode: 'ALGO', brokerId: '013' };
  it.each([
    ['appId', ''],
    ['appId', 5],
    ['appCode', 'a/b'],
    ['brokerId', '..'],
    ['baseUrl', 'http://open-api.example'],
    ['baseUrl', 'ftp://h'],
    ['baseUrl', 'no url'],
    ['baseUrl', 'https://user:hidden@h'],
    ['calendar', {}],
    ['sessions', 'some'],
    ['onSubscribe', 'old'],
    ['fetch', 'curl'],
    ['timeout', 5],
  ])('refuse a wrong %s (%o) at once, by name', (option, value) => {
    expect(() => settrade({ ...good, [option]: value })).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', option: `settrade.${option}` }),
    );
  });

  it.each(['https://user:planted@h', 'https://h/?token=planted', 'https://h/#planted', 'planted'])(
    'refuse a wrong baseUrl (%s) without parts of it that may be secret',
    (baseUrl) => {
      let refused: unknown;
      try {
        settrade({ ...good, baseUrl });
      } catch (error) {
        refused = error;
      }
      expect(refused).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'settrade.baseUrl' });
      expect(inspect(refused, { showHidden: true })).not.toMatch(/(value: |is ")[^\n]*planted/);
    },
  );

  it.each([
    ['SANDBOX', 'https://open-api-test.settrade.com', '098'],
    ['sandbox', 'https://open-api-test.settrade.com', '098'],
    ['013', 'https://open-api.settrade.com', '013'],
  ])('use for broker %s the address %s, as %s', async (brokerId, origin, expected) => {
    const urls: string[] = [];
    const venue = settrade({
      ...good,
      brokerId,
      fetch: (url) => {
        urls.push(url);
        return new Promise(() => undefined);
      },
    });
    const feed = quoteFeed({ venue, stallThreshold: Infinity });
    ends.push(() => feed.close());
    feed.quotes(['AOT']).subscribe();
    await until(() => urls.length === 1, 'the call was made');
    expect(urls).toEqual([`${origin}/api/oam/v1/${expected}/broker-apps/ALGO/login`]);
  });
});
