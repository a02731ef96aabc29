/**
 * The rule by which a full queue treats one more value.
 *
 * - `drop-oldest`: lose the value that waited longest
 * - `drop-incoming`: lose the arriving value
 * - `conflate`: keep one value a key, the newest, in the place in line of the first; capacity is counted in keys; a new
 *   key beyond it evicts the least recently updated one
 * - `error`: lose the arriving value and end the stream with a `QueueOverflowError`
 */
export type Overflow = 'drop-oldest' | 'drop-incoming' | 'conflate' | 'error';

/** All values of `Overflow`. */
export const overflows: readonly Overflow[] = ['drop-oldest', 'drop-incoming', 'conflate', 'error'];
