import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, defaultTransport, type Endpoint, systemClock, type TransportConfig } from '../../src/index.js';
import { type LocalServer, startSilentTcp, startServer } from './silentServer.js';
import { probe, until } from './openConnection.js';

let server: LocalServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await server?.stop();
});

/** The text or bytes that stand at `at`, after two bytes of their length. */
const field = (packet: Buffer, at: number): string => packet.toString('utf8', at + 2, at + 2 + packet.readUInt16BE(at));

/** The CONNECT packet that a transport sends (OASIS MQTT 3.1.1, 3.1). It is short: one byte has its length. */
async function connectPacket(endpoint: Partial<Endpoint>, config: Partial<TransportConfig> = {}): Promise<Buffer> {
  const received: Buffer[] = [];
  server = await startServer(createServer(), (socket) => {
    socket.on('data', (bytes: Buffer) => received.push(bytes));
  });
  const transport = defaultTransport({ clock: systemClock, ...config });
  const observed = probe(transport, { url: `mqtt://127.0.0.1:${String(server.port)}`, ...endpoint });
  const packet = (): Buffer => Buffer.concat(received);
  await until(() => packet().length > 1 && packet().length === 2 + Number(packet()[1]), 'CONNECT is whole');
  observed.subscription.unsubscribe();
  return packet();
}

const CLEAN_SESSION = 0x02;
const NAME_AND_PASSWORD = 0xc0;

describe('CONNECT', () => {
  it('has a clean session of MQTT 3.1.1 without a will, and the keep-alive of 6 s or the configured one', async () => {
    const packet = await connectPacket({});
    expect([packet[0], field(packet, 2), packet[8], packet[9]]).toEqual([0x10, 'MQTT', 4, CLEAN_SESSION]);
    expect(packet.readUInt16BE(10)).toBe(6);
    await server?.stop();
    expect((await connectPacket({}, { keepAlive: 65_535 })).readUInt16BE(10)).toBe(65_535);
  });

  it('has the client id, user name and password of the endpoint', async () => {
    const packet = await connectPacket({ clientId: 'mine', username: 'trader', password: 'correct horse' });
    expect(packet[9]).toBe(CLEAN_SESSION | NAME_AND_PASSWORD);
    expect([field(packet, 12), field(packet, 18), field(packet, 26)]).toEqual(['mine', 'trader', 'correct horse']);
  });

  it.each([
    [0, '0'],
    [0.999, 'z'],
  ])(
    'has a client id of 23 digits and letters if the endpoint has none, drawn from the random numbers %f of the clock',
    async (chance, digit) => {
      const clock: Clock = { ...systemClock, random: () => chance };
      expect(field(await connectPacket({}, { clock }), 12)).toBe(`rxq${digit.repeat(20)}`);
    },
  );

  it('has no deadline of the transport, for an hour and more: the caller has the deadline', async () => {
    server = await startSilentTcp();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const observed = probe(defaultTransport({ clock: systemClock }), {
      url: `mqtt://127.0.0.1:${String(server.port)}`,
    });
    await until(() => observed.events.length > 0, 'the socket is up');
    vi.advanceTimersByTime(3_600_000);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([observed.events, observed.endings]).toEqual([['handshake'], []]);
    observed.subscription.unsubscribe();
  });
});

describe('the options of a transport', () => {
  it.each([0, 1.5, -1, 65_536, NaN])('refuse a keep-alive of %s', (keepAlive) => {
    const make = (): unknown => defaultTransport({ clock: systemClock, keepAlive });
    expect(make).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'transport.keepAlive', value: keepAlive }),
    );
  });

  it('refuse an unknown name, such as keepalive', () => {
    const misspelt = { clock: systemClock, keepalive: 6 };
    expect(() => defaultTransport(misspelt)).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'transport.keepalive' }),
    );
  });
});
