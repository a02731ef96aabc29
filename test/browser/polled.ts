import { expect } from 'vitest';

/** Checks a condition repeatedly until it holds, because a browser on a busy machine is slow. */
export const polled: typeof expect.poll = (read, options) =>
  expect.poll(read, { timeout: 60_000, interval: 50, ...options });
