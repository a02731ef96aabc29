import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingWindow } from '../../src/mqtt/retry/slidingWindow.js';

test('asks for no wait below the limit, and then for the time until the oldest event is a span away', () => {
  let now = 0;
  const window = new SlidingWindow(2, 100, () => now);
  window.take();
  now = 30;
  expect(window.wait()).toBe(0);
  window.take();
  now = 50;
  expect(window.wait()).toBe(50);
  now = 100;
  expect(window.wait()).toBe(0);
  window.take();
  expect(window.wait()).toBe(30);
});

test('who waits as told never has more than the limit in any span', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(40), { maxLength: 60 }), (limit, pauses) => {
      let now = 0;
      const window = new SlidingWindow(limit, 100, () => now);
      const times: number[] = [];
      for (const pause of pauses) {
        now += pause;
        now += window.wait();
        window.take();
        times.push(now);
      }
      return times.every((time, index) => index < limit || time - (times[index - limit] ?? 0) >= 100);
    }),
  );
});
