import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/clock.js';
import { clientOptions } from '../../src/mqtt/clientOptions.js';
import { defaultTransport } from '../../src/mqtt/nodeTransport.js';

const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  timers: asyncScheduler,
  background: asyncScheduler,
  io: asyncScheduler,
  random: () => 0.999,
};

it('MQTT.js never reconnects, resubscribes or prints by itself', () => {
  const options = clientOptions({ url: 'mqtt://h', username: 'u', password: 'p' }, clock, 6);
  expect(options).toMatchObject({
    reconnectPeriod: 0,
    resubscribe: false,
    clean: true,
    protocolVersion: 4,
    keepalive: 6,
  });
  expect(options).toMatchObject({ username: 'u', password: 'p' });
  // Without one of its own it writes packets to stderr when DEBUG says so.
  expect(options.log).toBeTypeOf('function');
  // setTimeout fires at once beyond this.
  expect(options.connectTimeout).toBeLessThan(2 ** 31);
});

it('a client id of its own is 23 digits and letters, drawn from the clock', () => {
  expect(clientOptions({ url: 'mqtt://h' }, clock, 6).clientId).toBe(`rxq${'z'.repeat(20)}`);
  expect(clientOptions({ url: 'mqtt://h' }, { ...clock, random: () => 0 }, 6).clientId).toBe(`rxq${'0'.repeat(20)}`);
  expect(clientOptions({ url: 'mqtt://h', clientId: 'mine' }, clock, 6).clientId).toBe('mine');
});

it('the keep-alive is an interval on the clock, until it is cleared', () => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const { timerVariant } = clientOptions({ url: 'mqtt://h' }, { ...clock, timers: scheduler }, 6);
    if (typeof timerVariant !== 'object') throw new Error('no timer of ours');
    const beats: number[] = [];
    const timer = timerVariant.set(() => {
      beats.push(scheduler.now());
      if (beats.length === 3) timerVariant.clear(timer);
    }, 3000);
    const cleared = timerVariant.set(() => {
      throw new Error('cleared');
    }, 1);
    timerVariant.clear(cleared);
    scheduler.flush();
    expect(beats).toEqual([3000, 6000, 9000]);
  });
});

it.each([0, 1.5, -1, 65_536, NaN, '6'])('a keep-alive of %s is rejected', (keepAlive) => {
  const make = (): unknown => defaultTransport({ clock, keepAlive: keepAlive as number });
  expect(make).toThrow(
    expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'transport.keepAlive', value: keepAlive }),
  );
});

it('an option that does not exist is rejected', () => {
  const misspelt = { clock, keepalive: 6 };
  expect(() => defaultTransport(misspelt)).toThrow(
    expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'transport.keepalive' }),
  );
});
