import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { coversTopic, matchesTopic } from '../../src/model/topicFilter.js';
import type { TopicSubscription } from '../../src/index.js';
import type { FakeTransport } from '../../src/testing/index.js';
import { type MqttListener, mqttScene, type MqttSceneConfig, textOf } from './mqttScene.js';

/** A broker that sends a copy of each message for each filter that matches it, as EMQX does. */
function publishCopies(fake: FakeTransport, topic: string, payload: string): void {
  for (const connection of fake.connections.filter(({ isOpen }) => isOpen))
    for (const filter of [...connection.subscribed]) if (matchesTopic(filter, topic)) connection.send(topic, payload);
}

/** `fromMqtt` at such a broker, with topics that the test changes. */
function overlapping(config: Omit<MqttSceneConfig<undefined>, 'topics'> = {}) {
  const lists = new Subject<readonly string[]>();
  const made = mqttScene({ ...config, topics: lists });
  const listener: MqttListener<undefined> = made.listen();
  const got = (): readonly string[] => listener.messages.splice(0).map(({ topic, text }) => `${topic} ${text}`);
  return {
    ...made,
    got,
    messages: listener.messages,
    want: (...topics: readonly string[]): void => {
      lists.next(topics);
    },
    /** Publishes, and returns the emitted messages. */
    publish: (...topics: readonly string[]): readonly string[] => {
      got();
      for (const topic of topics) publishCopies(made.fake, topic, '1');
      return got();
    },
    status: (topic: string): TopicSubscription | undefined => made.mqtt.subscriptions().get(topic),
  };
}

const wide = { status: 'granted', code: 0, through: 'px/+' };

