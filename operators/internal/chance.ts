/**
 * A random number in [0, 1): the default of every `random` option, and the only use of the platform's random numbers.
 */
export const chance: () => number = Math.random;
