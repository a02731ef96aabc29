import { map, of, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mqttScene, textOf } from './mqttScene.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${String(index)}`);

describe('a connection of fromMqtt', () => {
  test.each([0, 1, 2])('is promoted by the last SUBACK of three, also when packet %i has it', (slow) => {
    const { fake, log, listen, scheduler } = mqttScene({
      topics: names(20),
      fake: { subackLatency: (asked) => (asked.includes(`t${String(slow * 8)}`) ? 500 : 10) },
    });
    listen();
    scheduler.advance(499);
    expect(fake.current.subscribes).toHaveLength(3);
    expect(log.at(-1)).toMatch(/^granted /);
    expect(log).not.toContain('promoted e0');
    scheduler.advance(1);
    expect(log.slice(-2)).toEqual(['state live', 'promoted e0']);
  });

  test('is not promoted by a message that comes before the SUBACK, whose topic is seen once granted', () => {
    const { fake, log, listen, mqtt, scheduler } = mqttScene({ topics: ['a'], fake: { latency: 10 } });
    listen();
    scheduler.advance(10);
    fake.current.send('a', '1');
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'sent' });
    expect(log.at(-1)).toBe('state connecting/subscribing');
    scheduler.advance(10);
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'seen', code: 0 });
    expect(log.at(-1)).toBe('a 1 e0');
  });

  test('that waits only for one topic is promoted when this topic is removed, and its late SUBACK no longer counts', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, log, listen, mqtt, scheduler } = mqttScene({
      topics: lists,
      fake: { subackLatency: (asked) => (asked.includes('t8') ? 1_000 : 0) },
    });
    listen();
    lists.next(names(9));
    scheduler.advance(100);
    expect(log).not.toContain('promoted e0');
    lists.next(names(8));
    expect(log.at(-1)).toBe('promoted e0');
    expect(fake.current.unsubscribes).toEqual([['t8']]);
    scheduler.advance(2_000);
    expect([...mqtt.subscriptions().keys()]).toEqual(names(8));
    expect(log.at(-1)).toBe('promoted e0');
  });

  test.each([0, 1, 3])('is lost with RXQ_PROTOCOL when a SUBACK has %i codes for two topics', (count) => {
    const { fake } = mqttScene();
    const { listen, events } = mqttScene({
      transport: (endpoint) =>
        fake.transport(endpoint).pipe(
          map((event) => {
            if (event.type !== 'open') return event;
            const subscribe = () => of(Array.from({ length: count }, () => 0));
            return { ...event, connection: { ...event.connection, subscribe } };
          }),
        ),
    });
    listen();
    expect(events.at(-1)).toMatchObject({ state: { status: 'waiting', reason: { code: 'RXQ_PROTOCOL' } } });
    expect(fake.current.isUp).toBe(false);
  });

  test('is lost with RXQ_TIMEOUT 5 s after a SUBSCRIBE without an answer, if it was never live', () => {
    const { events, log, listen, scheduler } = mqttScene({ fake: { suback: () => undefined } });
    listen();
    scheduler.advance(4_999);
    expect(log.at(-1)).toBe('state connecting/subscribing');
    scheduler.advance(1);
    expect(events.at(-1)).toMatchObject({ state: { status: 'waiting', reason: { code: 'RXQ_TIMEOUT' } } });
  });

  test('that is live stays when a SUBSCRIBE has no answer: another one is sent a minute after its deadline', () => {
    const lists = new Subject<readonly string[]>();
    const asked: unknown[] = [];
    const { fake, log, listen, scheduler } = mqttScene({
      topics: lists,
      fake: {
        suback: (topic) => {
          asked.push([scheduler.now(), topic]);
          return topic === 'b' ? undefined : 0;
        },
      },
    });
    listen();
    lists.next(['a']);
    lists.next(['a', 'b']);
    scheduler.advance(65_000);
    expect(asked).toEqual([
      [0, 'a'],
      [0, 'b'],
      [65_000, 'b'],
    ]);
    expect([fake.connections.length, log.at(-1)]).toEqual([1, 'promoted e0']);
  });
});

