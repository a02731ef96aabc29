import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultTransport, type Endpoint, systemClock } from '../../src/index.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { type FaultProxy, startFaultProxy } from '../support/faultProxy/faultProxy.js';
import { publishPacket } from '../support/mqttPackets.js';
import { failureOf, type Probe, probe, subscribeTo, until } from './openConnection.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe.each(['mqtt', 'mqtts', 'ws', 'wss'] as const)('the fault proxy, %s', (scheme) => {
  let directory: string;
  let tls: Certificates;
  let broker: AedesBroker;
  let proxy: FaultProxy;
  const probes: Probe[] = [];

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'rx-quotes-proxy-'));
    tls = makeCertificates(directory);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  afterEach(async () => {
    for (const { subscription } of probes.splice(0)) subscription.unsubscribe();
    proxy.stop();
    await broker.stop();
  });

  const endpoint = (): Endpoint => ({
    url: proxy.url,
    ...(scheme === 'mqtts' || scheme === 'wss' ? { tls: { ca: tls.ca } } : {}),
  });

  /** A client behind the proxy, subscribed to `a`. */
  async function subscribed(): Promise<Probe> {
    broker = await startAedes();
    proxy = await startFaultProxy(broker.tcpUrl, { scheme, tls });
    const seen = probe(defaultTransport({ clock: systemClock, keepAlive: 1 }), endpoint());
    probes.push(seen);
    expect(await subscribeTo(await seen.opened, 'a')).toEqual([0]);
    return seen;
  }
  const payloads = ({ frames }: Probe): number[][] => frames.map(({ payload }) => [...payload]);

  it('passes everything on, and records it', async () => {
    const seen = await subscribed();
    await broker.publish('a', bytes(1));
    await until(() => seen.frames.length === 1, 'the frame came');
    expect(proxy.connections).toHaveLength(1);
    expect(proxy.packets.map(({ direction, name, topics }) => [direction, name, ...topics])).toEqual([
      ['to broker', 'connect'],
      ['to client', 'connack'],
      ['to broker', 'subscribe', 'a'],
      ['to client', 'suback'],
    ]);
  });

  it('drops, replaces, injects, slices and delays, in order', async () => {
    const seen = await subscribed();
    const packet = (value: number): Uint8Array => publishPacket({ topic: 'a', payload: bytes(value), qos: 0 });
    const rule = { direction: 'to client', packet: 'publish', topic: 'a', times: 1 } as const;
    // The newest rule counts first.
    proxy.rule({ ...rule, action: { kind: 'slice', size: 1 } });
    proxy.rule({ ...rule, action: { kind: 'delay', ms: 30 } });
    proxy.rule({ ...rule, action: { kind: 'inject', bytes: packet(30) } });
    proxy.rule({ ...rule, action: { kind: 'replace', bytes: packet(20) } });
    proxy.rule({ ...rule, action: { kind: 'drop' } });
    for (const value of [1, 2, 3, 4, 5, 6]) await broker.publish('a', bytes(value));
    await until(() => seen.frames.length === 6, 'all that is left came');
    expect(payloads(seen)).toEqual([[20], [3], [30], [4], [5], [6]]);
  });

  it('ends connections with RST and FIN', async () => {
    const seen = await subscribed();
    proxy.rule({ packet: 'publish', connection: 0, action: { kind: 'reset' } });
    await broker.publish('a', bytes(1));
    expect(await failureOf(seen)).toMatchObject({ kind: 'network' });
    const again = probe(defaultTransport({ clock: systemClock }), endpoint());
    probes.push(again);
    await subscribeTo(await again.opened, 'a');
    proxy.now({ kind: 'half-close' });
    expect(await failureOf(again)).toMatchObject({ kind: 'network' });
    await until(() => broker.connections() === 0, 'the broker has lost them too');
  });

  it('swallows all bytes and ends no connection, so that only pings show it', async () => {
    const seen = await subscribed();
    proxy.now({ kind: 'black-hole' });
    await broker.publish('a', bytes(1));
    expect(await failureOf(seen)).toMatchObject({ kind: 'timeout' });
    expect(seen.frames).toEqual([]);
  });

  it('refuses connections, and accepts them again on the same port', async () => {
    await subscribed();
    proxy.refuse();
    const connect = (): Probe => {
      const seen = probe(defaultTransport({ clock: systemClock }), endpoint());
      probes.push(seen);
      return seen;
    };
    expect(await failureOf(connect())).toMatchObject({ kind: 'network', cause: { code: 'ECONNREFUSED' } });
    await proxy.accept();
    await connect().opened;
  });
});