describe('a topic that a wanted wildcard of fromMqtt covers', () => {
  test.each([
    ['px/+', 'px/a'],
    ['#', 'px/a'],
    ['px/#', 'px'],
    ['px/#', 'px/+/book'],
    ['#', 'px/#'],
    ['px/+/book', 'px/a/book'],
  ])('is not subscribed to by itself (%s covers %s), and each message comes once', (cover, covered) => {
    const topic = covered.replace('+', 'a').replace('#', 'a');
    for (const order of [
      [cover, covered],
      [covered, cover],
    ]) {
      const { want, fake, publish, status } = overlapping();
      want(...order);
      expect(fake.current.subscribes).toEqual([[cover]]);
      expect(publish(topic)).toEqual([`${topic} 1`]);
      expect(status(covered)).toMatchObject({ through: cover });
    }
  });

  test('is wanted until the wildcard is granted, then granted through it; only then the connection is promoted', () => {
    const { want, log, fake, mqtt, scheduler, status, publish } = overlapping({ fake: { latency: 10 } });
    want('px/a', 'px/+', 'px/b');
    scheduler.advance(19);
    expect(status('px/a')).toEqual({ status: 'wanted' });
    expect(log.at(-1)).toBe('state connecting/subscribing');
    scheduler.advance(1);
    expect([status('px/a'), status('px/+')]).toEqual([wide, { status: 'granted', code: 0 }]);
    expect(log.slice(-3)).toEqual(['granted px/+ px/a px/b', 'state live', 'promoted e0']);
    publish('px/a');
    expect([status('px/a'), status('px/b'), status('px/+')]).toEqual([
      { ...wide, status: 'seen' },
      wide,
      { status: 'seen', code: 0 },
    ]);
    expect(fake.current.subscribes).toEqual([['px/+']]);
    const states: unknown[] = [];
    mqtt.state$.subscribe((state) => states.push(state));
    expect(states).toMatchObject([{ status: 'live', ledger: { wanted: 3, granted: 3, refused: [], noData: [] } }]);
  });

  test('that is added later is granted at once, and its next message is no first one, because no SUBSCRIBE was sent', () => {
    const { want, log, fake, publish, messages, status } = overlapping();
    want('px/+');
    publish('px/a', 'px/b');
    want('px/+', 'px/a', 'px/c');
    expect(log.at(-1)).toBe('granted px/a px/c');
    expect([status('px/a'), status('px/c')]).toEqual([{ ...wide, status: 'seen' }, wide]);
    publishCopies(fake, 'px/a', '2');
    publishCopies(fake, 'px/c', '2');
    expect(messages.map(({ topic, first }) => [topic, first])).toEqual([
      ['px/a', false],
      ['px/c', true],
    ]);
    expect([fake.current.subscribes, fake.current.unsubscribes]).toEqual([[['px/+']], []]);
  });

  test('that already has a subscription is unsubscribed after the SUBACK of the wildcard, never before', () => {
    const { want, fake, publish, scheduler, status } = overlapping({ fake: { latency: 10 } });
    want('px/a', 'px/b', 'md/c');
    scheduler.advance(20);
    want('px/a', 'px/b', 'md/c', 'px/+');
    scheduler.advance(9);
    expect(fake.current.unsubscribes).toEqual([]);
    expect(publish('px/a')).toEqual(['px/a 1']);
    scheduler.advance(1);
    expect(fake.current.unsubscribes).toEqual([['px/a', 'px/b']]);
    expect(publish('px/a', 'px/b', 'px/c', 'md/c')).toEqual(['px/a 1', 'px/b 1', 'px/c 1', 'md/c 1']);
    expect(status('px/a')).toEqual({ ...wide, status: 'seen' });
  });

  test('and waits for its own answer is unsubscribed after that answer', () => {
    const { want, fake, publish, scheduler, status } = overlapping({
      fake: { subackLatency: (topics) => (topics.includes('px/a') ? 500 : 10) },
    });
    want('md/c');
    scheduler.advance(10);
    want('md/c', 'px/a');
    want('md/c', 'px/a', 'px/+');
    scheduler.advance(499);
    expect([status('px/a'), fake.current.unsubscribes]).toEqual([{ status: 'sent' }, []]);
    scheduler.advance(1);
    expect([status('px/a'), fake.current.unsubscribes]).toEqual([wide, [['px/a']]]);
    expect(publish('px/a')).toEqual(['px/a 1']);
  });

  test('is not sent any more if its SUBSCRIBE waits for its turn when the wildcard is granted', () => {
    let isRefused = true;
    const names = Array.from({ length: 80 }, (_, index) => `px/t${String(index)}`);
    const { want, fake, publish, scheduler } = overlapping({
      fake: {
        suback: (topic) => (topic === 'px/+' && isRefused ? 0x80 : 0),
        subackLatency: (topics) => (topics.includes('px/+') ? 10 : 100),
      },
    });
    want('px/+', ...names);
    scheduler.advance(1_000);
    isRefused = false;
    // The wildcard was refused, so that the names don't wait for it: three of their ten SUBSCRIBEs go out with its own.
    fake.drop();
    scheduler.advance(1_500);
    expect(fake.current.subscribes.map(([first]) => first)).toEqual(['px/+', 'px/t0', 'px/t8', 'px/t16']);
    expect(fake.current.subscribed).toEqual(new Set(['px/+']));
    expect(publish('px/t0', 'px/t79')).toEqual(['px/t0 1', 'px/t79 1']);
  });

  test('gets its own SUBSCRIBE when the wildcard is refused, and is unsubscribed when a later answer grants the wildcard', () => {
    let isRefused = true;
    const { want, log, fake, publish, scheduler, status } = overlapping({
      fake: { latency: 10, suback: (topic) => (topic === 'px/+' && isRefused ? 0x80 : 0) },
    });
    want('px/+', 'px/a', 'px/b');
    scheduler.advance(20);
    expect(log).not.toContain('promoted e0');
    expect([fake.current.subscribes, status('px/a')]).toEqual([[['px/+'], ['px/a', 'px/b']], { status: 'sent' }]);
    scheduler.advance(10);
    expect(log.slice(-4)).toEqual(['refused px/+', 'granted px/a px/b', 'state live', 'promoted e0']);
    expect(publish('px/a', 'px/b', 'px/c')).toEqual(['px/a 1', 'px/b 1']);
    isRefused = false;
    scheduler.advance(60_000);
    expect(fake.current.unsubscribes).toEqual([['px/a', 'px/b']]);
    expect(publish('px/a', 'px/c')).toEqual(['px/a 1', 'px/c 1']);
  });

  test('does not wait for ever if onSubscribe covers with a wildcard only until the wildcard is granted', () => {
    const answers = ['nothing', 'unknown'] as const;
    let calls = 0;
    const { want, publish, status } = overlapping({ onSubscribe: () => answers[Math.min(1, calls++)] ?? 'unknown' });
    want('px/+', 'px/a');
    expect(status('px/a')).toEqual(wide);
    expect(publish('px/a')).toEqual(['px/a 1']);
  });

  test('waits for another wildcard when a wider one is refused', () => {
    const { want, fake, publish, status } = overlapping({ fake: { suback: (topic) => (topic === '#' ? 0x80 : 0) } });
    want('px/a', '#', 'px/+', 'md/c');
    expect(fake.current.subscribes).toEqual([['#'], ['px/+', 'md/c']]);
    expect(status('px/a')).toEqual(wide);
    expect(publish('px/a', 'md/c')).toEqual(['px/a 1', 'md/c 1']);
  });

  test('gets its own SUBSCRIBE when the wildcard has no answer for 5 s on a live connection', () => {
    const { want, fake, publish, scheduler, log } = overlapping({
      fake: { suback: (topic) => (topic === 'px/+' ? undefined : 0) },
    });
    want('md/c');
    want('md/c', 'px/+', 'px/a');
    scheduler.advance(4_999);
    expect(fake.current.subscribes).toEqual([['md/c'], ['px/+']]);
    scheduler.advance(1);
    expect(fake.current.subscribes.slice(2)).toEqual([['px/a']]);
    expect(publish('px/a')).toEqual(['px/a 1']);
    expect(log).toContain('granted px/a');
  });

  test('stays without a gap when the wildcard is no longer wanted: UNSUBSCRIBE waits for the SUBACK of the topic', () => {
    const { want, fake, publish, scheduler, status, messages } = overlapping({ fake: { latency: 10 } });
    want('px/+', 'px/a', 'px/b', 'md/c');
    scheduler.advance(20);
    publish('px/a');
    want('px/a', 'px/b', 'md/c');
    expect([fake.current.subscribes.at(-1), fake.current.unsubscribes]).toEqual([['px/a', 'px/b'], []]);
    publishCopies(fake, 'px/a', '2');
    scheduler.advance(9);
    expect([status('px/a'), fake.current.unsubscribes]).toEqual([{ ...wide, status: 'seen' }, []]);
    scheduler.advance(1);
    expect(fake.current.unsubscribes).toEqual([['px/+']]);
    publishCopies(fake, 'px/a', '3');
    publishCopies(fake, 'px/b', '3');
    expect(messages.map(({ topic, text, first }) => `${topic} ${text} ${String(first)}`)).toEqual([
      'px/a 2 false',
      'px/a 3 false',
      'px/b 3 true',
    ]);
    expect([status('px/a'), status('px/b')]).toEqual([
      { status: 'seen', code: 0 },
      { status: 'seen', code: 0 },
    ]);
    expect(publish('px/d')).toEqual([]);
  });

  test('is refused by its own answer after the wildcard is removed, which then ends; granted later, it has a first message', () => {
    let isRefused = true;
    const { want, fake, log, scheduler, status, publish, messages } = overlapping({
      fake: { latency: 10, suback: (topic) => (topic === 'px/a' && isRefused ? 0x80 : 0) },
    });
    want('px/+', 'px/a', 'md/c');
    scheduler.advance(20);
    expect(publish('px/a')).toEqual(['px/a 1']);
    want('px/a', 'md/c');
    scheduler.advance(10);
    expect([status('px/a'), log.at(-1)]).toEqual([{ status: 'refused', code: 0x80 }, 'refused px/a']);
    expect(fake.current.unsubscribes).toEqual([['px/+']]);
    expect(publish('px/a')).toEqual([]);
    isRefused = false;
    scheduler.advance(60_010);
    fake.current.send('px/a', '2');
    expect(messages).toMatchObject([{ topic: 'px/a', first: true }]);
  });

  test('keeps a wildcard that is wanted again before the topic has its answer', () => {
    const { want, fake, scheduler, publish } = overlapping({ fake: { latency: 10 } });
    want('px/+', 'px/a');
    scheduler.advance(20);
    want('px/a');
    want('px/a', 'px/+');
    scheduler.advance(100);
    expect(fake.current.subscribed).toEqual(new Set(['px/+']));
    expect(publish('px/a', 'px/b')).toEqual(['px/a 1', 'px/b 1']);
  });

  test('gets one SUBSCRIBE, however often the wildcard is added and removed before the answer', () => {
    const { want, fake, scheduler, publish } = overlapping({ fake: { latency: 10 } });
    want('px/+', 'px/a');
    scheduler.advance(20);
    for (let round = 0; round < 3; round += 1) {
      want('px/a');
      want('px/a', 'px/+');
    }
    want('px/a');
    expect(publish('px/a')).toEqual(['px/a 1']);
    scheduler.advance(100);
    expect(fake.current.subscribes.filter((topics) => topics.includes('px/a'))).toHaveLength(1);
    expect(fake.current.subscribed).toEqual(new Set(['px/a']));
  });

  test('without an answer of its own stays without a gap when a wider wildcard than its first one is removed', () => {
    const { want, fake, publish } = overlapping({
      fake: { suback: (topic) => (topic === 'px/a/book' ? undefined : 0) },
    });
    want('px/a/+', 'px/a/book');
    want('px/a/book');
    want('px/a/book', 'px/a/+');
    want('px/a/book', 'px/a/+', 'px/#');
    expect(fake.current.subscribed).toEqual(new Set(['px/#']));
    want('px/a/book');
    expect(publish('px/a/book')).toEqual(['px/a/book 1']);
  });

  test('is removed with its wildcard in one step, without a SUBSCRIBE', () => {
    const { want, fake, scheduler } = overlapping();
    want('px/+', 'px/a', 'md/c');
    want('md/c');
    scheduler.advance(1_000);
    expect([fake.current.subscribes, fake.current.unsubscribes]).toEqual([[['px/+', 'md/c']], [['px/+']]]);
  });

  test('is brought by the next wildcard when one replaces another in one step', () => {
    const { want, fake, publish, status } = overlapping();
    want('px/#', 'px/a');
    want('px/+', 'px/a');
    expect([fake.current.subscribes, fake.current.unsubscribes]).toEqual([[['px/#'], ['px/+']], [['px/#']]]);
    expect(status('px/a')).toEqual(wide);
    expect(publish('px/a')).toEqual(['px/a 1']);
  });

  test('is brought by a narrower wildcard when the wider one is removed', () => {
    const { want, fake, publish, status } = overlapping();
    want('px/#', 'px/+', 'px/a');
    expect([fake.current.subscribes, status('px/+')]).toEqual([
      [['px/#']],
      { status: 'granted', code: 0, through: 'px/#' },
    ]);
    want('px/+', 'px/a');
    expect(fake.current.subscribes.slice(1)).toEqual([['px/+']]);
    expect([status('px/+'), status('px/a')]).toEqual([{ status: 'granted', code: 0 }, wide]);
    expect(fake.current.unsubscribes).toEqual([['px/#']]);
    expect(publish('px/a', 'px/b', 'px/a/b')).toEqual(['px/a 1', 'px/b 1']);
  });

  test('gets its own SUBSCRIBE when a notice refuses the wildcard, and its next message is a first one', () => {
    const { want, fake, publish, messages, status } = overlapping({
      notices: { topics: ['notices'], decode: (payload) => [{ topic: textOf(payload), message: 'no right to it' }] },
    });
    want('px/+', 'px/a');
    publish('px/a');
    fake.current.send('notices', 'px/+');
    expect(status('px/+')).toMatchObject({ status: 'refused', message: 'no right to it' });
    expect(fake.current.subscribes.at(-1)).toEqual(['px/a']);
    fake.current.send('px/a', '2');
    expect(messages).toMatchObject([{ topic: 'px/a', first: true }]);
  });
});