describe('a topic of fromMqtt', () => {
  test('that is refused gets a SUBSCRIBE of its own at once, then every 60 s, and other topics get none', () => {
    let isRefused = true;
    const asked: unknown[] = [];
    const shown: unknown[] = [];
    const { fake, events, listen, mqtt, scheduler } = mqttScene({
      topics: ['a', 'bad', 'b'],
      fake: {
        subackLatency: (topics) => {
          asked.push([scheduler.now(), ...topics]);
          if (topics.length === 1) shown.push(mqtt.subscriptions().get('bad'));
          return 0;
        },
        suback: (topic) => (topic === 'bad' && isRefused ? 0x80 : 0),
      },
    });
    listen();
    scheduler.advance(120_000);
    isRefused = false;
    scheduler.advance(600_000);
    expect(asked).toEqual([
      [0, 'a', 'bad', 'b'],
      [0, 'bad'],
      [60_000, 'bad'],
      [120_000, 'bad'],
      [180_000, 'bad'],
    ]);
    expect(fake.current.isUp).toBe(true);
    // It stays refused during the next SUBSCRIBE.
    expect(shown).toEqual(Array.from({ length: 4 }, () => ({ status: 'refused', code: 0x80 })));
    expect(events.slice(-2)).toMatchObject([
      { type: 'state', state: { status: 'live', ledger: { wanted: 3, granted: 3, refused: [], noData: [] } } },
      { type: 'granted', topics: ['bad'] },
    ]);
  });

  test('is wanted while its SUBSCRIBE waits for its turn, then sent, granted and seen, with the code of its SUBACK', () => {
    const { fake, listen, mqtt, scheduler } = mqttScene({
      topics: names(40),
      fake: { subackLatency: () => 10, suback: () => 1 },
    });
    const now = (topic: string): unknown => mqtt.subscriptions().get(topic);
    listen();
    expect([now('t0'), now('t39')]).toEqual([{ status: 'sent' }, { status: 'wanted' }]);
    scheduler.advance(10);
    expect([now('t0'), now('t39')]).toEqual([{ status: 'granted', code: 1 }, { status: 'sent' }]);
    scheduler.advance(10);
    fake.publish('t39', '1');
    fake.publish('t39', '2');
    expect([now('t0'), now('t39')]).toEqual([
      { status: 'granted', code: 1 },
      { status: 'seen', code: 1 },
    ]);
  });

  test('that left and came back is granted by its new SUBACK, not by the old one', () => {
    const lists = new Subject<readonly string[]>();
    const { listen, mqtt, scheduler } = mqttScene({
      topics: lists,
      fake: { subackLatency: (topics) => (topics.length === 2 ? 100 : 200) },
    });
    listen();
    lists.next(['a', 'b']);
    lists.next(['b']);
    lists.next(['a', 'b']);
    scheduler.advance(100);
    expect([...mqtt.subscriptions()]).toEqual([
      ['b', { status: 'granted', code: 0 }],
      ['a', { status: 'sent' }],
    ]);
    scheduler.advance(100);
    expect(mqtt.subscriptions().get('a')).toEqual({ status: 'granted', code: 0 });
    expect([mqtt.subscription('a'), mqtt.subscription('none')]).toEqual([{ status: 'granted', code: 0 }, undefined]);
  });

  test('that is refused each time it leaves and comes back gets a SUBSCRIBE once a minute, not once for each time', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen, scheduler } = mqttScene({
      topics: lists,
      fake: { suback: (topic) => (topic === 'a' ? 0x80 : 0) },
    });
    listen();
    for (let round = 0; round < 5; round += 1) {
      lists.next(['b']);
      lists.next(['a', 'b']);
    }
    const before = fake.current.subscribes.length;
    scheduler.advance(60_000);
    expect(fake.current.subscribes.slice(before)).toEqual([['a']]);
  });

  test('that ended connections, and is removed inside an answer for another one, gets a SUBSCRIBE when it comes back', () => {
    let isClosing = true;
    const lists = new Subject<readonly string[]>();
    const { fake, listen, mqtt, scheduler } = mqttScene({
      topics: lists,
      fake: { suback: (topic) => (topic === 'bad' && isClosing ? 'close' : 0) },
    });
    listen();
    lists.next(['a', 'bad']);
    for (let round = 0; round < 5; round += 1) scheduler.advance(60_000);
    expect(mqtt.subscriptions().get('bad')?.status).toBe('refused');
    lists.next(['a']);
    const inside = mqtt.events$.subscribe((event) => {
      if (event.type === 'granted' && event.topics.includes('b')) lists.next(['a']);
    });
    lists.next(['a', 'b', 'bad']);
    inside.unsubscribe();
    expect([...mqtt.subscriptions().keys()]).toEqual(['a']);
    isClosing = false;
    lists.next(['a', 'bad']);
    scheduler.advance(600_000);
    expect(fake.current.subscribed).toEqual(new Set(['a', 'bad']));
  });

  test('that is refused leaves no timer when the last subscriber has left, and a later list sends nothing', () => {
    const lists = new Subject<readonly string[]>();
    const { fake, listen, scheduler } = mqttScene({
      topics: lists,
      fake: { suback: (topic) => (topic === 'bad' ? 0x80 : 0) },
    });
    const { subscription } = listen();
    lists.next(['a', 'bad']);
    expect(scheduler.pending).toBe(1);
    subscription.unsubscribe();
    lists.next(['c']);
    expect(scheduler.pending).toBe(0);
    expect(fake.current.subscribes).toEqual([['a', 'bad'], ['bad']]);
    expect(fake.current.unsubscribes).toEqual([]);
  });
});

