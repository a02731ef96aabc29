import { GapHistogram } from './gapHistogram.js';
import { binAt, indexOf, type Shape, shapes, step, stepsPerBin, tailAt } from './shapes.js';

/** From so many gaps on only the longer ones tell the shape: the tail is asked for, and the body has laws of its own. */
const enoughForTail = 64;

/** The part of the gaps that is the tail: half of few, less of many. */
function tailPart(total: number): number {
  return Math.min(0.5, 0.25 + 600 / total);
}

/** More gaps than this don't make surer: gaps of one burst or lull are not independent. */
const believed = 2_000;

/** ln of the probability beyond which a law's tail is not fitted to the body of the gaps. */
const farthest = -6;

/** How many places a law's scale is tried at, on each side of its best. */
const sides = 4;

/** What gaps tell of themselves. */
export interface TailFit {
  /** How likely each of the `shapes` is; they add up to 1. */
  readonly likely: Float64Array;
  /** The gap, in ms, that one gap is longer than with this probability. */
  quantile(probability: number): number;
}

/** A law at a scale, and how far it is believed, as a logarithm. */
interface Candidate {
  readonly law: number;
  readonly shape: Shape;
  readonly shift: number;
  readonly belief: number;
}

/**
 * The predictive tail of a topic's gaps: the average of all laws in `shapes` at all scales, weighted by how well they
 * explain the gaps and by how common they are among the market's symbols. Where gaps are too few to tell laws apart the
 * heavier ones rule the tail, and as they come the tail shrinks to the law that holds.
 *
 * Sources: nonparametric empirical Bayes on a grid (Koenker and Mizera, JASA 109, 2014); peaks over a threshold, here the
 * median (Pickands, Ann. Statist. 3, 1975); a likelihood with bounded weight for laws that are none of the grid (Miller and
 * Dunson, JASA 114, 2019).
 *
 * @param prior - how common each law is, as logarithms
 * @param grain - shorter gaps, in ms, are not told apart by the market's time
 */
export function tailFit(gaps: GapHistogram, prior: Float64Array, grain = 0): TailFit {
  const lowest =
    gaps.total < enoughForTail
      ? 0
      : Math.max(gaps.from(tailPart(gaps.total)), Math.min(gaps.from(enoughForTail / gaps.total), gaps.bin(grain)));
  const bins: number[] = [];
  let above = 0;
  for (let bin = lowest; bin < GapHistogram.length; bin += 1) {
    if (gaps.count(bin) > 0) bins.push(bin);
    above += gaps.count(bin);
  }
  const share = lowest === 0 ? 1 : (above + 0.5) / (gaps.total + 1);
  const weight = Math.min(1, believed / above);
  const threshold = lowest * stepsPerBin;
  // Where a law must be for the gaps' middle, or their tail, to begin where it does.
  const middle = lowest === 0 ? gaps.from(0.5) * stepsPerBin + stepsPerBin / 2 : threshold;
  const part = Math.log(lowest === 0 ? 0.5 : share);

  const likelihood = (shape: Shape, shift: number): number => {
    const over = lowest === 0 ? 0 : tailAt(shape, threshold - shift);
    // Of a law's far tail nothing is asked: beyond it lies what no gap can tell.
    if (over < farthest) return -Infinity;
    let log = -above * over;
    for (const bin of bins)
      log += gaps.count(bin) * (bin === 0 ? below(shape, shift) : binAt(shape, bin * stepsPerBin - shift));
    return weight * log;
  };

  const candidates: Candidate[] = [];
  shapes().forEach((shape, law) => {
    let best = middle - indexOf(shape, part);
    let top = likelihood(shape, best);
    for (let stride = 2 * stepsPerBin; stride >= 1; stride = stride >> 1) {
      for (const way of [-stride, stride]) {
        for (let tries = 0; tries < 24; tries += 1) {
          const next = likelihood(shape, best + way);
          if (!(next > top)) break;
          best += way;
          top = next;
        }
      }
    }
    // Places as far apart as half a standard deviation of the scale, by the curve's bend.
    const bend = 2 * top - likelihood(shape, best - stepsPerBin) - likelihood(shape, best + stepsPerBin);
    const apart = Math.max(
      1,
      Math.min(3 * stepsPerBin, Math.round((0.7 * stepsPerBin) / Math.sqrt(Math.max(bend, 1e-3)))),
    );
    for (let side = -sides; side <= sides; side += 1) {
      const shift = best + side * apart;
      candidates.push({
        law,
        shape,
        shift,
        belief: (prior[law] ?? 0) + Math.log(apart) + (side === 0 ? top : likelihood(shape, shift)),
      });
    }
  });

  const most = candidates.reduce((max, { belief }) => Math.max(max, belief), -Infinity);
  const believable = candidates.filter(({ belief }) => belief > most - 18);
  const total = believable.reduce((sum, { belief }) => sum + Math.exp(belief - most), 0);
  const likely = new Float64Array(prior.length);
  for (const { law, belief } of believable) likely[law] = (likely[law] ?? 0) + Math.exp(belief - most) / total;

  const weighed = believable.map(({ shape, shift, belief }) => ({
    shape,
    shift,
    weight: Math.exp(belief - most - (lowest === 0 ? 0 : tailAt(shape, threshold - shift))),
  }));
  const tail = (at: number): number => {
    let sum = 0;
    for (const { shape, shift, weight } of weighed) sum += weight * Math.exp(tailAt(shape, at - shift));
    return (share * sum) / total;
  };

  return {
    likely,
    quantile: (probability) => {
      let [low, high] = [threshold, longest];
      while (high - low > 1) {
        const between = (low + high) >> 1;
        if (tail(between) > probability) low = between;
        else high = between;
      }
      return Math.exp(high * step);
    },
  };
}

/** Some 30 years. */
const longest = Math.round(Math.log(1e12) / step);

/** ln of the probability of the first bin, with all that is shorter. */
function below(shape: Shape, shift: number): number {
  return Math.log(Math.max(1e-18, -Math.expm1(tailAt(shape, stepsPerBin - shift))));
}
