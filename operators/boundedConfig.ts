import type { QueueStats } from './queueStats.js';

/**
 * The options of every finite queue. The operator keeps the object and reads `capacity` each time a value has to wait,
 * so a getter can change it while the stream runs. The options are validated only when the operator is called.
 */
export interface BoundedConfig<T> {
  /** The most values that may wait; with `overflow: 'conflate'` the most keys. An unused capacity costs no memory. */
  readonly capacity: number;
  /**
   * The rule by which a full queue treats one more value.
   *
   * - `drop-oldest`: lose the value that waited longest
   * - `drop-incoming`: lose the arriving value
   * - `conflate`: keep one value a key, the newest, in the place in line of the first; capacity is counted in keys; a new
   *   key beyond it evicts the least recently updated one
   * - `error`: lose the arriving value and end the stream with a `QueueOverflowError`
   *
   * @defaultValue `'conflate'` with a `key`, else `'drop-oldest'`
   */
  readonly overflow?: 'drop-oldest' | 'drop-incoming' | 'conflate' | 'error';
  /** Returns the key of a value; keys are compared as in a Map. Only for `overflow: 'conflate'`. */
  readonly key?: ((value: T) => unknown) | undefined;
  /**
   * Called with every lost value and the reason, after the loss was counted. An error that it throws is counted in
   * `callbackErrors`.
   */
  readonly onDrop?: ((value: T, reason: string) => void) | undefined;
  /**
   * Called with `true` when the queue reaches 75 % of its capacity, and with `false` when it is back at 50 %. An error
   * that it throws is counted in `callbackErrors`.
   */
  readonly onPressure?: ((raised: boolean) => void) | undefined;
  /** Counts where every value went; see `QueueStats`. @defaultValue no counts */
  readonly stats?: QueueStats | undefined;
}
