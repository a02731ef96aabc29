import { afterAll } from 'vitest';
import { defaultTransport } from '../../src/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import type { Endpoint } from '../../src/model/transport.js';
import type { ContractBroker } from '../contract/contractBroker.js';
import { absentPort, startSilentTcp, startSilentWs } from '../contract/silentServer.js';
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
  const silent = await (scheme === 'mqtt' ? startSilentTcp() : startSilentWs());
  const local = (port: number): Endpoint => ({ ...endpoint, url: `${scheme}://127.0.0.1:${String(port)}` });
  return {
    transport,
    endpoint,
    capabilities: {
      refusedTopic: `${broker.refusedTree}/a`,
      wrongPassword: { ...endpoint, password: 'battery staple' },
      absent: local(await absentPort()),
      // A silent TLS peer never gets as far as a socket that is up.
      silent: endpoint.tls === undefined ? local(silent.port) : 'none',
      retains: true,
    },
    publish: broker.publish,
    dropAll: broker.restart,
    stop: silent.stop,
  };
}

describeTransportContract('Mosquitto over TCP', () => contractBroker('mqtt'));
describeTransportContract('Mosquitto over TLS', () => contractBroker('mqtts'));
describeTransportContract('Mosquitto over WebSocket', () => contractBroker('ws'));
describeTransportContract('Mosquitto over WebSocket over TLS', () => contractBroker('wss'));
