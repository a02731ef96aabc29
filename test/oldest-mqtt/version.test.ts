import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import mqtt from 'mqtt';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { defaultTransport as browserTransport } from '../../src/mqtt/transport/browserTransport.js';
import { defaultTransport } from '../../src/mqtt/transport/node/nodeTransport.js';
import { systemClock } from '../../src/model/systemClock.js';
import { probe } from '../contract/openConnection.js';
import { startAedes } from '../support/aedesBroker.js';

const broker = await startAedes();
afterAll(broker.stop);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
/** The version that a user gets who installs today; `require` knows nothing of this run's alias. */
const newest = createRequire(import.meta.url)('mqtt') as typeof mqtt;

it('the MQTT.js of this run is the oldest version that package.json allows, and not the installed one', () => {
  expect(`^${String(mqtt.MqttClient.VERSION)}`).toBe(dependencies['mqtt']);
  expect(newest.MqttClient.VERSION).not.toBe(mqtt.MqttClient.VERSION);
});

it.each([
  ['Node', () => defaultTransport({ clock: systemClock })],
  ['browsers', () => browserTransport({ clock: systemClock })],
])('the transport of %s connects with the oldest MQTT.js', async (_, makeTransport) => {
  const [used, unused] = [mqtt, newest].map(({ MqttClient }) => vi.spyOn(MqttClient.prototype, 'connect'));
  vi.stubGlobal('WebSocket', (await import('ws')).WebSocket);
  const received = probe(makeTransport(), { url: broker.wsUrl });
  await received.opened;
  received.subscription.unsubscribe();
  expect(used).toHaveBeenCalledTimes(1);
  expect(unused).not.toHaveBeenCalled();
});
