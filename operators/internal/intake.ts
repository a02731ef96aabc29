import { QueueOverflowError } from '../queueOverflowError.js';
import type { BoundedQueue } from '../support/boundedQueue.js';

/**
 * Puts values into a queue. `fail` gets the error that `key` throws, and the overflow of a queue with
 * `overflow: 'error'`.
 */
export function intake<T>(
  waiting: BoundedQueue<T>,
  rules: { readonly capacity: number },
  fail: (error: unknown) => void,
): (value: T) => void {
  return (value) => {
    try {
      if (waiting.push(value)) return;
    } catch (error) {
      fail(error);
      return;
    }
    fail(new QueueOverflowError(rules.capacity));
  };
}