test('filters of fromMqtt that overlap in part are both subscribed to', () => {
  const { want, fake, publish } = overlapping();
  want('px/a/+', 'px/+/book');
  expect(fake.current.subscribes).toEqual([['px/a/+', 'px/+/book']]);
  expect(publish('px/a/book', 'px/a/last')).toEqual(['px/a/book 1', 'px/a/book 1', 'px/a/last 1']);
});

describe('a wildcard of fromMqtt covers nothing', () => {
  test.each(['snapshot', 'unknown'] as const)(
    'if each SUBSCRIBE may bring an image (%s): each name has a subscription of its own, and keeps it',
    (onSubscribe) => {
      const { want, fake, scheduler } = overlapping({ onSubscribe });
      want('px/+', 'px/a');
      want('px/+', 'px/a', 'px/b');
      fake.current.send('px/a', '1');
      fake.current.send('px/b', '1');
      scheduler.advance(60_000);
      expect(fake.current.subscribes).toEqual([['px/+', 'px/a'], ['px/b']]);
      want('px/a', 'px/b');
      expect(fake.current.unsubscribes).toEqual([['px/+']]);
    },
  );

  test('if onSubscribe returns so for this wildcard', () => {
    const { want, fake } = overlapping({ onSubscribe: (topic) => (topic === 'px/+' ? 'snapshot' : 'retained') });
    want('px/+', 'px/a', 'md/+', 'md/a');
    expect(fake.current.subscribes).toEqual([['px/+', 'px/a', 'md/+']]);
  });

  test('if it was refused before: on the next connection no name waits for its answer', () => {
    const { want, fake, scheduler, publish } = overlapping({
      fake: { suback: (topic) => (topic === 'px/+' ? 0x80 : 0) },
    });
    want('px/+', 'px/a');
    fake.drop();
    scheduler.advance(1_000);
    expect(fake.connections).toHaveLength(2);
    expect(fake.current.subscribes).toEqual([['px/+'], ['px/a']]);
    expect(publish('px/a')).toEqual(['px/a 1']);
  });

  test('if the broker closes the connection on it, and covers once it is granted', () => {
    let isClosing = true;
    const { want, fake, scheduler, publish, status } = overlapping({
      fake: { suback: (topic) => (topic === 'px/+' && isClosing ? 'close' : 0) },
    });
    want('px/a', 'px/+', 'md/c');
    for (let round = 0; round < 20; round += 1) scheduler.advance(60_000);
    expect(status('px/+')?.status).toBe('refused');
    expect(fake.current.subscribed).toEqual(new Set(['px/a', 'md/c']));
    expect(publish('px/a')).toEqual(['px/a 1']);
    isClosing = false;
    scheduler.advance(600_000);
    expect(fake.current.subscribed).toEqual(new Set(['px/+', 'md/c']));
    expect(publish('px/a')).toEqual(['px/a 1']);
  });
});