test('state$ has new numbers when topics are granted, refused, without data or gone, and emits nothing for a first message', () => {
  const lists = new Subject<readonly string[]>();
  const { fake, listen, mqtt, scheduler } = mqttScene({
    topics: lists,
    fake: {
      subackLatency: ([topic]) => (topic === 'a' || topic === 'still' ? 10 : 1_000),
      suback: (topic) => ({ bad: 0x80, never: undefined, a: 0, slow: 0, still: 0 })[topic],
    },
    onSubscribe: (topic) => (topic === 'still' ? 'snapshot' : 'nothing'),
  });
  let ledgers: unknown[] = [];
  mqtt.state$.subscribe((state) => {
    if (state.status === 'live') ledgers.push(state.ledger);
  });
  const after = (step: () => void): unknown[] => {
    ledgers = [];
    step();
    return ledgers;
  };
  const wait = (ms: number): unknown[] =>
    after(() => {
      scheduler.advance(ms);
    });
  const send = (topic: string): unknown[] =>
    after(() => {
      fake.publish(topic, '1');
    });
  listen();
  lists.next(['a']);
  const none = { refused: [], noData: [] };
  expect(wait(10)).toEqual([{ ...none, wanted: 1, granted: 1 }]);
  const topics = ['a', 'slow', 'bad', 'never', 'still'];
  // Each in a SUBSCRIBE of its own.
  for (let count = 2; count <= 5; count += 1) lists.next(topics.slice(0, count));
  const all = { ...none, wanted: 5, granted: 2 };
  expect(wait(10)).toEqual([all]);
  const refused = { ...all, granted: 3, refused: ['bad'] };
  expect(wait(1_000)).toEqual([{ ...all, granted: 3 }, refused]);
  expect(send('a')).toEqual([]);
  expect(wait(4_000)).toEqual([{ ...refused, noData: ['still'] }]);
  expect(send('still')).toEqual([refused]);
  expect(
    after(() => {
      lists.next(topics.filter((topic) => topic !== 'never'));
    }),
  ).toEqual([{ ...refused, wanted: 4 }]);
});

test('a wildcard of fromMqtt is seen with the first message that it brings', () => {
  const { fake, listen, mqtt } = mqttScene({ topics: ['px/+', 'md/#'] });
  listen();
  fake.publish('px/a', '1');
  expect([...mqtt.subscriptions()]).toEqual([
    ['px/+', { status: 'seen', code: 0 }],
    ['md/#', { status: 'granted', code: 0 }],
  ]);
});

describe('a message of fromMqtt is the first of its topic again', () => {
  /** A connection whose topics the test changes, each with a subscription of its own, and `first` of a message that it reads next. */
  function changing(refused: readonly string[] = []) {
    const lists = new Subject<readonly string[]>();
    const { fake, listen } = mqttScene({
      topics: lists,
      onSubscribe: 'unknown',
      fake: { suback: (topic) => (refused.includes(topic) ? 0x80 : 0) },
      notices: { topics: ['notices'], decode: (payload) => [{ topic: textOf(payload), message: 'no right to it' }] },
    });
    const { messages } = listen();
    return {
      want: (...topics: string[]): void => {
        lists.next(topics);
      },
      refuse: (topic: string): void => {
        fake.current.send('notices', topic);
      },
      isFirst: (): unknown => {
        fake.current.send('px/a', '1');
        return messages.at(-1)?.first;
      },
    };
  }

  test('after a new SUBSCRIBE for it, also if a wildcard brought it before', () => {
    const { want, isFirst } = changing();
    want('px/+');
    expect([isFirst(), isFirst()]).toEqual([true, false]);
    want('px/+', 'px/a');
    expect([isFirst(), isFirst()]).toEqual([true, false]);
  });

  test.each([
    ['px/+', 'px/a'],
    ['px/a', 'px/+'],
    ['px/+', '#'],
  ])(
    'if the last subscription that brings it ends or is refused, but not if %s does while %s is granted',
    (one, other) => {
      const leaving = changing();
      leaving.want(one, other);
      leaving.isFirst();
      leaving.want(other);
      expect(leaving.isFirst()).toBe(false);
      leaving.want();
      expect(leaving.isFirst()).toBe(true);
      const refusing = changing();
      refusing.want(one, other);
      refusing.isFirst();
      refusing.refuse(one);
      expect(refusing.isFirst()).toBe(false);
      refusing.refuse(other);
      expect(refusing.isFirst()).toBe(true);
    },
  );

  test('if the subscription that brought it ends and the only other one is refused', () => {
    const { want, isFirst } = changing(['px/a']);
    want('px/+', 'px/a');
    expect([isFirst(), isFirst()]).toEqual([true, false]);
    want('px/a');
    expect(isFirst()).toBe(true);
  });
});
