import { lastValueFrom } from 'rxjs';
import { expect } from 'vitest';
import { type Endpoint, fromMqtt, type MqttEvent } from '../../src/index.js';
import { until } from '../contract/openConnection.js';
import { expectAccounted } from '../support/mqttAccount.js';
import { handles, hasMoreThan } from './handles.js';
import { skippingClock } from './skippingClock.js';

/** A broker as these rounds need it. */
export interface CutBroker {
  readonly endpoint: Endpoint;
  /** Whether it forgets with a cut what was stored: it comes as new then. */
  readonly forgets?: boolean;
  /** A topic whose subscription is refused. */
  readonly refused: string;
  publish(topic: string, payload: Uint8Array, retain?: boolean): Promise<void>;
  /** Ends every connection; resolves when new ones are taken. */
  cut(): Promise<void> | void;
}

interface Received {
  readonly topic: string;
  readonly text: string;
  readonly epoch: number;
  readonly retain: boolean;
  readonly first: boolean;
}

/**
 * Connects, gets stored and new messages, is cut off and comes back one epoch up, in so many rounds; a refused topic costs
 * the others nothing. Then the subscribers leave, and nothing is left over.
 */
export async function expectMqttRounds(broker: CutBroker, rounds: number): Promise<void> {
  const { endpoint, forgets = false, refused, publish, cut } = broker;
  const root = `rounds/${endpoint.url.replace(/\W/g, '')}`;
  await publish(`${root}/stored`, Buffer.from('stored'), true);
  const before = handles();
  const clock = skippingClock();
  // A clock that skips waits looks like a thread that was blocked.
  const mqtt = fromMqtt({
    endpoint,
    topics: [`${root}/stored`, `${root}/new/+`, refused],
    clock,
    stallThreshold: Infinity,
  });
  const events: MqttEvent[] = [];
  mqtt.events$.subscribe((event) => {
    events.push(event);
    const { state } = event.type === 'state' ? event : {};
    // Once its timer is there.
    if (state?.status === 'waiting')
      queueMicrotask(() => {
        clock.skip(state.delay);
      });
    expectAccounted(mqtt.stats());
  });
  const observed: Received[] = [];
  const other: number[] = [];
  const subscriptions = [
    mqtt.subscribe(({ topic, payload, epoch, retain, first }) => {
      observed.push({
        topic: topic.slice(root.length + 1),
        text: Buffer.from(payload).toString(),
        epoch,
        retain,
        first,
      });
      expectAccounted(mqtt.stats());
    }),
    mqtt.subscribe(({ epoch }) => other.push(epoch)),
  ];
  const has = (epoch: number, text: string): boolean =>
    observed.some((one) => one.epoch === epoch && one.text === text);

  for (let round = 0; round <= rounds; round += 1) {
    if (round > 0) {
      await cut();
      await until(() => events.some((event) => event.type === 'lost' && event.epoch === round - 1), 'the loss is said');
    }
    await until(() => has(round, 'stored'), `the stored message comes on connection ${String(round)}`);
    for (const text of ['1', '2']) await publish(`${root}/new/a`, Buffer.from(`${text} of ${String(round)}`));
    await until(() => has(round, `2 of ${String(round)}`), `new messages come on connection ${String(round)}`);
  }

  const news = (round: number): Received[] =>
    observed.filter(({ epoch, topic }) => epoch === round && topic === 'new/a');
  for (let round = 0; round <= rounds; round += 1) {
    expect(news(round)).toEqual([
      { topic: 'new/a', text: `1 of ${String(round)}`, epoch: round, retain: false, first: true },
      { topic: 'new/a', text: `2 of ${String(round)}`, epoch: round, retain: false, first: false },
    ]);
    const [stored, ...others] = observed.filter(({ epoch, topic }) => epoch === round && topic === 'stored');
    expect(stored).toMatchObject({ text: 'stored', first: true, ...(round > 0 && forgets ? {} : { retain: true }) });
    expect(others).toEqual([]);
  }
  expect(other).toEqual(observed.map(({ epoch }) => epoch));
  expect(events.flatMap((event) => (event.type === 'promoted' ? [event.epoch] : []))).toEqual(
    Array.from({ length: rounds + 1 }, (_, epoch) => epoch),
  );
  expect(mqtt.subscriptions().get(refused)).toEqual({ status: 'refused', code: 0x80 });

  for (const subscription of subscriptions) subscription.unsubscribe();
  await lastValueFrom(mqtt.closed$, { defaultValue: undefined });
  await until(() => clock.pending === 0 && !hasMoreThan(before), 'no handle is left');
  await publish(`${root}/new/a`, Buffer.from('nobody is there'));
  await publish(`${root}/stored`, new Uint8Array(), true);
  expect(observed).toHaveLength(3 * (rounds + 1));
  expect(mqtt.stats()).toMatchObject({ received: observed.length, emitted: observed.length, inFlight: 0 });
}