describe('a covered topic of fromMqtt', () => {
  test('that ended connections gets no SUBSCRIBE while a wildcard brings it', () => {
    const { want, fake, scheduler, publish } = overlapping({
      fake: { suback: (topic) => (topic === 'px/a' ? 'close' : 0) },
    });
    want('md/c', 'px/a');
    want('md/c', 'px/a', 'px/+');
    for (let round = 0; round < 20; round += 1) scheduler.advance(60_000);
    expect(fake.connections).toHaveLength(2);
    expect(publish('px/a')).toEqual(['px/a 1']);
  });

  test('that ended connections delays no promotion when its wildcard is refused', () => {
    let isClosing = true;
    const { want, fake, log, scheduler } = overlapping({
      fake: { latency: 10, suback: (topic) => (topic === 'px/+' ? 0x80 : isClosing ? 'close' : 0) },
    });
    want('px/a');
    scheduler.advance(20);
    isClosing = false;
    want('px/a', 'px/+');
    scheduler.advance(1_000);
    expect(log.filter((line) => /^(promoted|granted|refused)/.test(line))).toEqual([
      'refused px/+',
      'promoted e0',
      'granted px/a',
    ]);
    expect(fake.connections).toHaveLength(2);
  });

  test('that ended connections, and is brought by a wildcard, promotes no connection that waits for another topic', () => {
    let answers: Readonly<Record<string, 0x80 | 'close'>> = { 'px/+': 0x80 };
    const { want, fake, log, scheduler } = overlapping({
      fake: {
        suback: (topic) => answers[topic] ?? 0,
        subackLatency: (topics) => (topics.includes('md/slow') ? 3_000 : 0),
      },
    });
    want('px/+', 'md/c');
    answers = { 'px/+': 0x80, 'px/a': 'close' };
    want('px/+', 'md/c', 'px/a');
    answers = {};
    want('px/+', 'px/a', 'md/slow');
    scheduler.advance(3_000);
    expect(fake.current.subscribes).toEqual([['px/+'], ['md/slow']]);
    expect(log.filter((line) => line.startsWith('promoted'))).toEqual(['promoted e0']);
    scheduler.advance(1_000);
    expect(log.filter((line) => line.startsWith('promoted'))).toEqual(['promoted e0', 'promoted e1']);
  });

  test('that was refused before gets its own SUBSCRIBE on the next connection, so that its refusal is visible', () => {
    const { want, fake, scheduler, status } = overlapping({
      fake: { suback: (topic) => (topic === 'px/bad' ? 0x80 : 0) },
    });
    want('md/c', 'px/bad');
    want('md/c', 'px/bad', 'px/+');
    expect(status('px/bad')).toEqual({ status: 'refused', code: 0x80 });
    fake.drop();
    scheduler.advance(1_000);
    expect(fake.current.subscribes).toEqual([['px/bad'], ['md/c', 'px/+']]);
    expect(status('px/bad')).toEqual({ status: 'refused', code: 0x80 });
  });

  const names = Array.from({ length: 10 }, (_, index) => `px/t${String(index)}`);

  test('without the stored message that the others had gets its own SUBSCRIBE, and keeps it', () => {
    const { want, fake, scheduler, status, publish } = overlapping({ onSubscribe: 'retained' });
    want('px/+', ...names);
    for (const name of names.slice(1)) fake.current.send(name, '1', { retain: true });
    scheduler.advance(5_000);
    expect(fake.current.subscribes).toEqual([['px/+'], ['px/t0']]);
    expect(status('px/t0')).toEqual({ status: 'no-data', code: 0 });
    fake.current.send('px/t0', '1', { retain: true });
    scheduler.advance(600_000);
    expect([status('px/t0'), fake.current.unsubscribes]).toEqual([{ status: 'seen', code: 0 }, []]);
    expect(publish('px/t1')).toEqual(['px/t1 1']);
    want('px/+', '#', ...names);
    expect([status('px/t0'), fake.current.unsubscribes]).toEqual([{ status: 'seen', code: 0 }, [['px/+']]]);
    want('#', ...names.slice(1));
    want('#', ...names);
    expect(status('px/t0')).toMatchObject({ through: '#' });
  });

  test('that its wildcard had brought before is no evidence that SUBSCRIBE brings stored messages', () => {
    const { want, fake, scheduler, events } = overlapping({ onSubscribe: 'retained' });
    want('px/+');
    for (const name of names) fake.current.send(name, '1');
    want('px/+', ...names);
    want('px/+', ...names, 'md/quiet');
    scheduler.advance(600_000);
    expect(events.filter(({ type }) => type === 'no-data')).toEqual([]);
  });

  test('whose route was discarded gets its own SUBSCRIBE once, so that its stored message comes again', () => {
    const { want, fake, mqtt, status } = overlapping({ route: () => undefined, onSubscribe: 'retained' });
    want('px/+');
    fake.current.send('px/a', '1', { retain: true });
    mqtt.reroute('px/a');
    want('px/+', 'px/a');
    expect([fake.current.subscribes, fake.current.unsubscribes]).toEqual([[['px/+'], ['px/a']], [['px/a']]]);
    expect(status('px/a')).toEqual(wide);
  });

  test('whose route was discarded gets its own SUBSCRIBE, also if its name is no longer remembered among too many', () => {
    const { want, fake, mqtt } = overlapping({ route: () => undefined, onSubscribe: 'retained' });
    want('px/+');
    fake.current.send('px/a', '1', { retain: true });
    mqtt.reroute('px/a');
    for (let count = 0; count < 65_536; count += 1) fake.current.send(`px/${String(count)}`, '1', { retain: true });
    want('px/+', 'px/a', 'px/65535');
    expect(fake.current.subscribes).toEqual([['px/+'], ['px/a']]);
    expect(mqtt.subscriptions().get('px/a')?.through).toBe('px/+');
  });
});

