/** The rule by which a full queue treats one more value; see `BoundedConfig.overflow`. */
export type Overflow = 'drop-oldest' | 'drop-incoming' | 'conflate' | 'error';

/** All rules. */
export const overflows: readonly Overflow[] = ['drop-oldest', 'drop-incoming', 'conflate', 'error'];
