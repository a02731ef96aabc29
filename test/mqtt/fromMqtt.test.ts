import { inspect } from 'node:util';
import { concat, lastValueFrom, map, NEVER, Observable, of, retry, Subject, takeUntil, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { ConnectionFailure, fromMqtt } from '../../src/index.js';
import type { WantedTopics } from '../../src/mqtt/subscriptions/wantedTopics.js';
import type { Transport } from '../../src/model/transport.js';
import { expectAccounted } from '../support/mqttAccount.js';
import { mqttScene, textOf } from './mqttScene.js';

const LIVE = [
  'state connecting/credentials',
  'state connecting/network',
  'state connecting/handshake',
  'state connecting/subscribing',
];

/** A transport that changes the connection of another. */
function changed(transport: Transport, change: (connection: object) => object): Transport {
  return (endpoint) =>
    transport(endpoint).pipe(
      map((event) =>
        event.type === 'open' ? { ...event, connection: { ...event.connection, ...change(event.connection) } } : event,
      ),
    );
}

describe('subscribers of fromMqtt', () => {
  test('share one connection; the last one that leaves closes it, and no message comes afterwards', () => {
    const { mqtt, fake, listen, scheduler } = mqttScene();
    const [one, two] = [listen(), listen()];
    fake.publish('a', '1');
    one.subscription.unsubscribe();
    fake.publish('a', '2');
    expect(fake.connections).toHaveLength(1);
    expect(fake.current.isUp).toBe(true);
    two.subscription.unsubscribe();
    expect(fake.current.isUp).toBe(false);
    scheduler.advance(600_000);
    expect([one.messages.length, two.messages.length, fake.connections.length]).toEqual([1, 2, 1]);
    expect(mqtt.stats()).toMatchObject({ received: 2, emitted: 2, attempts: 1 });
  });

  test('are not needed for state$, events$, subscriptions$ and stats(), which open nothing', () => {
    const { mqtt, fake, log, scheduler } = mqttScene();
    const states: string[] = [];
    mqtt.state$.subscribe(({ status }) => states.push(status));
    const sizes: number[] = [];
    mqtt.subscriptions$.subscribe((topics) => sizes.push(topics.size));
    mqtt.reconnect();
    mqtt.reroute();
    scheduler.advance(60_000);
    expect([states, sizes, mqtt.stats().attempts, fake.connections, log]).toEqual([['idle'], [0], 0, [], []]);
  });

  test('can leave within 2 s also if the broker does not end the connection, which is then destroyed', async () => {
    const { fake } = mqttScene();
    let goodbyes = 0;
    const transport = changed(fake.transport, () => ({
      close: () =>
        new Observable<never>(() => {
          goodbyes += 1;
        }),
    }));
    const { mqtt, listen, scheduler } = mqttScene({ transport });
    listen().subscription.unsubscribe();
    let closed = false;
    const closing = lastValueFrom(mqtt.closed$, { defaultValue: undefined }).then(() => {
      closed = true;
    });
    expect(goodbyes).toBe(1);
    scheduler.advance(1_999);
    await Promise.resolve();
    expect([closed, fake.current.isUp]).toEqual([false, true]);
    scheduler.advance(1);
    await closing;
    expect(fake.current.isUp).toBe(false);
    expect(scheduler.pending).toBe(0);
  });

  test('get epochs that never fall, also when all left and came back, and after losses', () => {
    const { fake, listen, scheduler, mqtt } = mqttScene();
    const first = listen();
    fake.publish('a', '1');
    fake.drop();
    scheduler.advance(750);
    fake.publish('a', '2');
    first.subscription.unsubscribe();
    scheduler.advance(3_600_000);
    const second = listen();
    fake.publish('a', '3');
    fake.drop();
    scheduler.advance(750);
    fake.publish('a', '4');
    expect([...first.messages, ...second.messages].map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
    let state;
    mqtt.state$.subscribe((present) => {
      state = present;
    });
    expect(state).toMatchObject({ status: 'live', epoch: 3 });
  });

  test('that subscribe inside a message get the messages after it, once', () => {
    const { fake, listen } = mqttScene();
    let later: ReturnType<typeof listen> | undefined;
    const first = listen(() => (later ??= listen()));
    fake.publish('a', '1');
    fake.publish('a', '2');
    expect(first.messages.map(({ text }) => text)).toEqual(['1', '2']);
    expect(later?.messages.map(({ text }) => text)).toEqual(['2']);
    expect(fake.connections).toHaveLength(1);
  });

  test.each(['credentials', 'network', 'handshake', 'subscribing', 'live'])(
    'can all leave in the state %s: no step follows, and the endpoint provider is not called in vain',
    (step) => {
      let asked = 0;
      const { mqtt, fake, log, scheduler } = mqttScene({
        endpoint: () => {
          asked += 1;
          return [{ url: 'mqtt://broker.test' }];
        },
      });
      const left = new Subject<void>();
      mqtt.events$.subscribe((event) => {
        if (event.type !== 'state') return;
        const { state } = event;
        if (state.status === step || (state.status === 'connecting' && state.step === step)) left.next();
      });
      mqtt.pipe(takeUntil(left)).subscribe();
      scheduler.advance(60_000);
      expect(asked).toBe(step === 'credentials' ? 0 : 1);
      expect(fake.connections.filter(({ isUp }) => isUp)).toEqual([]);
      expect(log.at(-1)).toBe('state idle');
      expect(log.filter((line) => line.startsWith('state connecting'))).toEqual(
        LIVE.slice(0, step === 'live' ? 4 : LIVE.indexOf(`state connecting/${step}`) + 1),
      );
      expect(scheduler.pending).toBe(0);
    },
  );

  test.each(['credentials', 'network', 'handshake', 'subscribing', 'live'])(
    'can leave and come back in the state %s: one connection is up then, and the state is that of the new run',
    (step) => {
      const { mqtt, fake, listen, scheduler } = mqttScene();
      const left = new Subject<void>();
      let isBack = false;
      let back: ReturnType<typeof listen> | undefined;
      mqtt.events$.subscribe((event) => {
        if (event.type !== 'state' || isBack) return;
        const { state } = event;
        if (state.status !== step && !(state.status === 'connecting' && state.step === step)) return;
        isBack = true;
        left.next();
        back = listen();
      });
      mqtt.pipe(takeUntil(left)).subscribe();
      scheduler.advance(60_000);
      fake.publish('a', '1');
      let status;
      mqtt.state$.subscribe((state) => {
        ({ status } = state);
      });
      expect(status).toBe('live');
      expect(fake.connections.filter(({ isUp }) => isUp)).toHaveLength(1);
      expect(back?.messages.map(({ text }) => text)).toEqual(['1']);
    },
  );

  test('can leave and come back when subscriptions$ emits: one connection is up then, and the state is that of the new run', () => {
    for (const [at, latency] of [0, 1, 2].flatMap((step) => [[step, 0] as const, [step, 10] as const])) {
      const { mqtt, fake, listen, scheduler } = mqttScene({ fake: { latency } });
      const left = new Subject<void>();
      let emissions = -1;
      mqtt.subscriptions$.subscribe(() => {
        emissions += 1;
        if (emissions !== at + 1) return;
        left.next();
        listen();
      });
      mqtt.pipe(takeUntil(left)).subscribe();
      scheduler.advance(60_000);
      const states: string[] = [];
      mqtt.state$.subscribe(({ status }) => states.push(status));
      expect(emissions).toBeGreaterThan(at);
      expect(states).toEqual(['live']);
      expect(fake.connections.filter(({ isUp }) => isUp)).toHaveLength(1);
    }
  });

  test('can leave and come back when a message is dropped: waiting messages, topics and state are those of the new run', () => {
    const { mqtt, fake, listen, log, scheduler } = mqttScene({ fake: { subackLatency: () => 10 } });
    const { subscription } = listen();
    for (const text of ['1', '2']) fake.current.send('a', text);
    let back: ReturnType<typeof listen> | undefined;
    mqtt.events$.subscribe(({ type }) => {
      if (type !== 'dropped' || back !== undefined) return;
      back = listen();
      fake.current.send('a', 'of the next');
    });
    log.length = 0;
    subscription.unsubscribe();
    expect(log.filter((line) => /^(dropped|state)/.test(line))).toEqual([
      'dropped unpromoted a 1',
      'state connecting/credentials',
      'state connecting/network',
      'state connecting/handshake',
      'state connecting/subscribing',
      'dropped unpromoted a 2',
    ]);
    scheduler.advance(10);
    expect(back?.messages.map(({ text }) => text)).toEqual(['of the next']);
    expect([...mqtt.subscriptions().values()].map(({ status }) => status)).toEqual(['seen', 'granted']);
    expect(fake.connections.filter(({ isUp }) => isUp)).toHaveLength(1);
  });

  test('can leave and come back inside a held message: messages of the next connection still wait for its promotion', () => {
    const { mqtt, fake, listen, log, scheduler } = mqttScene({ fake: { subackLatency: () => 10 } });
    const left = new Subject<void>();
    mqtt.pipe(takeUntil(left)).subscribe(() => {
      left.next();
      listen();
      fake.current.send('a', 'of the next');
    });
    fake.current.send('a', 'of the first');
    fake.current.send('a', 'lost');
    scheduler.advance(10);
    expect(log.at(-1)).toBe('state connecting/subscribing');
    scheduler.advance(10);
    expect(log.slice(-2)).toEqual(['promoted e1', 'a of the next e1']);
    expect(mqtt.stats().pending.dropped).toEqual({ unpromoted: 1 });
  });

  test('can all leave inside a message, a waiting message, or a promotion: the rest is accounted for', () => {
    for (const leaveAt of ['promoted', '1', '2', '3']) {
      const { mqtt, fake, log, scheduler } = mqttScene({ fake: { latency: 10 } });
      const left = new Subject<void>();
      mqtt.events$.subscribe(({ type }) => {
        if (type === leaveAt) left.next();
      });
      mqtt.pipe(takeUntil(left)).subscribe(({ payload }) => {
        log.push(textOf(payload));
        expectAccounted(mqtt.stats());
        if (textOf(payload) === leaveAt) left.next();
      });
      scheduler.advance(10);
      for (const text of ['1', '2']) fake.current.send('a', text);
      scheduler.advance(10);
      if (fake.current.isUp) fake.current.send('a', '3');
      expect(log.slice(-2)).toContain('state idle');
      expect(fake.current.isUp).toBe(false);
      const { received, emitted, pending } = mqtt.stats();
      expect(received - emitted).toBe(pending.dropped['unpromoted'] ?? 0);
      expectAccounted(mqtt.stats());
    }
  });

  test('are independent: an error in the operators of one ends only that one', () => {
    const { mqtt, fake, listen } = mqttScene();
    const errors: unknown[] = [];
    mqtt
      .pipe(
        map(() => {
          throw new Error('mine');
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    const other = listen();
    fake.publish('a', '1');
    fake.publish('a', '2');
    expect(errors).toHaveLength(1);
    expect(other.messages).toHaveLength(2);
    expect(fake.connections).toHaveLength(1);
  });
});

describe('before the promotion of a connection', () => {
  test('no message is emitted: messages wait for CONNACK and every SUBACK, in order, and then carry its epoch', () => {
    const topics = Array.from({ length: 9 }, (_, index) => `t${String(index)}`);
    const { fake, listen, log, scheduler } = mqttScene({
      topics,
      fake: { latency: 10, subackLatency: (asked) => (asked.includes('t8') ? 500 : 10) },
    });
    const { messages } = listen();
    scheduler.advance(20);
    for (const text of ['1', '2', '3']) fake.current.send(`t${text}`, text);
    fake.current.send('t1', '4');
    scheduler.advance(489);
    expect(messages).toEqual([]);
    log.length = 0;
    scheduler.advance(1);
    expect(log).toEqual(['granted t8', 'state live', 'promoted e0', 't1 1 e0', 't2 2 e0', 't3 3 e0', 't1 4 e0']);
    expect(messages.map(({ held, sequence, first }) => [held, sequence, first])).toEqual([
      [true, 1, true],
      [true, 2, true],
      [true, 3, true],
      [true, 4, false],
    ]);
    fake.current.send('t1', '5');
    expect(messages.at(-1)).toMatchObject({ text: '5', held: false, sequence: 5, epoch: 0 });
  });

  test('messages wait as copies, also of a Buffer: the transport may reuse its memory', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { messages } = listen();
    scheduler.advance(10);
    const memory = Buffer.from('first');
    fake.current.send('a', memory);
    memory.write('XXXXX');
    const view = new TextEncoder().encode('second');
    fake.current.send('b', view);
    view.fill(0);
    scheduler.advance(10);
    expect(messages.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  test('at most 16 MiB wait: the oldest messages are dropped, counted and reported', () => {
    const { fake, listen, mqtt, events, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { messages } = listen();
    scheduler.advance(10);
    const mebibyte = 1024 * 1024;
    for (let index = 0; index < 20; index += 1) {
      fake.current.send(`t${String(index)}`, new Uint8Array(mebibyte - 256));
      expectAccounted(mqtt.stats());
    }
    expect(mqtt.stats().pending).toMatchObject({ received: 20, inFlight: 16, dropped: { capacity: 4 } });
    expect(events.flatMap((event) => (event.type === 'dropped' ? [[event.reason, event.message.topic]] : []))).toEqual(
      ['t0', 't1', 't2', 't3'].map((topic) => ['capacity', topic]),
    );
    scheduler.advance(10);
    expect(messages.map(({ topic }) => topic)).toEqual(
      Array.from({ length: 16 }, (_, index) => `t${String(index + 4)}`),
    );
    expect(mqtt.stats().pending).toMatchObject({ emitted: 16, inFlight: 0 });
  });

  test('many empty messages are bounded, too: each counts with more bytes than its payload', () => {
    const { fake, listen, mqtt, scheduler } = mqttScene({ fake: { latency: 10 } });
    listen();
    scheduler.advance(10);
    for (let index = 0; index < 70_000; index += 1) fake.current.send('a', new Uint8Array());
    expect(mqtt.stats().pending.inFlight).toBe(65_536);
    expect(mqtt.stats().pending.dropped).toEqual({ capacity: 70_000 - 65_536 });
  });

  test('a newer message replaces the waiting one of its topic only if `conflate` returns true, and comes in order', () => {
    const asked: string[] = [];
    const { fake, listen, mqtt, scheduler } = mqttScene({
      fake: { latency: 10 },
      conflate: (topic) => {
        asked.push(topic);
        return topic === 'a';
      },
    });
    const { messages } = listen();
    scheduler.advance(10);
    for (const [topic, text] of ['a1', 'b1', 'a2', 'b2', 'a3'].map(([topic = '', text = '']) => [topic, text] as const))
      fake.current.send(topic, text);
    expect(mqtt.stats().pending).toMatchObject({ received: 5, conflated: 2, inFlight: 3 });
    scheduler.advance(10);
    expect(messages.map(({ topic, text }) => topic + text)).toEqual(['b1', 'b2', 'a3']);
    expect(asked).toEqual(['a', 'b']);
    fake.current.send('a', '4');
    fake.current.send('a', '5');
    expect(messages.slice(3).map(({ text }) => text)).toEqual(['4', '5']);
    fake.drop();
    scheduler.advance(765);
    fake.current.send('a', '6');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  test('a message that replaces another frees the bytes of the other message', () => {
    const { fake, listen, mqtt, scheduler } = mqttScene({ fake: { latency: 10 }, conflate: () => true });
    const { messages } = listen();
    scheduler.advance(10);
    for (let index = 0; index < 40; index += 1) fake.current.send('a', new Uint8Array(1024 * 1024));
    fake.current.send('b', 'small');
    scheduler.advance(10);
    expect(messages).toHaveLength(2);
    expect(mqtt.stats().pending).toMatchObject({ conflated: 39, dropped: {} });
  });

  test('without `conflate` every message is kept', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { messages } = listen();
    scheduler.advance(10);
    for (const text of ['1', '2', '3']) fake.current.send('a', text);
    scheduler.advance(10);
    expect(messages.map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('a retained copy does not replace a newer waiting message, and is not replaced by it', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 }, conflate: () => true });
    const { messages } = listen();
    scheduler.advance(10);
    fake.current.send('a', 'new');
    fake.current.send('a', 'stored', { retain: true });
    fake.current.send('a', 'newer');
    fake.current.send('a', 'stored again', { retain: true });
    scheduler.advance(10);
    expect(messages.map(({ text, retain }) => [text, retain])).toEqual([
      ['newer', false],
      ['stored again', true],
    ]);
  });

  test('a stored copy that was read between two messages of its topic is not emitted after the newer one', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 }, conflate: () => true });
    const { messages } = listen();
    scheduler.advance(10);
    fake.current.send('a', 'new');
    fake.current.send('a', 'stored', { retain: true });
    fake.current.send('a', 'newer');
    scheduler.advance(10);
    expect(messages.map(({ text }) => text)).toEqual(['stored', 'newer']);
  });

  test('messages of a connection that ends are dropped as unpromoted and reported, and the next connection starts empty', () => {
    const { fake, listen, mqtt, log, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { messages } = listen();
    scheduler.advance(10);
    fake.current.send('a', '1');
    fake.current.send('b', '2');
    log.length = 0;
    fake.drop();
    expect(log).toEqual(['dropped unpromoted a 1', 'dropped unpromoted b 2', 'suspected', 'state waiting']);
    expect(mqtt.stats().pending).toMatchObject({ inFlight: 0, dropped: { unpromoted: 2 } });
    scheduler.advance(770);
    fake.current.send('a', '3');
    expect(messages.map(({ text, epoch, first }) => [text, epoch, first])).toEqual([['3', 0, true]]);
  });

  test('messages that are read while waiting messages are emitted come after them', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { messages } = listen(({ sequence }) => {
      if (sequence === 1) fake.current.send('b', 'read meanwhile');
    });
    scheduler.advance(10);
    fake.current.send('a', '1');
    fake.current.send('a', '2');
    scheduler.advance(10);
    expect(messages.map(({ text }) => text)).toEqual(['1', '2', 'read meanwhile']);
  });
});

describe('a message of fromMqtt', () => {
  test('has the payload itself after promotion, not a copy', () => {
    const { fake, mqtt } = mqttScene();
    const payloads: Uint8Array[] = [];
    mqtt.subscribe(({ payload }) => payloads.push(payload));
    const payload = Uint8Array.of(1, 2, 3);
    fake.current.send('a', payload);
    expect(payloads[0]).toBe(payload);
  });

  test('has the flags `retain` and `first`, and the time of its reading by both clocks', () => {
    const scene = mqttScene({ changeClock: (clock) => ({ ...clock, now: () => 1_000_000 + clock.now() }) });
    const { fake, listen, scheduler } = scene;
    const { messages } = listen();
    scheduler.advance(5);
    fake.current.send('a', 'stored', { retain: true });
    scheduler.advance(5);
    fake.current.send('a', 'new');
    fake.current.send('b', 'other');
    const common = { epoch: 0, held: false, route: undefined };
    expect(messages).toEqual([
      {
        ...common,
        topic: 'a',
        text: 'stored',
        retain: true,
        first: true,
        sequence: 1,
        receivedAt: 1_000_005,
        monotonicAt: 5,
      },
      {
        ...common,
        topic: 'a',
        text: 'new',
        retain: false,
        first: false,
        sequence: 2,
        receivedAt: 1_000_010,
        monotonicAt: 10,
      },
      {
        ...common,
        topic: 'b',
        text: 'other',
        retain: false,
        first: true,
        sequence: 3,
        receivedAt: 1_000_010,
        monotonicAt: 10,
      },
    ]);
  });

  test('is a first one again on the next connection, and after a new SUBSCRIBE for its topic', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen, scheduler } = mqttScene({ topics: lists });
    const { messages } = listen();
    lists.next(['a']);
    fake.publish('a', '1');
    fake.publish('a', '2');
    lists.next([]);
    lists.next(['a']);
    fake.publish('a', '3');
    fake.drop();
    scheduler.advance(750);
    fake.publish('a', '4');
    expect(messages.map(({ first }) => first)).toEqual([true, false, true, true]);
  });

  test('of a topic is first although a subscriber makes the transport read the next one at once', () => {
    const { fake, listen, mqtt } = mqttScene({ onSubscribe: 'snapshot' });
    const counts: string[] = [];
    mqtt.subscriptions$.subscribe((topics) => counts.push([...topics.values()].map(({ status }) => status).join()));
    const { messages } = listen(({ sequence }) => {
      if (sequence === 1) fake.publish('a', '2');
    });
    fake.publish('a', '1');
    expect(messages.map(({ first, text }) => [first, text])).toEqual([
      [true, '1'],
      [false, '2'],
    ]);
    expect(counts.at(-1)).toBe('seen,granted');
  });
});

describe('the function route', () => {
  test('is called once for each topic and connection, and again after reroute(), and each message has its result', () => {
    const asked: string[] = [];
    let version = 1;
    const { fake, listen, mqtt, scheduler } = mqttScene<string>({
      route: (topic) => {
        asked.push(topic);
        return `${topic}${String(version)}`;
      },
    });
    const { messages } = listen();
    for (const topic of ['a', 'b', 'a', 'a']) fake.publish(topic, 'x');
    expect(asked).toEqual(['a', 'b']);
    version = 2;
    fake.publish('a', 'x');
    mqtt.reroute();
    fake.publish('a', 'x');
    fake.publish('a', 'x');
    expect(asked).toEqual(['a', 'b', 'a']);
    fake.drop();
    scheduler.advance(750);
    fake.publish('b', 'x');
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
    expect(messages.map(({ route }) => route)).toEqual(['a1', 'b1', 'a1', 'a1', 'a1', 'a2', 'a2', 'b2']);
  });

  test('is called again for one topic after reroute(topic), also if reroute(topic) is called inside it', () => {
    const asked: string[] = [];
    const again = new Set(['b']);
    const { fake, listen, mqtt } = mqttScene<string>({
      route: (topic) => {
        asked.push(topic);
        if (again.delete(topic)) mqtt.reroute(topic);
        return topic;
      },
    });
    const { messages } = listen();
    for (const topic of ['a', 'b', 'a', 'b', 'b']) fake.publish(topic, 'x');
    expect(asked).toEqual(['a', 'b', 'b']);
    mqtt.reroute('a');
    mqtt.reroute('nobody reads this');
    for (const topic of ['a', 'b', 'a']) fake.publish(topic, 'x');
    expect(asked).toEqual(['a', 'b', 'b', 'a']);
    expect(messages).toHaveLength(8);
  });

  test.each([
    ['returns undefined', () => undefined, 0],
    [
      'throws',
      () => {
        throw new Error('mine');
      },
      3,
    ],
  ])('that %s makes the message unclaimed, affects no other message, and is called again', (_, answer, errors) => {
    let knows = false;
    const { fake, listen, mqtt } = mqttScene<string>({ route: (topic) => (knows || topic === 'b' ? topic : answer()) });
    const { messages } = listen();
    for (const topic of ['a', 'b', 'a', 'b', 'a']) {
      fake.publish(topic, 'x');
      expectAccounted(mqtt.stats());
    }
    expect(mqtt.stats()).toMatchObject({ unclaimed: 3, emitted: 2, callbackErrors: errors });
    knows = true;
    fake.publish('a', 'y');
    expect(messages.map(({ topic, text }) => topic + text)).toEqual(['bx', 'bx', 'ay']);
  });

  test.each([
    [
      'throw',
      () => {
        throw new Error('mine');
      },
    ],
    ['are async and reject', () => Promise.reject(new Error('mine'))],
  ])('conflate and onSubscribe that %s are counted, lose no message, and end no process', async (_, fail) => {
    const { fake, listen, mqtt, scheduler } = mqttScene<unknown>({
      topics: ['a'],
      fake: { latency: 10 },
      conflate: fail as never,
      onSubscribe: fail as never,
    });
    const { messages } = listen();
    scheduler.advance(10);
    fake.current.send('a', '1');
    fake.current.send('a', '2');
    scheduler.advance(10);
    // Node reports a rejection that nobody handles before its next macrotask, and the test runner fails with it.
    await new Promise((resolve) => setImmediate(resolve));
    expect(messages).toHaveLength(2);
    expect(mqtt.stats().callbackErrors).toBe(2);
  });

  test('gets complete counters, and may end the last subscription', () => {
    const left = new Subject<void>();
    const scene = mqttScene<string>({
      route: (topic) => {
        expectAccounted(scene.mqtt.stats());
        if (topic === 'b') left.next();
        return topic;
      },
    });
    const texts: string[] = [];
    scene.mqtt.pipe(takeUntil(left)).subscribe(({ payload }) => texts.push(textOf(payload)));
    scene.fake.publish('a', '1');
    scene.fake.publish('b', '2');
    expect(texts).toEqual(['1']);
    expect(scene.mqtt.stats()).toMatchObject({ received: 2, emitted: 1, unclaimed: 1, callbackErrors: 0 });
    expect(scene.fake.current.isUp).toBe(false);
    expect(scene.scheduler.pending).toBe(0);
  });
});

describe('topics of fromMqtt', () => {
  test('from a list are subscribed to in packets of 8, on each connection', () => {
    const topics = Array.from({ length: 20 }, (_, index) => `t${String(index)}`);
    const { fake, listen, scheduler } = mqttScene({ topics });
    listen();
    fake.drop();
    scheduler.advance(750);
    for (const { subscribes } of fake.connections) {
      expect(subscribes.map(({ length }) => length)).toEqual([8, 8, 4]);
      expect(subscribes.flat()).toEqual(topics);
    }
  });

  test('from an Observable cause SUBSCRIBE and UNSUBSCRIBE in proportion to the change', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen, mqtt, log } = mqttScene({ topics: lists });
    listen();
    expect(fake.current.subscribes).toEqual([]);
    expect(log.at(-1)).toBe('state connecting/subscribing');
    lists.next(['a', 'b', 'c']);
    lists.next(['b', 'c', 'd']);
    lists.next(['d', 'c', 'b', 'b']);
    expect(fake.current.subscribes).toEqual([['a', 'b', 'c'], ['d']]);
    expect(fake.current.unsubscribes).toEqual([['a']]);
    expect([...mqtt.subscriptions().keys()]).toEqual(['b', 'c', 'd']);
  });

  test('are subscribed to once a run, not once a connection; the last list holds for the next connection', () => {
    let runs = 0;
    let ends = 0;
    const lists = new Subject<readonly string[]>();
    const topics = new Observable<readonly string[]>((out) => {
      runs += 1;
      out.add(() => {
        ends += 1;
      });
      return lists.subscribe(out);
    });
    const { fake, listen, scheduler } = mqttScene({ topics });
    const [one, two] = [listen(), listen()];
    lists.next(['a', 'b']);
    lists.next(['b']);
    for (let round = 0; round < 3; round += 1) {
      fake.drop();
      scheduler.advance(30_000);
      expect(fake.current.subscribes).toEqual([['b']]);
    }
    expect([runs, ends]).toEqual([1, 0]);
    one.subscription.unsubscribe();
    two.subscription.unsubscribe();
    expect([runs, ends]).toEqual([1, 1]);
    listen();
    expect([runs, ends]).toEqual([2, 1]);
  });

  test('from an Observable that completes stay as in its last list, on each connection and for each run', () => {
    const { fake, listen, scheduler } = mqttScene({ topics: of(['x'], ['a', 'b']) });
    const { subscription } = listen();
    fake.drop();
    scheduler.advance(750);
    expect(fake.current.subscribes).toEqual([['a', 'b']]);
    subscription.unsubscribe();
    listen();
    expect([...fake.current.subscribed]).toEqual(['a', 'b']);
    expect(fake.connections).toHaveLength(3);
  });

  test('of a new run replace those of the previous run', () => {
    let run = 0;
    const { fake, listen } = mqttScene({
      topics: new Observable<readonly string[]>((out) => {
        run += 1;
        out.next([`only${String(run)}`, 'both']);
      }),
    });
    listen().subscription.unsubscribe();
    listen();
    expect(fake.current.subscribed).toEqual(new Set(['only2', 'both']));
  });

  test('that error end every stream with the error, and the connection; a later subscriber starts again', () => {
    const lists: Subject<readonly string[]>[] = [];
    const topics = new Observable<readonly string[]>((out) => {
      const list = new Subject<readonly string[]>();
      lists.push(list);
      return list.subscribe(out);
    });
    const { fake, listen, scheduler, log } = mqttScene({ topics });
    const [one, two] = [listen(), listen()];
    lists[0]?.next(['a']);
    const error = new Error('no list');
    lists[0]?.error(error);
    expect([one.errors, two.errors]).toEqual([[error], [error]]);
    expect(fake.current.isUp).toBe(false);
    expect(log.slice(-3)).toEqual(['state idle', 'error', 'error']);
    scheduler.advance(60_000);
    expect(fake.connections).toHaveLength(1);
    const three = listen();
    lists[1]?.next(['b']);
    fake.publish('b', '1');
    expect(three.messages).toMatchObject([{ topic: 'b', epoch: 1 }]);
    expect(one.messages).toEqual([]);
  });

  test('that error for several subscribers that retry are subscribed to once more, on one new connection', () => {
    const lists: Subject<readonly string[]>[] = [];
    const topics = new Observable<readonly string[]>((out) => {
      const list = new Subject<readonly string[]>();
      lists.push(list);
      return list.subscribe(out);
    });
    const { mqtt, fake } = mqttScene({ topics });
    const got: string[] = [];
    for (const name of ['one', 'two'])
      mqtt.pipe(retry(1)).subscribe(({ topic, epoch }) => got.push(`${name} ${topic} e${String(epoch)}`));
    lists[0]?.next(['a']);
    lists[0]?.error(new Error('once'));
    lists[1]?.next(['b']);
    fake.publish('b', '1');
    expect(lists).toHaveLength(2);
    expect(fake.connections.filter(({ isUp }) => isUp)).toHaveLength(1);
    expect(got).toEqual(['one b e1', 'two b e1']);
  });

  test('that error or end the last subscription while they are subscribed to open no connection', () => {
    const failing = mqttScene({ topics: throwError(() => new Error('no list')) });
    expect(failing.listen().errors).toHaveLength(1);
    const left = new Subject<void>();
    const leaving = mqttScene({
      topics: new Observable<readonly string[]>((out) => {
        left.next();
        out.next(['a']);
      }),
    });
    leaving.mqtt.pipe(takeUntil(left)).subscribe();
    for (const { fake, mqtt, scheduler } of [failing, leaving]) {
      scheduler.advance(60_000);
      expect([fake.connections.length, mqtt.stats().attempts, scheduler.pending]).toEqual([0, 0, 0]);
    }
  });

  test.each<[string, unknown, string]>([
    ['no list', 'px/+', 'fromMqtt.topics'],
    ['a list with a number', ['a', 1], 'fromMqtt.topics[]'],
    ['a list with a filter that is none', ['a#'], 'fromMqtt.topics[]'],
    ['a list with a shared subscription', ['a', '$share/desk/px/+'], 'fromMqtt.topics[]'],
    ['null', null, 'fromMqtt.topics'],
    ['a change without a Set', { all: ['a'], added: ['a'], gone: [] }, 'fromMqtt.topics'],
    ['a change without its lists', { all: new Set(['a']) }, 'fromMqtt.topics'],
  ])('of an Observable that emits %s end the stream with an RXQ_ARGUMENT that names them', (_, list, option) => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen } = mqttScene({ topics: lists });
    const { errors } = listen();
    lists.next(['a']);
    lists.next(list as never);
    expect(errors).toMatchObject([{ code: 'RXQ_ARGUMENT', option }]);
    expect(fake.current.isUp).toBe(false);
    expect(fake.current.subscribed).toEqual(new Set(['a']));
  });

  test('as changes are applied one by one, and a new connection subscribes to all of them', () => {
    const all = new Set<string>();
    const changes = new Subject<WantedTopics>();
    const change = (added: readonly string[], gone: readonly string[]): void => {
      for (const topic of added) all.add(topic);
      for (const topic of gone) all.delete(topic);
      changes.next({ all, added, gone });
    };
    const { fake, listen, scheduler } = mqttScene({ topics: changes });
    listen();
    change(['a', 'b'], []);
    change(['c'], ['a']);
    expect(fake.current.subscribes).toEqual([['a', 'b'], ['c']]);
    expect(fake.current.unsubscribes).toEqual([['a']]);
    fake.drop();
    scheduler.advance(750);
    expect(fake.current.subscribes).toEqual([['b', 'c']]);
  });

  test('as changes with a shared subscription have it refused with the reason, never sent, and the others continue', () => {
    const changes = new Subject<WantedTopics>();
    const { fake, listen, mqtt, events, scheduler } = mqttScene({ topics: changes });
    listen();
    const topics = ['a', '$share/desk/px/+', '$queue/px/+'];
    changes.next({ all: new Set(topics), added: topics, gone: [] });
    scheduler.advance(200_000);
    expect(fake.current.subscribes).toEqual([['a']]);
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'granted', code: 0 });
    expect(mqtt.subscriptions().get('$share/desk/px/+')).toEqual({
      status: 'refused',
      message: expect.stringMatching(/only a part of the messages.*leave out \$share\/<group>\//) as string,
    });
    expect(events.filter(({ type }) => type === 'refused')).toEqual([{ type: 'refused', topics: topics.slice(1) }]);
    changes.next({ all: new Set(['a']), added: [], gone: topics.slice(1) });
    expect([...mqtt.subscriptions().keys()]).toEqual(['a']);
    expect(fake.current.unsubscribes).toEqual([]);
  });

  test('can be changed inside a message of theirs, and inside an answer of the broker', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen, mqtt } = mqttScene({ topics: concat(of(['a']), lists) });
    mqtt.events$.subscribe((event) => {
      if (event.type === 'granted' && event.topics.includes('b')) lists.next(['c']);
    });
    const { messages } = listen(({ topic }) => {
      if (topic === 'a') lists.next(['b']);
    });
    fake.publish('a', '1');
    fake.publish('a', '2');
    fake.publish('b', '3');
    fake.publish('c', '4');
    expect(messages.map(({ text }) => text)).toEqual(['1', '4']);
    expect([...fake.current.subscribed]).toEqual(['c']);
  });

  test('that are refused do not affect the others, in one SUBSCRIBE and on the next connection', () => {
    const { fake, listen, mqtt, log, scheduler } = mqttScene({
      topics: ['a', 'secret', 'b'],
      fake: { suback: (topic) => (topic === 'secret' ? 0x80 : 0) },
    });
    const { messages } = listen();
    fake.publish('a', '1');
    fake.publish('b', '2');
    expect(messages).toHaveLength(2);
    expect(log.filter((line) => /^(granted|refused|state live)/.test(line)).slice(0, 3)).toEqual([
      'granted a b',
      'refused secret',
      'state live',
    ]);
    expect([...mqtt.subscriptions()]).toEqual([
      ['a', { status: 'seen', code: 0 }],
      ['secret', { status: 'refused', code: 0x80 }],
      ['b', { status: 'seen', code: 0 }],
    ]);
    fake.drop();
    scheduler.advance(750);
    expect(fake.current.subscribes).toEqual([['secret'], ['a', 'b']]);
    fake.publish('a', '3');
    expect(messages.at(-1)).toMatchObject({ text: '3', epoch: 1 });
  });

  test('show their progress in subscriptions$, which is empty without subscribers', () => {
    const { fake, listen, mqtt, scheduler } = mqttScene({ fake: { latency: 10 } });
    const observed: string[] = [];
    mqtt.subscriptions$.subscribe((topics) => {
      const line = [...topics].map(([topic, { status }]) => `${topic} ${status}`).join(', ');
      if (line !== observed.at(-1)) observed.push(line);
    });
    const { subscription } = listen();
    scheduler.advance(20);
    fake.publish('b', '1');
    subscription.unsubscribe();
    expect(observed).toEqual(['', 'a sent, b sent', 'a granted, b granted', 'a granted, b seen', '']);
    expect(mqtt.subscriptions().size).toBe(0);
  });

  test('that are granted and silent are without data after 5 s if onSubscribe is snapshot', () => {
    const { fake, listen, mqtt, events, scheduler } = mqttScene({
      onSubscribe: (topic) => (topic === 'a' ? 'snapshot' : 'nothing'),
    });
    listen();
    scheduler.advance(4_999);
    expect(events.some(({ type }) => type === 'no-data')).toBe(false);
    scheduler.advance(1);
    expect(events.filter(({ type }) => type === 'no-data')).toEqual([{ type: 'no-data', topics: ['a'] }]);
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'no-data', code: 0 });
    fake.publish('a', '1');
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'seen', code: 0 });
  });
});