test('wanted topics of fromMqtt that overlap get each message, and only once when all are answered, in any order of events', () => {
  for (let seed = 1; seed <= 300; seed += 1) run(seed);
});

/** The filters of a list that none of the others covers. */
function widest(filters: readonly string[]): string[] {
  return filters.filter((one) => !filters.some((other) => other !== one && coversTopic(other, one)));
}

/**
 * Changes topics, answers and latencies at random, and compares granted topics with the subscriptions at the broker.
 */
function run(seed: number): void {
  let state = seed * 7_919;
  const dice = (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const filters = ['#', 'px/#', 'px/+', 'px/+/book', 'px/a/+', 'px/a', 'px/b', 'px/a/book', 'px/b/book', 'md/c'];
  const topics = filters.filter((filter) => !/[+#]/.test(filter));
  /** Answers other than a grant, by topic. */
  const answers = new Map<string, 0x80 | 'close' | undefined>();
  /** Whether a SUBSCRIBE may have had no answer, so that a request may be under way for a minute. */
  let isSilent = false;
  const trail: string[] = [];
  const { fake, mqtt, want, scheduler, got, status } = overlapping({
    fake: {
      suback: (topic) => (answers.has(topic) ? answers.get(topic) : 0),
      subackLatency: () => [0, 5, 50][dice(3)] ?? 0,
    },
  });
  const fail = (promise: string): never => {
    const { subscribed } = fake.current;
    throw new Error(
      `${promise}; subscribed to ${[...subscribed].join(' ')}, seed ${String(seed)}: ${trail.slice(-40).join('; ')}`,
    );
  };
  const granted = (): string[] =>
    [...mqtt.subscriptions()].filter(([, { status: how }]) => how === 'granted' || how === 'seen').map(([one]) => one);
  const checkGranted = (): void => {
    if (fake.connections.at(-1)?.isOpen !== true) return;
    const subscribed = [...fake.current.subscribed];
    for (const topic of granted())
      if (!subscribed.some((filter) => coversTopic(filter, topic))) fail(`${topic} is granted, and nothing brings it`);
  };
  /** Once nothing is under way any more. */
  const checkCopies = (): void => {
    scheduler.advance(300);
    const all = [...mqtt.subscriptions().values()];
    const isAsked = all.some(({ status: how }) => how === 'wanted' || how === 'sent');
    // A suspected topic may be brought by a filter that is gone, until its own turn comes.
    const isLeft = all.some(({ through }) => through !== undefined && status(through) === undefined);
    if (connection !== 'live' || isAsked || isLeft || isSilent) return;
    got();
    for (const topic of topics) publishCopies(fake, topic, '1');
    const messages = got();
    for (const topic of topics) {
      const copies = messages.filter((message) => message === `${topic} 1`).length;
      const matching = widest(granted().filter((filter) => matchesTopic(filter, topic)));
      if (copies !== matching.length) fail(`${topic} came ${String(copies)} times for ${matching.join(' ')}`);
    }
  };
  let connection = '';
  mqtt.events$.subscribe((event) => {
    if (event.type === 'state') connection = event.state.status;
    trail.push(event.type);
    checkGranted();
    if (dice(40) === 0 && !isLast) change();
  });
  let isLast = false;
  let wanted: string[] = [];
  const change = (): void => {
    wanted = filters.filter(() => dice(3) === 0);
    trail.push(`want ${wanted.join(' ')}`);
    want(...wanted);
  };
  const steps: readonly (readonly [weight: number, step: () => void])[] = [
    [50, change],
    [
      12,
      () => {
        const topic = filters[dice(filters.length)] ?? '';
        if (!answers.delete(topic)) answers.set(topic, ([0x80, 0x80, 0x80, 'close', undefined] as const)[dice(5)]);
        isSilent ||= answers.has(topic) && answers.get(topic) === undefined;
        trail.push(`${topic}: ${String(answers.has(topic) ? answers.get(topic) : 'grant')}`);
      },
    ],
    [
      3,
      () => {
        trail.push('drop');
        fake.drop();
        scheduler.advance(20_000);
      },
    ],
    [
      35,
      () => {
        scheduler.advance([1, 5, 30, 70_000][dice(4)] ?? 1);
      },
    ],
    [20, checkCopies],
  ];
  for (let count = 0; count < 60; count += 1) {
    let roll = dice(120);
    for (const [weight, step] of steps) {
      roll -= weight;
      if (roll >= 0) continue;
      step();
      break;
    }
    checkGranted();
  }
  isLast = true;
  answers.clear();
  for (let minute = 0; minute < 30; minute += 1) scheduler.advance(60_000);
  const left = [...fake.current.subscribed].sort().join(' ');
  if (wanted.length > 0 && left !== widest(wanted).sort().join(' ')) fail(`at last ${wanted.join(' ')} is wanted`);
}
