import { asyncScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/model/clock.js';
import { clientOptions } from '../../src/mqtt/transport/clientOptions.js';
import { defaultTransport } from '../../src/mqtt/transport/node/nodeTransport.js';

const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  timers: asyncScheduler,
  background: asyncScheduler,
  io: asyncScheduler,
  random: () => 0.999,
};

const pulse = { reads: 0, ping: (): void => undefined, late: (): void => undefined };

it('MQTT.js never reconnects, resubscribes or prints by itself', () => {
  const options = clientOptions({ url: 'mqtt://h', username: 'u', password: 'p' }, clock, 6, pulse);
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
  expect(clientOptions({ url: 'mqtt://h' }, clock, 6, pulse).clientId).toBe(`rxq${'z'.repeat(20)}`);
  expect(clientOptions({ url: 'mqtt://h' }, { ...clock, random: () => 0 }, 6, pulse).clientId).toBe(
    `rxq${'0'.repeat(20)}`,
  );
  expect(clientOptions({ url: 'mqtt://h', clientId: 'mine' }, clock, 6, pulse).clientId).toBe('mine');
});

it.each([0, 1.5, -1, 65_536, NaN])('a keep-alive of %s is rejected', (keepAlive) => {
  const make = (): unknown => defaultTransport({ clock, keepAlive });
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