describe('events$ and state$', () => {
  test('emit the promotion before its first message, and a loss at once, before the wait', () => {
    const { fake, listen, log, scheduler } = mqttScene();
    listen();
    fake.publish('a', '1');
    fake.drop(new ConnectionFailure('network', 'the cable'));
    scheduler.advance(750);
    fake.publish('a', '2');
    expect(log).toEqual([
      ...LIVE,
      'granted a b',
      'state live',
      'promoted e0',
      'a 1 e0',
      'lost e0 RXQ_NETWORK',
      'state waiting',
      ...LIVE,
      'granted a b',
      'state live',
      'promoted e1',
      'a 2 e1',
    ]);
  });

  test('never complete nor error, for any event of the connection; a late listener of state$ gets the present state', () => {
    const { fake, listen, mqtt, scheduler } = mqttScene();
    const ends: unknown[] = [];
    const end = { error: (error: unknown) => ends.push(error), complete: () => ends.push('complete') };
    mqtt.state$.subscribe(end);
    mqtt.events$.subscribe(end);
    mqtt.subscriptions$.subscribe(end);
    const { subscription, errors } = listen();
    for (let round = 0; round < 5; round += 1) {
      fake.drop();
      scheduler.advance(60_000);
    }
    const late: string[] = [];
    mqtt.state$.subscribe(({ status }) => late.push(status));
    subscription.unsubscribe();
    expect([ends, errors, late]).toEqual([[], [], ['live', 'idle']]);
  });

  test('report a peer that does not answer as silent, and as live again when a byte comes', () => {
    const { fake, listen, log } = mqttScene();
    listen();
    log.length = 0;
    fake.current.responsive(false);
    fake.current.responsive(true);
    expect(log).toEqual(['state silent', 'state live']);
  });

  test('report notices that refuse a topic, and an unreadable one; neither is emitted', () => {
    const { fake, listen, mqtt, events } = mqttScene({
      notices: {
        topics: ['notices'],
        decode: (payload) => {
          const text = textOf(payload);
          if (text === '?') throw new Error('unreadable');
          return [{ topic: text, message: 'no right to it' }];
        },
      },
    });
    const { messages } = listen();
    fake.publish('notices', 'b');
    fake.publish('notices', '?');
    fake.publish('a', '1');
    expect(messages).toHaveLength(1);
    expect(events.filter(({ type }) => ['notice', 'unreadable-notice', 'refused'].includes(type))).toMatchObject([
      { type: 'notice', wanted: true, refused: [{ topic: 'b' }] },
      { type: 'refused', topics: ['b'] },
      { type: 'unreadable-notice', topic: 'notices', reason: 'threw' },
    ]);
    expect(mqtt.stats()).toMatchObject({ received: 3, emitted: 1, notices: 1, rejected: { threw: 1 } });
    expectAccounted(mqtt.stats());
  });
});

