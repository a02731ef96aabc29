/** Chance that can be repeated. */
export interface Dice {
  /** A number in [0, 1). */
  next(): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of some, in proportion to their weights. */
  weighted<T>(from: readonly (readonly [weight: number, value: T])[]): T;
}

/** A small generator of 32 bits (a Weyl sequence through a mixing function): good enough to choose steps with. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (share) => next() < share,
    pick: <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T,
    weighted: (from) => {
      let left = next() * from.reduce((total, [weight]) => total + weight, 0);
      for (const [weight, value] of from) if ((left -= weight) < 0) return value;
      return (from[0] as (typeof from)[0])[1];
    },
  };
}
