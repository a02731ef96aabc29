import { afterAll, beforeAll, vi } from 'vitest';
import { WebSocket } from 'ws';
import { defaultTransport as browserTransport } from '../../src/mqtt/transport/browserTransport.js';
import { defaultTransport, systemClock } from '../../src/index.js';
import { startAedes } from '../support/aedesBroker.js';
import type { ContractBroker } from './contractBroker.js';
import { absentPort, startSilentTcp, startSilentWs } from './silentServer.js';
import { describeTransportContract } from './transportContract.js';

const credentials = { username: 'trader', password: 'correct horse' };

async function makeBroker(scheme: 'mqtt' | 'ws', makeTransport = defaultTransport): Promise<ContractBroker> {
  const broker = await startAedes({
    authenticate: (username, password) => username === credentials.username && password === credentials.password,
    refuse: (topic) => topic.startsWith('forbidden/'),
  });
  const silent = await (scheme === 'mqtt' ? startSilentTcp() : startSilentWs());
  const url = scheme === 'mqtt' ? broker.tcpUrl : broker.wsUrl;
  const local = (port: number): string => `${scheme}://127.0.0.1:${String(port)}`;
  return {
    ...broker,
    transport: makeTransport({ clock: systemClock }),
    endpoint: { url, ...credentials },
    capabilities: {
      refusedTopic: 'forbidden/a',
      wrongPassword: { url, ...credentials, password: 'battery staple' },
      absent: { url: local(await absentPort()) },
      silent: { url: local(silent.port) },
      retains: true,
    },
    stop: async () => {
      await silent.stop();
      await broker.stop();
    },
  };
}

describeTransportContract('aedes over TCP', () => makeBroker('mqtt'));
describeTransportContract('aedes over WebSocket', () => makeBroker('ws'));
describeTransportContract('aedes over TCP, MQTT.js reading every packet', () =>
  makeBroker('mqtt', (config) => defaultTransport({ ...config, frameTap: false })),
);
describeTransportContract("aedes over a browser's WebSocket", () => makeBroker('ws', browserTransport));

// Node 20 has no WebSocket of its own; that of ws has the browser's interface.
beforeAll(() => {
  vi.stubGlobal('WebSocket', WebSocket);
});
afterAll(() => {
  vi.unstubAllGlobals();
});
