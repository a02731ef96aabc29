import { exponential, type Law } from './laws.js';
import { type Random, seeded } from './random.js';
import { gammaHalfTail } from './special.js';

const gamma: Law = {
  name: 'gamma 0.5',
  gap: (random) => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return normal * normal;
  },
  // Shape 1/2, scale 2.
  survival: (x) => gammaHalfTail(x / 2),
};

const shape = 0.6;
/** Γ(1 + 1/0.6): the mean of a Weibull variable with a scale of 1. */
const weibullMean = 1.504575488251556;

const weibull: Law = {
  name: 'weibull 0.6',
  gap: (random) => exponential(random) ** (1 / shape) / weibullMean,
  survival: (x) => (x <= 0 ? 1 : Math.exp(-((x * weibullMean) ** shape))),
};

/** Nine gaps in ten are a fifth of the mean, one is 8.2 times it. */
const twoRates: Law = {
  name: 'two rates',
  gap: (random) => exponential(random) * (random() < 0.9 ? 0.2 : 8.2),
  survival: (x) => 0.9 * Math.exp(-x / 0.2) + 0.1 * Math.exp(-x / 8.2),
};

const jitter = 0.2;

/** A message each mean gap, up to a fifth of it early or late. */
const heartbeat: Law = {
  name: 'heartbeat',
  gap: (random) => 1 + jitter * (2 * random() - 1),
  survival: (x) => Math.min(1, Math.max(0, (1 + jitter - x) / (2 * jitter))),
};

const branching = 0.7;
const decay = 1.5;
const base = 1 - branching;

/** The excitement that is left after `x`, and the gap at which the next message comes (thinning). */
function hawkesGap(random: Random, memory: Float64Array, slot: number): number {
  let waited = 0;
  for (;;) {
    const most = base + memory[slot]!;
    const step = exponential(random) / most;
    waited += step;
    memory[slot]! *= Math.exp(-decay * step);
    if (random() * most < base + memory[slot]!) {
      memory[slot]! += branching * decay;
      return waited;
    }
  }
}

/** Excitement right after a message, as many runs leave it: given it, the next gap has a closed form. */
const excitement: Float64Array = (() => {
  const random = seeded('hawkes');
  const memory = new Float64Array(1);
  const found = new Float64Array(2_000);
  for (let warm = 0; warm < 1_000; warm += 1) hawkesGap(random, memory, 0);
  for (let index = 0; index < found.length; index += 1) {
    for (let apart = 0; apart < 20; apart += 1) hawkesGap(random, memory, 0);
    found[index] = memory[0]!;
  }
  return found;
})();

/** Each message brings on average 0.7 others soon after it (Hawkes, exponential kernel). */
const hawkes: Law = {
  name: 'hawkes 0.7',
  gap: hawkesGap,
  survival: (x) => {
    let sum = 0;
    const spent = (1 - Math.exp(-decay * x)) / decay;
    for (const level of excitement) sum += Math.exp(-base * x - level * spent);
    return sum / excitement.length;
  },
};

/** Laws that no threshold was made with. */
export const heldOutLaws: readonly Law[] = [gamma, weibull, twoRates, heartbeat, hawkes];
