import type { Random } from './random.js';
import { normalTail, solveFalling } from './special.js';

/**
 * How messages follow each other, in units of the mean gap. A symbol's rate, and how it changes over the day, is time
 * running faster or slower: the law stays.
 */
export interface Law {
  readonly name: string;
  /** Draws the next gap. A law with a memory keeps it in `memory[slot]`, which begins as 0. */
  gap(random: Random, memory: Float64Array, slot: number): number;
  /** The chance that a gap is longer than `x`, over all gaps. */
  survival(x: number): number;
}

/** The gap that is exceeded with a probability of `tail`. */
export function quantile(law: Law, tail: number): number {
  let high = 1;
  while (law.survival(high) > tail) high *= 2;
  return solveFalling((x) => law.survival(x), tail, 0, high);
}

export const exponential = (random: Random): number => -Math.log(random());

const poisson: Law = { name: 'poisson', gap: exponential, survival: (x) => Math.exp(-x) };

function lognormal(sigma: number): Law {
  // A mean of 1.
  const mu = (-sigma * sigma) / 2;
  // Numbers come in pairs. In an array, a number costs no allocation.
  const spare = new Float64Array([NaN]);
  let owner: Random | undefined;
  return {
    name: `lognormal ${sigma.toFixed(1)}`,
    gap: (random) => {
      let z = spare[0]!;
      if (owner === random && z === z) spare[0] = NaN;
      else {
        const radius = Math.sqrt(-2 * Math.log(random()));
        const angle = 2 * Math.PI * random();
        z = radius * Math.cos(angle);
        spare[0] = radius * Math.sin(angle);
        owner = random;
      }
      return Math.exp(mu + sigma * z);
    },
    survival: (x) => (x <= 0 ? 1 : normalTail((Math.log(x) - mu) / sigma)),
  };
}

/** States of a symbol that is now busy, now calm: rates in each, and the rates at which it leaves them. */
export interface TwoStates {
  readonly busy: number;
  readonly calm: number;
  readonly leaveBusy: number;
  readonly leaveCalm: number;
}

/** A Poisson process whose rate is switched between two (MMPP). Its gaps follow each other: short ones come in rows. */
function modulated(name: string, { busy, calm, leaveBusy, leaveCalm }: TwoStates): Law {
  // In the states' own terms, with no message so far: d/dt [b, c] = [b, c] · [[-(busy + leaveBusy), leaveBusy], …].
  const [p, q] = [busy + leaveBusy, calm + leaveCalm];
  const middle = (p + q) / 2;
  const root = Math.sqrt(((p - q) / 2) ** 2 + leaveBusy * leaveCalm);
  const [fast, slow] = [middle + root, middle - root];
  // At a message the state is busy in proportion to the messages sent there.
  const inBusy = leaveCalm / (leaveBusy + leaveCalm);
  const atMessage = (inBusy * busy) / (inBusy * busy + (1 - inBusy) * calm);
  // survival = w·e^(-slow x) + (1-w)·e^(-fast x), and its slope at 0 is minus the mean rate at a message.
  const slope = atMessage * busy + (1 - atMessage) * calm;
  const weight = (fast - slope) / (fast - slow);
  return {
    name,
    gap: (random, memory, slot) => {
      for (let waited = 0; ; memory[slot] = 1 - memory[slot]!) {
        const isBusy = memory[slot] === 1;
        const [send, leave] = isBusy ? [busy, leaveBusy] : [calm, leaveCalm];
        waited += exponential(random) / (send + leave);
        if (random() * (send + leave) < send) return waited;
      }
    },
    survival: (x) => weight * Math.exp(-slow * x) + (1 - weight) * Math.exp(-fast * x),
  };
}

/** 20 messages in a row at 5 times the mean rate, then on average 18 mean gaps at a tenth of it. */
const bursty = modulated('bursty', { busy: 5, calm: 0.1, leaveBusy: 0.25, leaveCalm: 0.25 * (0.9 / 4) });

export const laws: readonly Law[] = [poisson, lognormal(1), lognormal(1.5), bursty];
