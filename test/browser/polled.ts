import { expect } from 'vitest';

/** A browser on a busy machine takes its time; what is waited for is looked at again and again until it is so. */
export const polled: typeof expect.poll = (read, options) =>
  expect.poll(read, { timeout: 60_000, interval: 50, ...options });
