import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectionFailure } from '../../../src/model/errors.js';
import { FakeRest, planted } from './fakeRest.js';

const down = new ConnectionFailure('network', 'down');
const refused = new ConnectionFailure('auth', 'refused', { httpStatus: 401 });
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });

let rest: FakeRest;
beforeEach(() => {
  rest = new FakeRest();
});

describe('hosts', () => {
  it('that fail are each tried once, then the dispatcher is called for others, without a new sign-in', async () => {
    const received = [await rest.host(), await rest.host(down)];
    expect(rest.calls).toEqual(['login', 'token']);
    rest.hosts = ['c', 'd'];
    received.push(await rest.host(down), await rest.host(down));
    expect(received).toEqual(['a', 'b', 'c', 'd']);
    expect(rest.calls).toEqual(['login', 'token', 'token']);
  });

  it('are tried once more when the dispatcher does not answer', async () => {
    await rest.host();
    await rest.host(down);
    rest.replies.token = () => json(503, {});
    await expect(rest.host(down)).rejects.toMatchObject({ code: 'RXQ_VENUE' });
    expect([await rest.host(down), await rest.host(down)]).toEqual(['a', 'b']);
    expect(rest.calls.filter((call) => call === 'token')).toHaveLength(2);
  });

  it('that worked are kept after a loss; one that drops each connection soon is replaced', async () => {
    expect(await rest.host()).toBe('a');
    rest.pass(2_000);
    expect(await rest.host(down, true)).toBe('a');
    rest.pass(40_000);
    expect(await rest.host(down, true)).toBe('a');
    rest.pass(2_000);
    expect(await rest.host(down, true)).toBe('a');
    rest.pass(2_000);
    expect(await rest.host(down, true)).toBe('b');
    expect(rest.calls).toEqual(['login', 'token']);
  });

  it('do not fail by a refused old token, but by a refused new one', async () => {
    expect(await rest.host()).toBe('a');
    expect(await rest.host(down, true)).toBe('a');
    expect(await rest.host(refused, false, true)).toBe('a');
    expect(await rest.host(refused, false, true)).toBe('b');
    expect(rest.calls).toEqual(['login', 'token', 'login', 'token', 'login', 'token']);
  });

  it('that are invalid do not affect the others; without a valid one the error does not show them', async () => {
    rest.hosts = ['x/../y', 5, 'good:8443', 'good:8443'];
    expect(await rest.host()).toBe('good:8443');
    rest = new FakeRest();
    rest.hosts = ['user:PLANTED@host'];
    const error: unknown = await rest.host().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'RXQ_PROTOCOL' });
    expect(inspect(error)).not.toContain('PLANTED');
  });
});

describe('a refresh', () => {
  beforeEach(async () => {
    await rest.host();
    rest.pass(3_510_000);
  });

  it.each([
    ['401', () => json(401, {})],
    ['400', () => json(400, {})],
    ['403', () => json(403, {})],
    ['an answer without a token', () => json(200, { code: 'X' })],
  ])('that is refused with %s is followed by one sign-in', async (_what, reply) => {
    rest.replies['refresh-token'] = reply;
    await rest.host();
    expect(rest.calls.slice(2)).toEqual(['refresh-token', 'login', 'token']);
  });

  it.each([
    ['429', () => json(429, {}, { 'Retry-After': '5' })],
    ['503', () => json(503, {})],
    ['a reset', () => new TypeError('fetch failed')],
  ])(
    'that fails with %s does not affect the token that is still valid, and is not repeated too soon',
    async (_what, reply) => {
      rest.replies['refresh-token'] = reply;
      const { headers, expiresAt = 0 } = await rest.ask();
      expect(headers?.['Authorization']).toContain(planted.token);
      await rest.host();
      expect(rest.calls.slice(2)).toEqual(['refresh-token', 'token']);
      rest.pass(31_000);
      await rest.host();
      expect(rest.calls.slice(4)).toEqual(['refresh-token', 'token']);
      expect(expiresAt).toBeGreaterThan(0);
      rest.pass(60_000);
      delete rest.replies['refresh-token'];
      await rest.host();
      expect(rest.calls.at(-2)).toBe('login');
    },
  );
});

