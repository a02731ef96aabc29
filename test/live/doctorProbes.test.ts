import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { lastValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clockProbe } from '../../src/cli/doctor/clockProbe.js';
import { endOfJwt, expiryOutcome } from '../../src/cli/doctor/credentialProbes.js';
import { systemClock } from '../../src/model/systemClock.js';
import { absentPort, type LocalServer, startServer, startSilentTcp } from '../contract/silentServer.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { exam, ofStep } from './doctorExam.js';

const held = 'not now';
const servers: LocalServer[] = [];
let directory: string;
let good: Certificates;
let broker: AedesBroker;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rx-quotes-doctor-'));
  good = makeCertificates(directory);
  broker = await startAedes();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(async () => {
  await broker.stop();
  rmSync(directory, { recursive: true, force: true });
});

const made = (options: Parameters<typeof makeCertificates>[1]): Certificates =>
  makeCertificates(mkdtempSync(join(directory, 'made-')), options);

async function portOf(server: Promise<LocalServer>): Promise<number> {
  servers.push(await server);
  return (await server).port;
}

const startTls = ({ cert, key }: TlsOptions): Promise<number> => {
  const server = createTlsServer({ cert, key });
  server.on('tlsClientError', () => undefined);
  return portOf(startServer(server));
};

describe('DNS and TCP', () => {
  it('a name that does not resolve is RXP_DNS, and nothing is tried at that host', async () => {
    // A label of more than 63 bytes is no name (RFC 1035, 2.3.4): the resolver says so without asking anyone.
    const results = await exam({ url: `mqtt://${'a'.repeat(64)}.invalid:1883` });
    expect(ofStep(results, 'dns')).toMatchObject([
      {
        status: 'failed',
        code: 'RXP_DNS',
        doc: 'docs/playbook.md#rxp-dns',
        fix: expect.stringContaining('--url') as string,
      },
    ]);
    for (const step of ['tcp', 'port', 'connack', 'ping', 'suback', 'room'] as const) {
      expect(ofStep(results, step)).toMatchObject([{ status: 'skipped', text: 'not tried, since DNS failed' }]);
    }
    for (const step of ['proxy', 'credentials', 'event-loop'] as const) {
      expect(ofStep(results, step)).not.toMatchObject([{ status: 'skipped' }]);
    }
  });

  it('a closed port is RXP_REFUSED, after the host was found', async () => {
    const results = await exam({ url: `mqtt://localhost:${String(await absentPort())}` });
    expect(ofStep(results, 'dns')).toMatchObject([{ status: 'ok', about: 'localhost' }]);
    expect(ofStep(results, 'tcp')).toMatchObject([
      { status: 'failed', code: 'RXP_REFUSED', text: 'refused the connection (ECONNREFUSED)' },
    ]);
  });

  it('a proxy in the environment explains a port that is not reached, without the value of the variable', async () => {
    const env = { HTTPS_PROXY: 'http://desk:hunter2@proxy.example:3128', no_proxy: 'x' };
    const closed = await exam({ url: `mqtt://127.0.0.1:${String(await absentPort())}` }, { env });
    expect(ofStep(closed, 'proxy')).toMatchObject([
      { status: 'warning', text: expect.stringContaining('HTTPS_PROXY is set') as string },
    ]);
    expect(JSON.stringify(closed)).not.toContain('hunter2');
    const open = await exam({ url: broker.tcpUrl }, { env, held });
    expect(ofStep(open, 'proxy')).toMatchObject([
      { status: 'ok', text: expect.stringContaining('not used') as string },
    ]);
  });
});

