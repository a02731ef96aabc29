import { describe, expect, test } from 'vitest';
import { readingTransport } from '../support/readingTransport.js';
import { type MqttListener, mqttScene, type MqttScene, type MqttSceneConfig } from './mqttScene.js';

interface ReadingScene extends MqttScene<undefined> {
  /** The newest connection reads a chunk of bytes. */
  read(): void;
}

/** A scene whose transport emits `read` when the test says so. */
function readingScene(config: MqttSceneConfig<undefined> = {}): ReadingScene {
  const { transport, read } = readingTransport(() => scene.fake.transport);
  const scene = mqttScene({ ...config, transport });
  return { ...scene, read };
}

/** The two times of each message: wall time and monotonic time. */
function timesOf({ messages }: MqttListener<undefined>): readonly (readonly number[])[] {
  return messages.map(({ receivedAt, monotonicAt }) => [receivedAt, monotonicAt]);
}

const wallTime = (ms: number): readonly number[] => [1_000_000 + ms, ms];
const laterWallTime: MqttSceneConfig<undefined> = {
  changeClock: (clock) => ({ ...clock, now: () => 1_000_000 + clock.now() }),
};

describe('the times of messages', () => {
  test('are those of the read that brought them, by both clocks, although the clocks advance between two messages', () => {
    const { fake, listen, read, scheduler } = readingScene(laterWallTime);
    const listener = listen(() => {
      scheduler.spend(3);
    });
    scheduler.advance(5);
    read();
    scheduler.advance(2);
    for (const text of ['1', '2', '3']) fake.publish('a', text);
    scheduler.advance(40);
    fake.publish('b', 'of the same read');
    read();
    for (const text of ['4', '5']) fake.publish('a', text);
    expect(timesOf(listener)).toEqual([7, 7, 7, 7, 59, 59].map(wallTime));
  });

  test('are read for each message if the transport never emits `read`', () => {
    const { fake, listen, scheduler } = readingScene(laterWallTime);
    const listener = listen(() => {
      scheduler.spend(3);
    });
    for (const text of ['1', '2', '3']) fake.publish('a', text);
    expect(timesOf(listener)).toEqual([0, 3, 6].map(wallTime));
  });

  test('are read for each message on a connection that emits no `read`, although the previous one did', () => {
    const { fake, listen, read, scheduler } = readingScene(laterWallTime);
    const listener = listen(() => {
      scheduler.spend(3);
    });
    read();
    for (const text of ['1', '2']) fake.publish('a', text);
    fake.drop();
    scheduler.advance(60_000 - 6);
    for (const text of ['3', '4', '5']) fake.publish('a', text);
    expect(timesOf(listener)).toEqual([0, 0, 60_000, 60_003, 60_006].map(wallTime));
    expect(listener.messages.map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1, 1]);
  });

  test('are read again on the next connection, although its first message comes before its first `read`', () => {
    const { fake, listen, read, scheduler } = readingScene(laterWallTime);
    const listener = listen();
    read();
    fake.publish('a', '1');
    fake.drop();
    scheduler.advance(60_000);
    fake.publish('a', '2');
    scheduler.spend(3);
    read();
    fake.publish('a', '3');
    scheduler.spend(3);
    fake.publish('a', '4');
    expect(timesOf(listener)).toEqual([0, 60_000, 60_003, 60_003].map(wallTime));
  });

  test('of messages that wait for the promotion are those of their read', () => {
    const { fake, listen, read, scheduler } = readingScene({ ...laterWallTime, fake: { latency: 10 } });
    const listener = listen();
    scheduler.advance(12);
    read();
    for (const text of ['1', '2']) {
      fake.current.send('a', text);
      scheduler.spend(1);
    }
    read();
    fake.current.send('a', '3');
    scheduler.advance(10);
    expect(timesOf(listener)).toEqual([12, 12, 14].map(wallTime));
  });
});

describe('after a read', () => {
  test('a blocked thread is reported before the messages of this read, and once', () => {
    const { fake, listen, log, read, scheduler } = readingScene({ fake: { latency: 10 } });
    listen();
    scheduler.advance(20);
    read();
    fake.publish('a', '1');
    log.length = 0;
    scheduler.spend(1_000);
    read();
    for (const text of ['2', '3']) fake.publish('a', text);
    expect(log).toEqual(['stalled e0 stall 750', 'a 2 e0', 'a 3 e0']);
  });

  test('a sleep is reported before the messages of this read, and once', () => {
    const { fake, listen, log, read, sleep } = readingScene();
    listen();
    read();
    fake.publish('a', '1');
    log.length = 0;
    sleep(60_000);
    read();
    for (const text of ['2', '3']) fake.publish('a', text);
    expect(log).toEqual(['stalled e0 wake 60000', 'settled e0 #2', 'clock-jump 60000', 'a 2 e0', 'a 3 e0']);
  });

  test('without a message, no timer runs and no clock is read', () => {
    let readings = 0;
    const { listen, read, scheduler } = readingScene({
      changeClock: (clock) => ({
        ...clock,
        monotonic: () => {
          readings += 1;
          return clock.monotonic();
        },
      }),
    });
    listen();
    scheduler.advance(2_000);
    const before = readings;
    for (let chunk = 0; chunk < 100; chunk += 1) read();
    expect([scheduler.pending, readings - before]).toEqual([0, 0]);
  });
});
