import { afterAll, describe, expect, it } from 'vitest';
import { defaultTransport } from '../../src/mqtt/nodeTransport.js';
import { systemClock } from '../../src/systemClock.js';
import type { Endpoint } from '../../src/transport.js';
import type { ContractBroker } from '../contract/contractBroker.js';
import { absentPort, startMuteTcp, startMuteWs } from '../contract/muteServer.js';
import { failureOf, probe } from '../contract/openConnection.js';
import { describeTransportContract } from '../contract/transportContract.js';
import { type MosquittoScheme, startMosquitto } from '../support/mosquittoBroker.js';

const transport = defaultTransport({ clock: systemClock });
const broker = await startMosquitto();
afterAll(broker.stop);

function endpointOf(scheme: MosquittoScheme): Endpoint {
  const { urls, username, password, certificates } = broker;
  const tls = { ca: certificates.ca };
  return { url: urls[scheme], username, password, ...(['mqtts', 'wss'].includes(scheme) ? { tls } : {}) };
}

async function contractBroker(scheme: MosquittoScheme): Promise<ContractBroker> {
  const endpoint = endpointOf(scheme);
  const mute = await (scheme === 'mqtt' ? startMuteTcp() : startMuteWs());
  const local = (port: number): Endpoint => ({ ...endpoint, url: `${scheme}://127.0.0.1:${String(port)}` });
  return {
    transport,
    endpoint,
    capabilities: {
      refusedTopic: `${broker.refusedTree}/a`,
      wrongPassword: { ...endpoint, password: 'battery staple' },
      absent: local(await absentPort()),
      // A mute TLS peer never gets as far as a socket that is up.
      mute: endpoint.tls === undefined ? local(mute.port) : 'none',
      retains: true,
    },
    publish: broker.publish,
    dropAll: broker.restart,
    stop: mute.stop,
  };
}

describeTransportContract('Mosquitto over TCP', () => contractBroker('mqtt'));
describeTransportContract('Mosquitto over TLS', () => contractBroker('mqtts'));
describeTransportContract('Mosquitto over WebSocket', () => contractBroker('ws'));
describeTransportContract('Mosquitto over WebSocket over TLS', () => contractBroker('wss'));

describe('trust', () => {
  it.each(['mqtts', 'wss'] as const)('%s: a certificate of an unknown authority is a TlsFailure', async (scheme) => {
    const { tls: _trusted, ...endpoint } = endpointOf(scheme);
    const seen = probe(transport, endpoint);
    expect(await failureOf(seen)).toMatchObject({ name: 'TlsFailure', message: expect.stringContaining('tls.ca') });
    expect(seen.events).toEqual([]);
  });

  it.each(['mqtts', 'wss'] as const)('%s: a certificate for another name is a TlsFailure', async (scheme) => {
    const endpoint = endpointOf(scheme);
    const seen = probe(transport, { ...endpoint, tls: { ...endpoint.tls, servername: 'venue.example' } });
    expect(await failureOf(seen)).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringContaining('tls.servername'),
    });
  });

  it.each(['mqtts', 'wss'] as const)(
    '%s: insecureSkipVerify, and nothing less, accepts any certificate',
    async (scheme) => {
      const seen = probe(transport, { ...endpointOf(scheme), tls: { insecureSkipVerify: true } });
      await seen.opened;
      seen.subscription.unsubscribe();
    },
  );

  it('TLS to a port without TLS is a TlsFailure, TCP to a port with TLS a failure all the same', async () => {
    const wrong = { ...endpointOf('mqtts'), url: broker.urls.mqtt.replace('mqtt:', 'mqtts:') };
    const failure = await failureOf(probe(transport, wrong));
    expect(['TlsFailure', 'NetworkFailure']).toContain(failure.name);
    const plain = await failureOf(
      probe(transport, { ...endpointOf('mqtt'), url: broker.urls.mqtts.replace('mqtts:', 'mqtt:') }),
    );
    expect(['ProtocolFailure', 'NetworkFailure']).toContain(plain.name);
  });
});