describe('a thread that was blocked', () => {
  test('is reported as stalled before the buffered messages, and as settled with the sequence of the last one', () => {
    const { fake, listen, log, scheduler } = mqttScene({ fake: { latency: 10 } });
    listen();
    scheduler.advance(20);
    fake.publish('a', '1');
    scheduler.spend(1_000);
    log.length = 0;
    fake.publish('a', '2');
    fake.publish('a', '3');
    scheduler.advance(20);
    fake.publish('a', '4');
    expect(log).toEqual(['stalled e0 stall 750', 'a 2 e0', 'a 3 e0', 'settled e0 #3', 'a 4 e0']);
  });

  test('before promotion makes waiting messages possibly old, and has no effect without one', () => {
    for (const [sent, expected] of [
      [['1'], ['promoted e0', 'stalled e0 stall 1750', 'a 1 e0', 'settled e0 #1']],
      [[], ['granted a b', 'state live', 'promoted e0']],
    ] as const) {
      const { fake, listen, log, scheduler } = mqttScene({ fake: { latency: 10, subackLatency: () => 2_000 } });
      listen();
      scheduler.advance(10);
      for (const text of sent) fake.current.send('a', text);
      scheduler.spend(2_000);
      scheduler.advance(1_000);
      expect(log.slice(-expected.length)).toEqual(expected);
    }
  });

  test('before the last SUBACK makes waiting messages possibly old, although no timer has fired yet', () => {
    const { fake, listen, log, scheduler } = mqttScene({ fake: { subackLatency: () => 100 } });
    listen();
    fake.current.send('a', '1');
    scheduler.spend(2_000);
    scheduler.advance(100);
    expect(log.slice(-4)).toEqual(['promoted e0', 'stalled e0 stall 1750', 'settled e0 #1', 'a 1 e0']);
  });

  test('is detected by a timer of its own, without a message', () => {
    const { fake, listen, log, scheduler } = mqttScene();
    listen();
    fake.publish('a', '1');
    scheduler.spend(1_000);
    log.length = 0;
    scheduler.advance(0);
    expect(log).toEqual(['stalled e0 stall 750', 'settled e0 #1']);
  });

  test('is detected also by a timer of the transport', () => {
    const { fake, listen, log } = mqttScene();
    listen();
    log.length = 0;
    fake.current.late(300);
    fake.current.late(6_000);
    expect(log).toEqual(['stalled e0 stall 300', 'settled e0 #0', 'stalled e0 wake 6000', 'settled e0 #0']);
  });

  test('is no stall up to `stallThreshold`, which is read at each use, and never with Infinity', () => {
    let stallThreshold = 500;
    const { fake, listen, log } = mqttScene({
      get stallThreshold() {
        return stallThreshold;
      },
    });
    listen();
    log.length = 0;
    fake.current.late(500);
    expect(log).toEqual([]);
    fake.current.late(501);
    expect(log).toEqual(['stalled e0 stall 501', 'settled e0 #0']);
    stallThreshold = Infinity;
    fake.current.late(100_000);
    expect(log).toHaveLength(2);
    stallThreshold = 100;
    fake.current.late(101);
    expect(log.at(-2)).toBe('stalled e0 stall 101');
  });
});