describe('TLS', () => {
  it.each([
    ['is not trusted', 'RXP_CERTIFICATE_ISSUER', () => good, false, '--ca'],
    ['has expired', 'RXP_CERTIFICATE_DATE', () => made({ days: -1 }), true, 'clock'],
    ['is for another name', 'RXP_CERTIFICATE_NAME', () => made({ altNames: 'DNS:venue.example' }), true, 'name'],
  ])('a certificate that %s is %s and described', async (_, code, make, trusts, fix) => {
    const certificates = make();
    const url = `mqtts://localhost:${String(await startTls(certificates))}`;
    const results = await exam({ url, ...(trusts ? { tls: { ca: certificates.ca } } : {}) });
    expect(ofStep(results, 'tls')).toMatchObject([
      {
        status: 'failed',
        code,
        fix: expect.stringContaining(fix) as string,
        evidence: { subject: 'localhost', issuer: 'rx-quotes test authority' },
      },
    ]);
    expect(ofStep(results, 'connack')).toMatchObject([{ status: 'skipped', text: 'not tried, since TLS failed' }]);
  });

  it('a certificate that ends within two weeks is a warning, and the connection goes on', async () => {
    const port = await startTls(good);
    const [tls] = ofStep(
      await exam({ url: `mqtts://localhost:${String(port)}`, tls: { ca: good.ca } }, { held }),
      'tls',
    );
    expect(tls).toMatchObject({ status: 'warning', code: 'RXP_CERTIFICATE_EXPIRES', evidence: { daysLeft: 1 } });
    expect(tls?.text).toContain('localhost, 127.0.0.1, issued by rx-quotes test authority');
  });

  it('a certificate that is good for longer is well, with its names, issuer and days', async () => {
    const certificates = made({ days: 90 });
    const url = `mqtts://127.0.0.1:${String(await startTls(certificates))}`;
    const [tls] = ofStep(await exam({ url, tls: { ca: certificates.ca } }, { held }), 'tls');
    expect(tls).toMatchObject({ status: 'ok', evidence: { names: 'localhost, 127.0.0.1', daysLeft: 89 } });
  });

  it('a port without TLS is RXP_TLS_ON_PLAIN_PORT, and what it speaks is named', async () => {
    const results = await exam({ url: broker.wsUrl.replace('ws:', 'wss:') });
    expect(ofStep(results, 'tls')).toMatchObject([{ status: 'failed', code: 'RXP_TLS_ON_PLAIN_PORT' }]);
    expect(ofStep(results, 'port')).toMatchObject([
      {
        text: 'speaks WebSocket without TLS, and the URL asks for wss:',
        fix: expect.stringContaining('ws:') as string,
      },
    ]);
  });
});

describe('the protocol of a port is found without CONNECT', () => {
  it.each([
    ['TLS, for mqtt:', 'mqtt', () => startTls(good), 'RXP_PLAIN_ON_TLS_PORT', 'speaks TLS', 'mqtts:'],
    ['TLS, for ws:', 'ws', () => startTls(good), 'RXP_PLAIN_ON_TLS_PORT', 'speaks TLS', 'wss:'],
    [
      'HTTP, for mqtt:',
      'mqtt',
      () => portOf(startServer(createHttpServer((_request, response) => response.writeHead(404).end()))),
      'RXP_HTTP',
      'speaks HTTP',
      'MQTT port',
    ],
    ['WebSocket, for mqtt:', 'mqtt', () => Number(new URL(broker.wsUrl).port), 'RXP_HTTP', 'speaks WebSocket', 'ws:'],
    [
      'MQTT, for ws:',
      'ws',
      () => Number(new URL(broker.tcpUrl).port),
      'RXP_NOT_WEBSOCKET',
      'speaks neither TLS nor HTTP',
      '--url',
    ],
  ])('%s', async (_, scheme, port, code, text, fix) => {
    const results = await exam({ url: `${scheme}://127.0.0.1:${String(await port())}` }, { held });
    expect(ofStep(results, 'port')).toMatchObject([
      {
        status: 'failed',
        code,
        text: expect.stringContaining(text) as string,
        fix: expect.stringContaining(fix) as string,
      },
    ]);
  });

  it.each([
    ['MQTT', () => broker.tcpUrl, 'speaks neither TLS nor HTTP, as an MQTT broker does'],
    ['MQTT over WebSocket', () => broker.wsUrl, 'speaks WebSocket'],
  ])('%s is well', async (_, url, text) => {
    expect(ofStep(await exam({ url: url() }, { held }), 'port')).toMatchObject([{ status: 'ok', text }]);
  });

  it('and a wrong one is not sent CONNECT', async () => {
    const results = await exam({ url: broker.wsUrl.replace('ws:', 'mqtt:') });
    expect(ofStep(results, 'connack')).toMatchObject([{ status: 'skipped', text: 'not tried, since port failed' }]);
  });

  it('a port that says nothing is not known for what it is', async () => {
    const { port } = await startSilentTcp().then((server) => (servers.push(server), server));
    expect(ofStep(await exam({ url: `mqtt://127.0.0.1:${String(port)}` }, { held }), 'port')).toMatchObject([
      { status: 'ok', text: expect.stringContaining('neither') as string },
    ]);
  });
});

