import { lastValueFrom, Subject } from 'rxjs';
import { expect } from 'vitest';
import { type Endpoint, fromMqtt } from '../../src/index.js';
import { until } from '../contract/openConnection.js';
import { expectAccounted } from '../support/mqttAccount.js';

/** A broker as these rounds need it. */
export interface OverlapBroker {
  readonly endpoint: Endpoint;
  /** Resolves when the broker has the message. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
}

/** Long enough for the broker to have handled an UNSUBSCRIBE that was sent before. */
const UNSUBSCRIBED = 100;

/**
 * Wants a name and a wildcard that covers it, in both orders, and the one without the other, while messages of the name are
 * published without a pause: each message comes, and only once while the topics don't change.
 */
export async function expectOverlapRounds({ endpoint, publish }: OverlapBroker): Promise<void> {
  const [name, other, wildcard] = ['overlap/a/book', 'overlap/b/book', 'overlap/+/book'];
  const lists = new Subject<readonly string[]>();
  const mqtt = fromMqtt({ endpoint, topics: lists });
  const numbers: number[] = [];
  const others: string[] = [];
  const subscription = mqtt.subscribe(({ topic, payload }) => {
    const text = Buffer.from(payload).toString();
    if (topic === name) numbers.push(Number(text));
    else others.push(text);
    expectAccounted(mqtt.stats());
  });
  let published = 0;
  const publishNext = async (): Promise<void> => {
    published += 1;
    await publish(name, Buffer.from(String(published)));
  };
  const expectAllOnce = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, UNSUBSCRIBED));
    const from = published;
    for (let count = 0; count < 5; count += 1) await publishNext();
    await publish(other, Buffer.from(String(from)));
    await until(() => numbers.includes(published), 'the last message came');
    // A copy would follow at once.
    await new Promise((resolve) => setTimeout(resolve, UNSUBSCRIBED));
    expect(numbers.filter((number) => number > from)).toEqual([1, 2, 3, 4, 5].map((count) => from + count));
  };
  /** Changes the wanted topics in the middle of a stream of messages, and waits until the broker has answered. */
  const change = async (topics: readonly string[], through: string | undefined): Promise<void> => {
    for (let count = 0; count < 20; count += 1) await publishNext();
    lists.next(topics);
    const isDone = (): boolean => {
      const entry = mqtt.subscriptions().get(name);
      return (entry?.status === 'granted' || entry?.status === 'seen') && entry.through === through;
    };
    while (!isDone()) await publishNext();
    for (let count = 0; count < 20; count += 1) await publishNext();
  };

  lists.next([name, wildcard]);
  await until(() => mqtt.subscriptions().get(name)?.through === wildcard, 'the wildcard is granted');
  await expectAllOnce();
  const first = Math.min(...numbers);
  await change([name], undefined);
  await expectAllOnce();
  await change([name, wildcard], wildcard);
  await expectAllOnce();
  await change([name], undefined);
  await expectAllOnce();
  const all = new Set(numbers);
  expect(
    Array.from({ length: published - first + 1 }, (_, index) => first + index).filter((one) => !all.has(one)),
  ).toEqual([]);
  // Messages that only the wildcard matches came once while it was wanted.
  expect(others).toEqual([...new Set(others)]);
  expect(others).toHaveLength(2);

  subscription.unsubscribe();
  await lastValueFrom(mqtt.closed$, { defaultValue: undefined });
}