describe('a machine that slept', () => {
  test('is reported with the next message, before it is emitted', () => {
    const { fake, listen, log, sleep } = mqttScene();
    listen();
    log.length = 0;
    sleep(60_000);
    fake.publish('a', '1');
    expect(log).toEqual(['stalled e0 wake 60000', 'settled e0 #1', 'clock-jump 60000', 'a 1 e0']);
  });

  test('is reported when the clock reports it, or when checkClocks() is called, without a message', () => {
    const { mqtt, listen, log, sleep, wake } = mqttScene();
    listen();
    for (const check of [wake, mqtt.checkClocks]) {
      log.length = 0;
      sleep(60_000);
      check();
      expect(log).toEqual(['stalled e0 wake 60000', 'settled e0 #0', 'clock-jump 60000']);
    }
  });

  test('loses a connection over which no byte comes within 5 s of the wake', () => {
    const { listen, log, sleep, wake, scheduler } = mqttScene({ fake: { ping: false } });
    listen();
    sleep(60_000);
    wake();
    scheduler.advance(4_999);
    expect(log.slice(-2)).toEqual(['stalled e0 wake 60000', 'clock-jump 60000']);
    scheduler.advance(1);
    expect(log.slice(log.indexOf('clock-jump 60000') + 1).slice(0, 2)).toEqual([
      'lost e0 RXQ_RECONNECT',
      'state waiting',
    ]);
  });

  test('before promotion makes waiting messages possibly old: stalled comes before them', () => {
    const { fake, listen, log, sleep, wake, scheduler } = mqttScene({ fake: { latency: 10 } });
    listen();
    scheduler.advance(10);
    fake.current.send('a', '1');
    sleep(60_000);
    wake();
    scheduler.advance(10);
    expect(log.slice(-3)).toEqual(['promoted e0', 'stalled e0 wake 60000', 'a 1 e0']);
  });

  test('while there was no subscriber does not affect the next connection', () => {
    const { fake, listen, log, sleep } = mqttScene();
    listen().subscription.unsubscribe();
    sleep(3_600_000);
    listen();
    log.length = 0;
    fake.publish('a', '1');
    expect(log).toEqual(['a 1 e1']);
  });

  test('or a clock that was set back is reported, and only a gain makes messages possibly old', () => {
    const { listen, log, sleep, wake } = mqttScene();
    listen();
    log.length = 0;
    sleep(-60_000);
    wake();
    expect(log).toEqual(['clock-jump -60000']);
  });
});

