import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedVenue, startSimulatedVenue } from '../../../src/testing/index.js';
import { systemClock as venueClock } from '../../../src/model/systemClock.js';
import { dispatch, post, signedLogin } from './venueClient.js';

let venue: SimulatedVenue;
beforeAll(async () => {
  venue = await startSimulatedVenue({ rate: 0, accessTokenLife: 90_000 });
});
afterAll(() => venue.stop());

type Json = Record<string, unknown>;

async function bodyOf(response: Response): Promise<Json> {
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  return (await response.json()) as Json;
}

async function accessToken(): Promise<string> {
  return (await bodyOf(await post(venue, 'login', signedLogin(venue))))['access_token'] as string;
}

describe('signing in', () => {
  it('answers a valid signature with tokens, and a valid token with hosts and a dispatcher token', async () => {
    const signedIn = await bodyOf(await post(venue, 'login', signedLogin(venue)));
    expect(signedIn).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 90,
    });
    const dispatched = await bodyOf(await dispatch(venue, signedIn['access_token'] as string));
    expect(dispatched).toEqual({ hosts: [new URL(venue.wsUrl).host], token: expect.any(String) });
  });

  it('refuses with 401 another secret’s signature, a changed timestamp, another app, and no signature', async () => {
    const other = await startSimulatedVenue({ rate: 0, seed: 2 });
    await other.stop();
    const good = signedLogin(venue);
    const later = String(Number(good['timestamp']) + 1);
    const bodies = [
      signedLogin({ appId: venue.appId, appSecret: other.appSecret }),
      { ...good, timestamp: later },
      { ...good, apiKey: 'someone' },
      { ...good, signature: good['signature']!.toUpperCase() },
      { ...good, signature: '' },
      {},
      'text',
    ];
    for (const body of bodies) {
      const response = await post(venue, 'login', body);
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ code: expect.any(String), message: expect.any(String) });
    }
  });

  it('renews with a valid refresh token, and refuses others with 401', async () => {
    const { refresh_token: refreshToken } = await bodyOf(await post(venue, 'login', signedLogin(venue)));
    const renewed = await bodyOf(await post(venue, 'refresh-token', { apiKey: venue.appId, refreshToken }));
    expect((await dispatch(venue, renewed['access_token'] as string)).status).toBe(200);
    venue.expireTokens('refresh');
    expect((await post(venue, 'refresh-token', { apiKey: venue.appId, refreshToken })).status).toBe(401);
  });

  it('accepts an access token until it expires', async () => {
    const token = await accessToken();
    venue.expireTokens('dispatcher');
    expect((await dispatch(venue, token)).status).toBe(200);
    venue.expireTokens();
    expect((await dispatch(venue, token)).status).toBe(401);
  });

  it('has no other broker, app or method', async () => {
    const { restUrl, brokerId } = venue;
    const statuses = await Promise.all(
      [`/api/dispatcher/v3/000/token`, `/api/oam/v1/${brokerId}/broker-apps/OTHER/login`, '/'].map(
        async (path) => (await fetch(restUrl + path)).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404]);
    const get = await fetch(`${restUrl}/api/oam/v1/${brokerId}/broker-apps/${venue.appCode}/login`);
    expect(get.status).toBe(405);
  });

  it('shows a wrong clock in Date, and refuses a signature of the true time', async () => {
    venue.clockOffset = 600_000;
    const response = await post(venue, 'login', signedLogin(venue));
    const ahead = Date.parse(response.headers.get('date')!) - Date.now();
    expect([response.status, Math.round(ahead / 60_000)]).toEqual([401, 10]);
    const inItsTime = await post(venue, 'login', signedLogin(venue, String(Date.now() + 600_000)));
    expect(inItsTime.status).toBe(200);
    venue.clockOffset = 0;
  });
});

describe('a fault', () => {
  it('is a status with Retry-After, for a number of uses', async () => {
    venue.fail('login', { kind: 'status', status: 429, retryAfter: 7 }, 2);
    const responses = [];
    for (let call = 0; call < 3; call++) responses.push(await post(venue, 'login', signedLogin(venue)));
    expect(responses.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '7'],
      [429, '7'],
      [200, null],
    ]);
  });

  it('is HTML instead of JSON, until it is undone', async () => {
    const heal = venue.fail('dispatcher', { kind: 'not-json' });
    const token = await accessToken();
    expect(await (await dispatch(venue, token)).text()).toMatch(/^<html>/);
    heal();
    await bodyOf(await dispatch(venue, token));
  });

  it('is an empty list of hosts, only with a token', async () => {
    const heal = venue.fail('dispatcher', { kind: 'hosts', hosts: [] });
    expect(await bodyOf(await dispatch(venue, await accessToken()))).toMatchObject({ hosts: [] });
    expect((await dispatch(venue, 'none')).status).toBe(401);
    heal();
  });

  it('is no answer at all, or a reset', async () => {
    venue.fail('login', { kind: 'reset' }, 1);
    await expect(post(venue, 'login', signedLogin(venue))).rejects.toThrow('fetch failed');
    const silent = await startSimulatedVenue({ rate: 0 });
    silent.fail('login', { kind: 'hang' });
    const answer = post(silent, 'login', signedLogin(silent));
    const first = await Promise.race([answer, post(venue, 'login', signedLogin(venue)).then(() => 'another')]);
    expect(first).toBe('another');
    await Promise.all([expect(answer).rejects.toThrow('fetch failed'), silent.stop()]);
  });
});

it.each([
  ['camel', { accessToken: expect.any(String), refreshToken: expect.any(String), tokenType: 'Bearer' }],
  ['wrapped', { data: expect.objectContaining({ access_token: expect.any(String) }) }],
] as const)('answers in the shape %s', async (answers, shape) => {
  const shaped = await startSimulatedVenue({ rate: 0, answers });
  expect(await bodyOf(await post(shaped, 'login', signedLogin(shaped)))).toMatchObject(shape);
  await shaped.stop();
});

it('writes tokens as JWTs with their end, when asked to', async () => {
  const jwts = await startSimulatedVenue({ rate: 0, tokens: 'jwt', clock: { ...venueClock, now: () => 5_000 } });
  const [, claims] = jwts.dispatcherToken().split('.');
  expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ exp: 3_605 });
  await jwts.stop();
});

it('refuses an invalid secret, without showing it', async () => {
  const appSecret = Buffer.alloc(32).toString('base64');
  const error: unknown = await startSimulatedVenue({ appSecret }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'startSimulatedVenue.appSecret' });
  expect((error as Error).message).not.toContain(appSecret);
});
