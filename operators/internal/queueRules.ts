import type { BoundedConfig } from '../boundedConfig.js';
import { knownOptions, oneOf, optionalFunction, wholeNumber, wrongType } from '../support/argument.js';
import type { BoundedQueueConfig } from '../support/boundedQueue.js';
import { overflows } from '../support/overflow.js';

const words = ['capacity', 'overflow', 'key', 'onDrop', 'onPressure', 'stats'];

/** The default number of keys: more symbols than a venue lists. */
export const defaultKeys = 65_536;

/** Throws for an invalid config. `least` is the smallest capacity, `more` are the options that only `name` has. */
export function validateBounded<T>(
  name: string,
  config: BoundedConfig<T>,
  least: number,
  more: readonly string[] = [],
): void {
  knownOptions(name, config, [...words, ...more]);
  const { capacity, overflow, key } = config;
  wholeNumber(`${name}.capacity`, capacity, least);
  if (overflow !== undefined) oneOf(`${name}.overflow`, overflow, overflows);
  for (const option of ['key', 'onDrop', 'onPressure'] as const) optionalFunction(`${name}.${option}`, config[option]);
  if (overflow === 'conflate' && !key) {
    throw wrongType(`${name}.key`, key, "overflow 'conflate' needs a function that returns the key of a value");
  }
  if (overflow !== undefined && overflow !== 'conflate' && key) {
    throw wrongType(`${name}.key`, key, `overflow '${overflow}' uses no key; leave key out`);
  }
}

/** The rules of a queue with defaults filled in; `capacity` stays a getter. */
export function queueRules<T>(config: BoundedConfig<T>): BoundedQueueConfig<T> {
  const { key, overflow = key ? 'conflate' : 'drop-oldest', onDrop, onPressure } = config;
  return {
    get capacity() {
      return config.capacity;
    },
    ...{ overflow, key, onDrop, onPressure },
  };
}