describe('timers of fromMqtt', () => {
  test('do not run while the connection is live and quiet, nor after all subscribers left, in any state', () => {
    const { fake, listen, scheduler } = mqttScene({ fake: { latency: 10 } });
    const { subscription } = listen();
    scheduler.advance(20);
    fake.publish('a', '1');
    expect(scheduler.pending).toBe(1);
    scheduler.advance(2_000);
    expect(scheduler.pending).toBe(0);
    fake.publish('a', '2');
    subscription.unsubscribe();
    expect(scheduler.pending).toBe(0);
    for (const ms of [0, 5, 10, 15, 20, 25]) {
      const next = listen();
      scheduler.advance(ms);
      if (ms === 25) fake.drop();
      next.subscription.unsubscribe();
      expect(scheduler.pending).toBe(0);
      scheduler.advance(60_000);
    }
  });

  test('do not run after the last subscriber left because of a sleep or a stall that a message showed', () => {
    for (const type of ['clock-jump', 'stalled'] as const) {
      const { fake, mqtt, listen, sleep, scheduler } = mqttScene();
      const { subscription } = listen();
      fake.publish('a', '1');
      mqtt.events$.subscribe((event) => {
        if (event.type === type) subscription.unsubscribe();
      });
      if (type === 'clock-jump') sleep(60_000);
      else scheduler.spend(2_000);
      fake.publish('a', '2');
      expect(subscription.closed).toBe(true);
      expect(mqtt.stats()).toMatchObject({ received: 2, emitted: 1, unclaimed: 1 });
      expect(scheduler.pending).toBe(0);
    }
  });
});

