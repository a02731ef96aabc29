import mqtt, { type MqttClient } from 'mqtt';
import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReplayBroker, type ReplayBrokerConfig, startReplayBroker } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';

describe('startReplayBroker', () => {
  const timers = new VirtualTimeScheduler();
  let broker: ReplayBroker;
  let client: MqttClient;
  let seen: string[];
  let played = 0;

  /** Lets the broker publish so many payloads, and waits until the client has them. */
  async function play(count: number): Promise<void> {
    const due = seen.length + count;
    played += count;
    timers.maxFrames = (played - 1) * 100;
    timers.flush();
    await until(() => seen.length >= due, `${String(count)} more messages are there`);
  }

  beforeEach(async () => {
    [seen, played] = [[], 0];
    timers.frame = 0;
    broker = await startReplayBroker({
      payloads: { 'px/A': ['a0', new TextEncoder().encode('a1'), 'a2'], 'px/B': ['b0', 'b1'] },
      rate: 10,
      clock: { timers },
    });
    client = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0, resubscribe: false });
    client.on('message', (topic, payload, { retain }) => {
      seen.push(`${topic} ${payload.toString()}${retain ? ' retained' : ''}`);
    });
    await client.subscribeAsync('px/+');
  });

  afterEach(async () => {
    await client.endAsync(true);
    await broker.stop();
  });

  it('publishes in order per topic, topics taking turns, and begins each again after its last', async () => {
    await play(7);
    expect(seen).toEqual(['px/A a0', 'px/B b0', 'px/A a1', 'px/B b1', 'px/A a2', 'px/B b0', 'px/A a0']);
  });

  it('publishes at the rate asked for', () => {
    const before = timers.actions.map(({ delay }) => delay);
    timers.maxFrames = 0;
    timers.flush();
    expect([before, timers.actions.map(({ delay }) => delay)]).toEqual([[0], [100]]);
  });

  it('cuts every connection on dropConnections and takes new ones, which get what comes next', async () => {
    await play(2);
    const cut = new Promise<void>((resolve) =>
      client.once('close', () => {
        resolve();
      }),
    );
    broker.dropConnections();
    await cut;

    const again = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    again.on('message', (topic, payload) => {
      seen.push(`${topic} ${payload.toString()}`);
    });
    await again.subscribeAsync('px/+');
    await play(1);
    await again.endAsync(true);
    expect(seen).toEqual(['px/A a0', 'px/B b0', 'px/A a1']);
  });

  it('leaves no timer and no port behind once stopped, and may be stopped twice', async () => {
    await Promise.all([broker.stop(), broker.stop()]);
    expect(timers.actions).toEqual([]);
    await expect(mqtt.connectAsync(broker.url, { reconnectPeriod: 0 }, false)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

const started = (config: object) => () => startReplayBroker({ payloads: { a: ['1'] }, ...config });

describe('startReplayBroker', () => {
  itRejectsArguments([
    ['startReplayBroker.speed', 2, started({ speed: 2 })],
    ['startReplayBroker.rate', 0, started({ rate: 0 })],
    ['startReplayBroker.rate', 1001, started({ rate: 1001 })],
    ['startReplayBroker.rate', Number.NaN, started({ rate: Number.NaN })],
    ['startReplayBroker.rate', '20', started({ rate: '20' })],
    ['startReplayBroker.payloads', undefined, () => startReplayBroker({} as ReplayBrokerConfig)],
    ['startReplayBroker.payloads', {}, started({ payloads: {} })],
    ['startReplayBroker.payloads["px/+"]', 'px/+', started({ payloads: { 'px/+': ['1'] } })],
    ['startReplayBroker.payloads["a"]', [], started({ payloads: { a: [] } })],
    ['startReplayBroker.payloads["a"]', 'text', started({ payloads: { a: 'text' } })],
    ['startReplayBroker.payloads["a"][1]', 7, started({ payloads: { a: ['1', 7] } })],
  ]);
});
