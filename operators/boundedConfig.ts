import type { QueueStats } from './queueStats.js';

/**
 * The options of every finite queue. The object is kept: `capacity` is read whenever a value is to wait, so a getter tunes a
 * running stream. The options are validated at the call only.
 */
export interface BoundedConfig<T> {
  /** Values that may wait, or keys with `overflow: 'conflate'`. Storage grows only as it is used. */
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
  /** Gets every lost value and the reason, after it was counted. An error that it throws is counted in `callbackErrors`. */
  readonly onDrop?: ((value: T, reason: string) => void) | undefined;
  /**
   * `true` when the queue reaches 75 % of its capacity, `false` when it is back at 50 %. An error that it throws is counted,
   * too.
   */
  readonly onPressure?: ((raised: boolean) => void) | undefined;
  /** Counts where every value went; see `QueueStats`. @defaultValue nobody reads the counts */
  readonly stats?: QueueStats | undefined;
}