describe('reconnect()', () => {
  test('replaces the connection, one epoch up, and the loss is emitted first', () => {
    const { mqtt, fake, listen, log, scheduler } = mqttScene();
    listen();
    log.length = 0;
    mqtt.reconnect();
    scheduler.advance(0);
    expect(log.slice(0, 2)).toEqual(['lost e0 RXQ_RECONNECT', 'state waiting']);
    expect(log.at(-1)).toBe('promoted e1');
    expect(fake.connections.map(({ isUp }) => isUp)).toEqual([false, true]);
  });

  test('ends a wait, requests new credentials with `renew`, and makes at most 8 connects a minute', () => {
    const renewals: boolean[] = [];
    const { mqtt, fake, listen, scheduler } = mqttScene({
      endpoint: ({ renew }) => {
        renewals.push(renew);
        return [{ url: 'mqtt://broker.test' }];
      },
    });
    listen();
    fake.drop();
    mqtt.reconnect({ renew: true });
    expect(renewals).toEqual([false, true]);
    for (let round = 0; round < 50; round += 1) {
      mqtt.reconnect();
      scheduler.advance(1_000);
    }
    expect(fake.connections.length).toBeLessThanOrEqual(8);
    expect(fake.connections.filter(({ isUp }) => isUp)).toHaveLength(1);
  });
});