describe('the clock of this machine', () => {
  const serve = async (skew: number | undefined): Promise<string> => {
    const http = createHttpServer((_request, response) => {
      response.sendDate = false;
      if (skew !== undefined) response.setHeader('Date', new Date(systemClock.now() - skew).toUTCString());
      response.end();
    });
    return `http://127.0.0.1:${String(await portOf(startServer(http)))}`;
  };

  it.each([
    ['agrees', 0, true, { status: 'ok' }],
    ['is 10 s ahead', 10_000, true, { status: 'warning', code: 'RXP_CLOCK' }],
    ['is 10 min behind, which spoils signatures', -600_000, true, { status: 'failed', code: 'RXP_CLOCK' }],
    ['is 10 min behind, and nothing is signed', -600_000, false, { status: 'warning', code: 'RXP_CLOCK' }],
    ['is compared with nothing', undefined, true, { status: 'skipped' }],
  ])('%s', async (_, skew, needsSignature, expected) => {
    const origin = await serve(skew);
    expect(await lastValueFrom(clockProbe({ origin }, needsSignature, systemClock))).toMatchObject(expected);
  });

  it('the outcome gives the error in seconds and its direction', async () => {
    const outcome = await lastValueFrom(clockProbe({ origin: await serve(-600_000) }, true, systemClock));
    expect(outcome.text).toMatch(/^is (599|600|601) s behind the venue's/);
  });

  it('is not compared where the venue does not answer', async () => {
    const port = await portOf(startServer(createServer()));
    const outcome = await lastValueFrom(clockProbe({ origin: `http://127.0.0.1:${String(port)}` }, true, systemClock));
    expect(outcome).toMatchObject({ status: 'skipped' });
  });
});

describe('a token', () => {
  const now = 1_700_000_000_000;
  const jwt = (payload: object): string =>
    `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2lnbmF0dXJl`;

  it.each([
    [now + 3_600_000, { status: 'ok', text: 'is good for 60 min more' }],
    [now + 120_000, { status: 'warning', text: 'ends in 2 min', code: 'RXP_TOKEN_EXPIRES' }],
    [now - 7_200_000, { status: 'failed', text: 'ended 2 h ago', code: 'RXP_TOKEN_EXPIRES' }],
  ])('that ends at %d is judged by the clock', (end, expected) => {
    expect(expiryOutcome(end, { now: () => now }, 'make a new one')).toMatchObject(expected);
  });

  it('that is a JSON Web Token shows its end; any other shows none', () => {
    expect(endOfJwt(jwt({ exp: 1_700_000_000 }))).toBe(now);
    for (const other of [undefined, 'opaque', 'a.b.c', jwt({}), jwt({ exp: 'soon' }), 'a.b.c.d']) {
      expect(endOfJwt(other)).toBeUndefined();
    }
  });

  it('that has ended is not sent', async () => {
    const password = jwt({ exp: 1_000 });
    const results = await exam({ url: broker.tcpUrl, username: 'token', password });
    expect(ofStep(results, 'token')).toMatchObject([{ status: 'failed', code: 'RXP_TOKEN_EXPIRES' }]);
    expect(ofStep(results, 'connack')).toMatchObject([{ status: 'skipped', text: 'not tried, since token failed' }]);
    expect(JSON.stringify(results)).not.toContain(password);
  });
});
