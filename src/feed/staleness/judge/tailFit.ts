import { GapEvidence } from './gapEvidence.js';
import type { GapHistogram } from './gapHistogram.js';
import { chanceAt, type Shape, shapes, step, stepsPerBin } from './shapes.js';

/** How many places a law's scale is tried at, on each side of its best. */
const sides = 3;

/** A law less likely than the best, by so much as a logarithm, is left out; likelihood at a rough scale, by so much. */
const negligible = 16;
const negligibleRoughly = 24;

/** The tail is tabulated at every so manieth step. */
const stride = 8;

/** Of a rarer silence nothing is asked. */
const unheardOf = 1e-16;

/** Gauss and Hermite's: an average over a normal distribution in 7 points. */
const nodes = [
  { at: 0, weight: 16 / 35 },
  ...[
    { at: 1.154_405_394_739_968_3, weight: 0.240_123_178_605_012_7 },
    { at: 2.366_759_410_734_541_5, weight: 0.030_757_123_967_586_5 },
    { at: 3.750_439_717_725_742_4, weight: 0.000_548_268_855_972_2 },
  ].flatMap(({ at, weight }) => [
    { at, weight },
    { at: -at, weight },
  ]),
];

/** Longer than any gap, in steps. */
const mostSteps = Math.round(Math.log(1e12) / step);

/** What gaps tell of themselves. */
export interface TailFit {
  /** How likely each of the `shapes` is; they add up to 1. */
  readonly likely: Float64Array;
  /** ln of the chance that a gap is longer than the beginning of a bin; 0 below where the tail begins. */
  log(bin: number): number;
  /**
   * The silence, in parts of `unit`, that is exceeded `often` times in a span of so many gaps and of such a length: gaps that
   * begin early enough to grow so long, times the chance that one does. Its scale is known up to a factor whose logarithm
   * has this variance.
   */
  longest(often: number, gaps: number, length: number, variance: number): number;
}

/** A law at a scale, and how far it is believed, as a logarithm. */
interface Candidate {
  readonly law: number;
  readonly shape: Shape;
  readonly shift: number;
  readonly belief: number;
}

/** Climbs to where a law explains the gaps best, by strides of `from` steps, halved down to `to`. */
function climb(evidence: GapEvidence, shape: Shape, start: number, from: number, to: number): [number, number] {
  let [best, top] = [start, evidence.likelihood(shape, start)];
  for (let stride = from; stride >= to; stride /= 2) {
    for (const way of [-stride, stride]) {
      for (let tries = 0; tries < 24; tries += 1) {
        const next = evidence.likelihood(shape, best + way);
        if (!(next > top)) break;
        best += way;
        top = next;
      }
    }
  }
  return [best, top];
}

/** Believes a law at the places of its scale that count. */
function around(
  evidence: GapEvidence,
  { law, shape, shift: rough }: Candidate,
  prior: number,
  into: Candidate[],
): void {
  const [best, top] = climb(evidence, shape, rough, stepsPerBin / 4, 1);
  const beside = evidence.likelihood(shape, best - stepsPerBin) + evidence.likelihood(shape, best + stepsPerBin);
  const bend = Math.max(1e-3, 2 * top - beside);
  // As far apart as half a standard deviation of the scale, by the curve's bend.
  const apart = Math.max(1, Math.min(3 * stepsPerBin, Math.round((0.7 * stepsPerBin) / Math.sqrt(bend))));
  for (let side = -sides; side <= sides; side += 1) {
    const shift = best + side * apart;
    into.push({ law, shape, shift, belief: Math.log(apart) + evidence.likelihood(shape, shift) + prior });
  }
}

function believe(evidence: GapEvidence, prior: Float64Array): Candidate[] {
  const rough = shapes().map((shape, law) => {
    const [shift, top] = climb(evidence, shape, evidence.start(shape), 2 * stepsPerBin, stepsPerBin / 2);
    return { law, shape, shift, belief: top + (prior[law] ?? 0) };
  });
  const roughest = most(rough) - negligibleRoughly;
  const fine: Candidate[] = [];
  for (const one of rough) if (one.belief >= roughest) around(evidence, one, prior[one.law] ?? 0, fine);
  const least = most(fine) - negligible;
  return fine.filter((one) => one.belief > least);
}

function most(candidates: readonly Candidate[]): number {
  return candidates.reduce((max, { belief }) => Math.max(max, belief), -Infinity);
}

/**
 * The predictive tail of a topic's gaps: the average of all laws in `shapes` at all scales, weighted by how well they
 * explain the gaps and by how common they are among the market's symbols. Where gaps are too few to tell laws apart the
 * heavier ones rule the tail, and as they come the tail shrinks to the law that holds.
 *
 * Sources: nonparametric empirical Bayes on a grid (Koenker and Mizera, JASA 109, 2014); peaks over a threshold (Pickands,
 * Ann. Statist. 3, 1975); a likelihood of bounded weight for laws that are none of the grid (Miller and Dunson, JASA 114,
 * 2019).
 *
 * @param prior - how common each law is, as logarithms
 * @param grain - shorter gaps, in ms, are not told apart by the market's time
 * @param noise - how badly one gap tells the pace: 1 for what comes by chance, more where gaps come in bursts
 */
export function tailFit(gaps: GapHistogram, prior: Float64Array, grain = 0, noise = 1): TailFit {
  const evidence = new GapEvidence(gaps, grain, noise);
  const believable = believe(evidence, prior);
  const top = most(believable);
  const total = believable.reduce((sum, { belief }) => sum + Math.exp(belief - top), 0);
  const likely = new Float64Array(prior.length);
  for (const { law, belief } of believable) likely[law] = (likely[law] ?? 0) + Math.exp(belief - top) / total;

  const weighed = believable.map(({ shape, shift, belief }) => ({
    shape,
    shift,
    weight: (evidence.share / total) * Math.exp(belief - top - evidence.over(shape, shift)),
  }));
  const { threshold } = evidence;
  const logs: number[] = [];
  for (let at = threshold; at < mostSteps; at += stride) {
    let sum = 0;
    for (const { shape, shift, weight } of weighed) sum += weight * chanceAt(shape, at - shift);
    logs.push(sum > unheardOf ? Math.log(sum) : logs.length > 0 ? Math.min(-70, 2 * (logs.at(-1) ?? 0)) : 0);
    if (sum <= unheardOf) break;
  }
  /** ln of the tail; what is below the threshold is not asked for. */
  const log = (at: number): number => {
    const place = (at - threshold) / stride;
    if (place <= 0) return 0;
    const low = Math.min(logs.length - 2, Math.floor(place));
    const [from, to] = [logs[low] ?? 0, logs[low + 1] ?? 0];
    return from + (to - from) * (place - low);
  };

  return {
    likely,
    log: (bin) => log(bin * stepsPerBin),
    longest: (often, gaps, length, variance) => {
      const spread = Math.sqrt(variance) / step;
      const tail = (at: number): number =>
        spread === 0
          ? Math.exp(log(at))
          : nodes.reduce((sum, { at: node, weight }) => sum + weight * Math.exp(log(at - spread * node)), 0);
      let [low, high] = [threshold, mostSteps];
      while (high - low > 1) {
        const between = (low + high) >> 1;
        const early = 1 + gaps * Math.max(0, 1 - Math.exp(between * step) / length);
        if (tail(between) * early > often) low = between;
        else high = between;
      }
      return Math.exp(high * step);
    },
  };
}