describe('stats()', () => {
  test('account for every message at every moment of a long random run, and epochs never fall', () => {
    let seed = 20_260_728;
    const dice = (sides: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * sides);
    };
    const topics = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const some = (): string[] => topics.filter(() => dice(2) === 0);
    const lists = new Subject<readonly string[]>();
    const scene = mqttScene<string>({
      topics: concat(of(topics), lists),
      fake: { latency: 10, suback: (topic) => (topic === 'j' ? 0x80 : 0) },
      conflate: (topic) => {
        expectAccounted(scene.mqtt.stats());
        return topic < 'e';
      },
      route: (topic) => {
        expectAccounted(scene.mqtt.stats());
        if (topic === 'c' && dice(3) === 0) throw new Error('mine');
        return topic === 'd' ? undefined : topic;
      },
      notices: {
        topics: ['notices'],
        decode: () => {
          expectAccounted(scene.mqtt.stats());
          if (dice(2) === 0) throw new Error('unreadable');
          return [];
        },
      },
    });
    const { mqtt, fake, scheduler, listen, sleep } = scene;
    const listeners: ReturnType<typeof listen>[] = [];
    const epochs: number[] = [];
    const join = (): void => {
      if (listeners.length < 4)
        listeners.push(
          listen(({ epoch }) => {
            epochs.push(epoch);
            if (dice(200) === 0) act();
          }),
        );
    };
    const steps: (() => void)[] = [
      join,
      () => listeners.splice(dice(4), 1)[0]?.subscription.unsubscribe(),
      () => {
        fake.drop();
      },
      () => {
        lists.next(some());
      },
      () => {
        mqtt.reroute();
      },
      () => {
        mqtt.reconnect();
      },
      () => {
        sleep(dice(20_000));
      },
      () => {
        scheduler.spend(dice(1_000));
      },
    ];
    const act = (): void => {
      (steps[dice(steps.length)] as () => void)();
    };
    const publish = (): void => {
      const { connections } = fake;
      // Also down a connection that waits for its promotion, or was let go.
      connections.at(-1 - dice(2))?.send([...topics, 'notices'][dice(11)] as string, String(dice(1_000)));
    };
    for (let step = 0; step < 20_000; step += 1) {
      if (dice(20) === 0) act();
      else publish();
      if (dice(4) === 0) scheduler.advance(dice(20) === 0 ? 10_000 : dice(30));
      expectAccounted(mqtt.stats());
    }
    const stats = mqtt.stats();
    expect(stats.emitted).toBeGreaterThan(100);
    for (const count of [stats.notices, stats.rejected['threw'], stats.unclaimed, stats.pending.conflated])
      expect(count).toBeGreaterThan(5);
    expect(stats.pending.dropped['unpromoted']).toBeGreaterThan(3);
    expect(epochs.filter((epoch, index) => epoch < (epochs[index - 1] ?? 0))).toEqual([]);
    expect(epochs.at(-1)).toBeGreaterThan(10);
    for (const { subscription } of listeners) subscription.unsubscribe();
    expect(mqtt.stats()).toMatchObject({ inFlight: 0, pending: { inFlight: 0 } });
  });

  test('count a message that a connection reads after its end as unclaimed', () => {
    const { fake } = mqttScene();
    const transport = changed(fake.transport, () => ({ close: () => NEVER }));
    const { mqtt, listen } = mqttScene({ transport });
    const { messages, subscription } = listen();
    subscription.unsubscribe();
    fake.current.send('a', 'late');
    expect(messages).toEqual([]);
    expect(mqtt.stats()).toMatchObject({ received: 1, emitted: 0, unclaimed: 1 });
  });
});

