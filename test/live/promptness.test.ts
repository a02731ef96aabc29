import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, it } from 'vitest';
import type { Endpoint } from '../../src/index.js';
import { type SimulatedVenue, startSimulatedVenue, type VenueFault } from '../../src/testing/index.js';
import { absentPort, type LocalServer, startServer } from '../contract/silentServer.js';
import { expectReportedSoon, type ReportedFault } from './expectReportedSoon.js';

let venue: SimulatedVenue;
let absent: number;
let garbage: LocalServer;
beforeAll(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 0 });
  absent = await absentPort();
  garbage = await startServer(createServer(), (socket: Socket) => {
    socket.once('data', () => socket.write(Uint8Array.of(0xf0, 2, 0xff, 0xff)));
  });
});
afterAll(async () => {
  await venue.stop();
  await garbage.stop();
});

const overTcp = (): Endpoint => ({ url: venue.tcpUrl });
const overWebSocket = (token = venue.dispatcherToken()): Endpoint => ({
  url: venue.wsUrl,
  headers: { Authorization: `Bearer ${token}` },
});
const endpoints = { TCP: overTcp, 'a WebSocket': () => overWebSocket() } as const;

const network = { kind: 'network', code: 'RXQ_NETWORK' };
const auth = { kind: 'auth', code: 'RXQ_AUTH' };

/** An endpoint that fails once each time it is requested. */
const failing =
  (step: 'upgrade' | 'connect', fault: VenueFault, endpoint: () => Endpoint): ReportedFault['endpoint'] =>
  () => {
    venue.fail(step, fault, 1);
    return endpoint();
  };

const upgrade = (status: number, reason: object): readonly [string, ReportedFault] => [
  `HTTP ${String(status)} on the upgrade`,
  {
    endpoint: failing('upgrade', { kind: 'status', status }, () => overWebSocket()),
    reason: { ...reason, httpStatus: status },
  },
];

const connack = (code: 4 | 5): readonly (readonly [string, ReportedFault])[] =>
  Object.entries(endpoints).map(([name, endpoint]) => [
    `CONNACK ${String(code)} over ${name}`,
    {
      endpoint: failing('connect', { kind: 'connack', code }, endpoint),
      reason: { ...auth, connackCode: code },
    },
  ]);

const faults: readonly (readonly [string, ReportedFault])[] = [
  ...(['mqtt', 'ws', 'mqtts', 'wss'] as const).map(
    (scheme) =>
      [
        `a refused port for ${scheme}`,
        { endpoint: (): Endpoint => ({ url: `${scheme}://127.0.0.1:${String(absent)}` }), reason: network },
      ] as const,
  ),
  ...Object.entries(endpoints).map(
    ([name, endpoint]) =>
      [
        `a dropped socket over ${name}`,
        {
          endpoint,
          cut: (): void => {
            venue.dropConnections();
          },
          reason: network,
        },
      ] as const,
  ),
  [
    'a reset of the upgrade',
    { endpoint: failing('upgrade', { kind: 'reset' }, () => overWebSocket()), reason: network },
  ],
  ['a reset of CONNECT', { endpoint: failing('connect', { kind: 'reset' }, overTcp), reason: network }],
  upgrade(401, auth),
  upgrade(403, { kind: 'policy', code: 'RXQ_POLICY' }),
  upgrade(503, { kind: 'venue', code: 'RXQ_VENUE' }),
  ...connack(4),
  ...connack(5),
  [
    'what is no MQTT',
    {
      endpoint: (): Endpoint => ({ url: `mqtt://127.0.0.1:${String(garbage.port)}` }),
      reason: { kind: 'protocol', code: 'RXQ_PROTOCOL' },
    },
  ],
];

it.for(faults)('%s is reported by class and code within a second', async ([, fault], { annotate }) => {
  await expectReportedSoon(fault, annotate);
});