describe('tokens', () => {
  it('are requested at most three times in any minute, by all callers together, and the last reason is kept', async () => {
    rest.replies.login = () => json(401, {});
    for (let second = 0; second < 200; second += 5) {
      await expect(rest.host(undefined, false, second % 2 === 0)).rejects.toMatchObject({ code: 'RXQ_AUTH' });
      rest.pass(5_000);
    }
    const { tokenTimes: times } = rest;
    expect(times.length).toBeGreaterThan(6);
    for (const from of times) expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThan(4);
  });

  it('are requested again by renew, although the present ones are valid', async () => {
    const first = await rest.ask();
    const again = await rest.ask();
    expect(again.headers).toEqual(first.headers);
    const renewed = await rest.ask({ renew: true });
    expect(renewed.headers).not.toEqual(first.headers);
    expect(rest.calls).toEqual(['login', 'token', 'login', 'token']);
  });
});

describe('a call that hangs', () => {
  it.each(['login', 'token'] as const)('(%s) is given up after 8 s and named', async (call) => {
    rest.replies[call] = () => 'hang';
    const asked = rest.host().catch((thrown: unknown) => thrown);
    await new Promise((resolve) => setImmediate(resolve));
    rest.pass(7_999);
    expect(rest.lastSignal?.aborted).toBe(false);
    rest.pass(1);
    expect(rest.lastSignal?.aborted).toBe(true);
    const name = call === 'login' ? 'the sign-in' : 'the dispatcher';
    expect(await asked).toMatchObject({
      code: 'RXQ_TIMEOUT',
      message: `${name} of https://rest.test does not answer within 8 s: check route, VPN and firewall`,
    });
  });
});

describe('a wrong clock', () => {
  const behind = (status: number) => (): Response =>
    json(status, {}, { Date: new Date(Date.UTC(2026, 0, 5, 3, 10)).toUTCString() });
  it.each([400, 401, 403])('is named in a refusal with %i', async (status) => {
    rest.replies.login = behind(status);
    await expect(rest.host()).rejects.toMatchObject({
      httpStatus: status,
      message: expect.stringContaining("this machine's clock is 600 s behind the venue's") as unknown,
    });
  });
  it.each([429, 500])('is not named in %i', async (status) => {
    rest.replies.login = behind(status);
    await expect(rest.host()).rejects.toMatchObject({
      message: expect.not.stringContaining('clock') as unknown,
    });
  });
});

describe('secrets', () => {
  const echo = { ...planted, hosts: [planted.token] };
  const thrown = (code?: string): Error =>
    new TypeError(`fetch failed ${planted.access}`, {
      cause: Object.assign(new Error(planted.account), { ...echo, ...(code === undefined ? {} : { code }) }),
    });
  const faults = [
    ...[302, 400, 401, 403, 404, 407, 408, 418, 429, 500, 503].map(
      (status) => [String(status), () => json(status, echo)] as const,
    ),
    ['no JSON', () => new Response(`<html>${planted.access}`)] as const,
    ['JSON that is no object', () => Response.json([planted.access])] as const,
    ['no tokens', () => Response.json({ ...planted, message: planted.account })] as const,
    ['no code', () => thrown()] as const,
    ...['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_HEADERS_TIMEOUT', 'CERT_HAS_EXPIRED', 'HPE_INVALID_CONSTANT'].map(
      (code) => [code, () => thrown(code)] as const,
    ),
  ];
  const cases = (['login', 'token'] as const).flatMap((call) =>
    faults
      .filter(([what]) => call === 'login' || what !== 'no tokens')
      .map(([what, reply]) => [call, what, reply] as const),
  );

  it.each(cases)('are in no part of the failure of %s with %s', async (call, _what, reply) => {
    rest.replies[call] = reply;
    const error: unknown = await rest.host().catch((one: unknown) => one);
    expect(error).toMatchObject({ code: expect.stringMatching(/^RXQ_/) as unknown });
    const text =
      inspect(error, { showHidden: true, depth: 12 }) + JSON.stringify(error) + String((error as Error).stack);
    expect(text).not.toContain('PLANTED');
  });

  it('are replaced by the class of the cause', async () => {
    const codes = await Promise.all(
      faults.map(async ([, reply]) => {
        const one = new FakeRest();
        one.replies.login = reply;
        return one.host().catch((error: unknown) => (error as { code: string }).code.slice(4));
      }),
    );
    expect(codes).toEqual([
      ...[
        'PROTOCOL',
        'PROTOCOL',
        'AUTH',
        'POLICY',
        'PROTOCOL',
        'AUTH',
        'TIMEOUT',
        'PROTOCOL',
        'POLICY',
        'VENUE',
        'VENUE',
      ],
      ...['PROTOCOL', 'PROTOCOL', 'PROTOCOL', 'NETWORK'],
      ...['NETWORK', 'NETWORK', 'TIMEOUT', 'TLS', 'PROTOCOL'],
    ]);
  });
});
