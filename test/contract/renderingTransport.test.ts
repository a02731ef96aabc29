import { expect, it } from 'vitest';
import { defaultTransport } from '../../src/mqtt/transport/renderingTransport.js';
import { virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

it('the transport of server-side rendering never emits and never ends, and checks its options like the others', () => {
  const scheduler = new FastScheduler();
  const clock = virtualClock(scheduler);
  const events: unknown[] = [];
  const note = (event: unknown): void => {
    events.push(event);
  };
  defaultTransport({ clock })({ url: 'ws://127.0.0.1:1' }).subscribe({
    next: note,
    error: note,
    complete: () => note('end'),
  });
  scheduler.advance(60_000);
  expect(events).toEqual([]);
  const code = expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'transport.keepAlive' }) as Error;
  expect(() => defaultTransport({ clock, keepAlive: 0 })).toThrow(code);
});
