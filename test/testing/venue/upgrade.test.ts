import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualTimeScheduler } from 'rxjs';
import { WebSocket } from 'ws';
import { systemClock } from '../../../src/model/systemClock.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../../src/testing/index.js';
import { until } from '../../contract/openConnection.js';
import { connectTo } from './venueClient.js';

interface Upgrade {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** The answer to a request to upgrade; a socket that opens is closed at once. */
function upgradeTo(url: string, token?: string, protocols = ['mqtt']): Promise<Upgrade> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, { statusCode = 0, headers: { 'retry-after': retryAfter } }) => {
      resolve({ status: statusCode, retryAfter });
      socket.terminate();
    });
    socket.on('open', () => {
      expect(socket.protocol).toBe('mqtt');
      resolve({ status: 101, retryAfter: undefined });
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

let venue: SimulatedVenue;
beforeAll(async () => {
  venue = await startSimulatedVenue({ rate: 0 });
});
afterAll(() => venue.stop());

describe('a WebSocket upgrade', () => {
  it('is refused with 401 without a token, with a wrong one and with one that has ended', async () => {
    const ended = venue.dispatcherToken();
    venue.expireTokens('dispatcher');
    const good = venue.dispatcherToken();
    const statuses = [];
    for (const token of [undefined, 'wrong', ended, good]) {
      statuses.push((await upgradeTo(venue.wsUrl, token)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 101]);
  });

  it('is refused with 401 after the token’s lifetime', async () => {
    let time = 0;
    const brief = await startSimulatedVenue({
      rate: 0,
      dispatcherTokenLife: 1_000,
      clock: { ...systemClock, now: () => time },
    });
    const token = brief.dispatcherToken();
    time = 999;
    expect(await upgradeTo(brief.wsUrl, token)).toMatchObject({ status: 101 });
    time = 1_000;
    expect(await upgradeTo(brief.wsUrl, token)).toMatchObject({ status: 401 });
    await brief.stop();
  });

  it('is refused on another path, and without the sub-protocol mqtt', async () => {
    const elsewhere = venue.wsUrl.replace('098', '099');
    expect(await upgradeTo(elsewhere, venue.dispatcherToken())).toMatchObject({ status: 404 });
    expect(await upgradeTo(venue.wsUrl, venue.dispatcherToken(), ['amqp'])).toMatchObject({ status: 400 });
  });

  it('fails as set by fail()', async () => {
    venue.fail('upgrade', { kind: 'status', status: 503, retryAfter: 30 }, 1);
    expect(await upgradeTo(venue.wsUrl, venue.dispatcherToken())).toEqual({ status: 503, retryAfter: '30' });
    venue.fail('upgrade', { kind: 'reset' }, 1);
    await expect(upgradeTo(venue.wsUrl, venue.dispatcherToken())).rejects.toThrow();
    expect(await upgradeTo(venue.wsUrl, venue.dispatcherToken())).toMatchObject({ status: 101 });
  });

  it('needs no token if browsers are allowed', async () => {
    const open = await startSimulatedVenue({ rate: 0, upgrade: 'open' });
    expect(await upgradeTo(open.wsUrl)).toMatchObject({ status: 101 });
    await open.stop();
  });
});

it('leads to a connection that ends with its token, with cutAtExpiry', async () => {
  const timers = new VirtualTimeScheduler();
  const strict = await startSimulatedVenue({
    rate: 0,
    dispatcherTokenLife: 60_000,
    cutAtExpiry: true,
    clock: { now: () => timers.now(), monotonic: () => timers.now(), timers },
  });
  const socket = new WebSocket(strict.wsUrl, ['mqtt'], {
    headers: { Authorization: `Bearer ${strict.dispatcherToken()}` },
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const cut = new Promise((resolve) => socket.once('close', resolve));
  timers.maxFrames = 59_999;
  timers.flush();
  expect(strict.connections).toBe(1);
  timers.maxFrames = 60_000;
  timers.flush();
  await cut;
  await until(() => strict.connections === 0, 'the connection is gone');
  await strict.stop();
});

describe('CONNECT', () => {
  it('is refused with code 4 if a login is needed and another is given', async () => {
    const login = { username: 'token', password: 'right' };
    const guarded = await startSimulatedVenue({ rate: 0, login });
    await expect(connectTo(guarded)).rejects.toMatchObject({ code: 4 });
    await expect(connectTo(guarded, { ...login, password: 'wrong' })).rejects.toMatchObject({ code: 4 });
    const { client } = await connectTo(guarded, login);
    await client.endAsync(true);
    await guarded.stop();
  });

  it('fails as set by fail()', async () => {
    venue.fail('connect', { kind: 'connack', code: 3 }, 1);
    await expect(connectTo(venue)).rejects.toMatchObject({ code: 3 });
    venue.fail('connect', { kind: 'reset' }, 1);
    await expect(connectTo(venue)).rejects.toThrow();
    const { client } = await connectTo(venue);
    await client.endAsync(true);
  });
});
