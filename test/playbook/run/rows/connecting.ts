import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateOptions, makeCertificates } from '../../../support/certificates.js';
import { type FaultProxy, startFaultProxy } from '../../../support/faultProxy/faultProxy.js';
import { type QuoteBroker, type QuoteBrokerConfig, startQuoteBroker } from '../quoteBroker.js';
import type { Far, Place, RealRow, Subject } from '../realRow.js';

/** A refusal is tried again after a minute. */
const retried = 75_000;

/** The near side of every row here: a feed of one symbol. */
const near = (subject: Subject): void => {
  subject.open().quotes(['AOT']).subscribe();
};

/** The near side goes to another place with the remedy. */
function moved(wrong: Place, broker: QuoteBroker, stop: () => void = () => undefined): Far {
  return {
    place: wrong,
    doctor: broker.doctor,
    cured: broker.place,
    stop: async () => {
      stop();
      await broker.stop();
    },
  };
}

/** A far side that is wrong only for the feed with the fault. */
function unless(wrong: (broker: QuoteBroker) => Far | Promise<Far>): RealRow['far'] {
  return async (isFaulty) => {
    const broker = await startQuoteBroker();
    return isFaulty ? wrong(broker) : broker;
  };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A broker behind TLS. */
async function secured(options?: CertificateOptions): Promise<{
  readonly broker: QuoteBroker;
  readonly proxy: FaultProxy;
  readonly ca: string;
  readonly stop: () => Promise<void>;
}> {
  const broker = await startQuoteBroker();
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-playbook-'));
  const { ca, cert, key } = makeCertificates(directory, options);
  rmSync(directory, { recursive: true });
  const proxy = await startFaultProxy(broker.place.url, { scheme: 'mqtts', tls: { cert, key } });
  const stop = async (): Promise<void> => {
    proxy.stop();
    await broker.stop();
  };
  return { broker, proxy, ca, stop };
}

/** The alert `unexpected_message` of TLS 1.2 (RFC 5246, section 7.2). */
const alert = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10);

/** A TLS port in front of another one that answers other bytes than a handshake with an alert. Some servers just close. */
async function alerting(tlsPort: number): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (first) => {
        if (first[0] !== 0x16) {
          socket.end(alert);
          return;
        }
        const behind = connect(tlsPort, '127.0.0.1').on('error', () => undefined);
        behind.write(first);
        socket.pipe(behind).pipe(socket);
      });
  });
  return { server, port: await portOf(server) };
}

/** A row whose broker shows a certificate. With the remedy another broker takes its place. */
function certificateRow(code: RealRow['code'], fix: number, wrong: CertificateOptions | 'no CA'): RealRow {
  return {
    code,
    within: 10_000,
    clears: retried,
    fix,
    near,
    far: async (isFaulty) => {
      const { broker, proxy, ca, stop } = await secured(isFaulty && wrong !== 'no CA' ? wrong : {});
      const { url } = proxy;
      if (!isFaulty) return { place: { url, ca }, doctor: broker.doctor, stop };
      if (wrong === 'no CA') return { place: { url }, doctor: broker.doctor, cured: { url, ca }, stop };
      const good = await secured();
      return {
        place: { url, ca },
        doctor: broker.doctor,
        cured: { url: good.proxy.url, ca: good.ca },
        stop: async () => {
          await stop();
          await good.stop();
        },
      };
    },
  };
}

const account = { username: 'trader', password: 'correct horse' };
const guarded: QuoteBrokerConfig = {
  authenticate: (username, password) => username === account.username && password === account.password,
};

/** A row whose broker wants a password. */
function passwordRow(code: RealRow['code'], wrong: Partial<typeof account>): RealRow {
  return {
    code,
    within: 10_000,
    clears: retried,
    fix: 0,
    near,
    far: async (isFaulty) => {
      const broker = await startQuoteBroker(guarded);
      const { url } = broker.place;
      const right = { url, ...account };
      return isFaulty ? { ...broker, place: { url, ...wrong }, cured: right } : { ...broker, place: right };
    },
  };
}

/** Connections that are never made. */
export const connectingRows: readonly RealRow[] = [
  {
    code: 'RXP_REFUSED',
    quick: true,
    within: 10_000,
    clears: 40_000,
    fix: 1,
    near,
    far: async (isFaulty) => {
      const broker = await startQuoteBroker();
      const proxy = await startFaultProxy(broker.place.url);
      if (isFaulty) proxy.refuse();
      return {
        place: { url: proxy.url },
        doctor: broker.doctor,
        cure: () => proxy.accept(),
        stop: async () => {
          proxy.stop();
          await broker.stop();
        },
      };
    },
  },
  {
    code: 'RXP_DNS',
    quick: true,
    within: 15_000,
    clears: 40_000,
    fix: 0,
    near,
    far: unless((broker) => moved({ url: 'mqtt://mqtt.settrade.invalid' }, broker)),
  },
  {
    code: 'RXP_NO_CONNACK',
    within: 20_000,
    clears: 60_000,
    fix: 0,
    near,
    far: unless(async (broker) => {
      const server = createServer((socket) => socket.on('error', () => undefined).resume());
      return moved({ url: `mqtt://127.0.0.1:${String(await portOf(server))}` }, broker, () => {
        server.close();
      });
    }),
  },
  {
    code: 'RXP_HTTP',
    within: 10_000,
    clears: retried,
    fix: 0,
    near,
    far: unless(async (broker) => {
      const server = createHttpServer();
      return moved({ url: `mqtt://127.0.0.1:${String(await portOf(server))}` }, broker, () => {
        server.close();
      });
    }),
  },
  {
    code: 'RXP_TLS_ON_PLAIN_PORT',
    within: 10_000,
    clears: retried,
    fix: 1,
    near,
    far: unless((broker) => moved({ url: broker.place.url.replace('mqtt:', 'mqtts:') }, broker)),
  },
  {
    code: 'RXP_PLAIN_ON_TLS_PORT',
    within: 10_000,
    clears: retried,
    fix: 0,
    near,
    far: async (isFaulty) => {
      const { broker, proxy, ca, stop } = await secured();
      const { server, port } = await alerting(Number(new URL(proxy.url).port));
      const right = { url: `mqtts://127.0.0.1:${String(port)}`, ca };
      return {
        place: isFaulty ? { url: right.url.replace('mqtts:', 'mqtt:') } : right,
        doctor: broker.doctor,
        cured: right,
        stop: async () => {
          server.close();
          await stop();
        },
      };
    },
  },
  { ...certificateRow('RXP_CERTIFICATE_ISSUER', 0, 'no CA'), quick: true },
  certificateRow('RXP_CERTIFICATE_DATE', 1, { days: -1 }),
  certificateRow('RXP_CERTIFICATE_NAME', 0, { altNames: 'DNS:other.example' }),
  passwordRow('RXP_NO_CREDENTIALS', {}),
  passwordRow('RXP_CREDENTIALS', { ...account, password: 'yesterday’s token' }),
];