describe('arguments of fromMqtt', () => {
  const good = { endpoint: 'mqtt://broker.test', topics: ['a'] };
  test.each<[string, object]>([
    ['endpoint', { topics: ['a'] }],
    ['endpoint', { ...good, endpoint: 'http://broker.test' }],
    ['endpoint', { ...good, endpoint: 42 }],
    ['topics', { endpoint: good.endpoint }],
    ['topics', { ...good, topics: 'px/+' }],
    ['topics[]', { ...good, topics: ['a', ''] }],
    ['topics[]', { ...good, topics: ['a', 'b#'] }],
    ['topics[]', { ...good, topics: ['a', '$share/desk/px/+'] }],
    ['topics[]', { ...good, topics: ['$queue/px/+'] }],
    ['topics[]', { ...good, topics: ['$exclusive/px/a'] }],
    ['conflate', { ...good, conflate: true }],
    ['route', { ...good, route: {} }],
    ['onSubscribe', { ...good, onSubscribe: 'snapshots' }],
    ['notices', { ...good, notices: { topics: ['n'] } }],
    ['notices', { ...good, notices: null }],
    ['notices.topics[]', { ...good, notices: { topics: ['$share/desk/n'], decode: () => [] } }],
    ['notices.topics[]', { ...good, notices: { topics: [1], decode: () => [] } }],
    ['notices', { ...good, notices: { topics: 'n', decode: () => [] } }],
    ['transport', { ...good, transport: {} }],
    ['clock', { ...good, clock: Date }],
    ['maxPayload', { ...good, maxPayload: 0 }],
    ['stallThreshold', { ...good, stallThreshold: -1 }],
    ['url', { ...good, url: 'mqtt://broker.test' }],
  ])('refuse a wrong %s at once, by name (%#)', (option, config) => {
    let error: unknown;
    try {
      void fromMqtt(config as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'RXQ_ARGUMENT',
      option: expect.stringMatching(`^(fromMqtt|endpoint)(\\.|$)`) as string,
    });
    expect((error as { option: string }).option.toLowerCase()).toContain(option.toLowerCase());
  });

  test('refuse a config that is no object by name', () => {
    expect(() => fromMqtt(undefined as never)).toThrow(/fromMqtt/);
    expect(() => fromMqtt(null as never)).toThrow(/fromMqtt/);
  });
});

test('keep the secrets of an endpoint out of every printed form of the connection, its states and its events', () => {
  const password = 'correct-horse-battery';
  const endpoint = { url: 'ws://broker.test', username: 'trader', password, headers: { Authorization: password } };
  for (const given of [endpoint, () => [endpoint]]) {
    const { mqtt, fake, listen, events, scheduler } = mqttScene({ endpoint: given });
    listen();
    fake.publish('a', '1');
    fake.drop();
    scheduler.advance(750);
    for (const value of [mqtt, mqtt.stats(), mqtt.subscriptions(), events])
      expect(inspect(value, { depth: 30, showHidden: true })).not.toContain(password);
    expect(JSON.stringify([events, mqtt.stats()])).not.toContain(password);
  }
});
