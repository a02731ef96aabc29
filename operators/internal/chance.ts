/** A random number in [0, 1): the default of every `random` option, and the one place that asks the platform. */
export const chance: () => number = Math.random;
