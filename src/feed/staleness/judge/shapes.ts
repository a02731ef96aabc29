/** Gaps are counted in bins of half an octave; laws are known at an eighth of a bin. */
export const stepsPerBin = 8;

/** Length of a step, as a difference of natural logarithms. */
export const step: number = Math.LN2 / 2 / stepsPerBin;

/** The range of the tables, in steps from the scale of a law. */
const from = Math.round(-14 / step);
const to = Math.round(18 / step);

/** A law of gaps, of scale 1, as tables over the logarithm of the gap: it is moved along them to fit a scale. */
export interface Shape {
  /** How common it is taken to be, to the others. */
  readonly prior: number;
  readonly tails: Float64Array;
  /** The same as probabilities. */
  readonly chances: Float64Array;
  readonly bins: Float64Array;
}

/** ln of the probability that a gap is longer than `exp(step * index)`. */
export function tailAt({ tails }: Shape, index: number): number {
  return tails[Math.max(0, Math.min(to - from, index - from))] ?? 0;
}

/** The same as a probability. */
export function chanceAt({ chances }: Shape, index: number): number {
  return chances[Math.max(0, Math.min(to - from, index - from))] ?? 0;
}

/** … and that it is in the bin that begins there. */
export function binAt({ bins }: Shape, index: number): number {
  return bins[Math.max(0, Math.min(to - from, index - from))] ?? 0;
}

/** The index at which the tail has fallen to so much. */
export function indexOf(shape: Shape, tail: number): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const between = (low + high) >> 1;
    if (tailAt(shape, between) > tail) low = between;
    else high = between;
  }
  return high;
}

/** ln of the normal tail; Chebyshev fit of erfc with a relative error below 1.2e-7 (Numerical Recipes, 6.2). */
function logNormalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const log = Math.log(t / 2) - x * x + terms.reduceRight((sum, term) => term + t * sum, 0);
  return z >= 0 ? log : Math.log1p(-Math.exp(log));
}

type LogTail = (x: number, logX: number) => number;

const logNormal =
  (sigma: number): LogTail =>
  (_, logX) =>
    logNormalTail(logX / sigma);

const weibull =
  (power: number): LogTail =>
  (_, logX) =>
    -Math.exp(power * logX);

/** Sum of `phases` exponential times: comings that are more regular than chance. */
const erlang =
  (phases: number): LogTail =>
  (x) => {
    let term = 1;
    let sum = 1;
    for (let phase = 1; phase < phases; phase += 1) sum += term *= x / phase;
    return Math.log(sum) - x;
  };

/** Gamma of shape 1/2. */
const gammaHalf: LogTail = (x) => Math.LN2 + logNormalTail(Math.sqrt(2 * x));

/** Most gaps short, a part `slow` of them `ratio` times as long: bursts. */
const twoPhase =
  (slow: number, ratio: number): LogTail =>
  (x) =>
    Math.log(slow) - x / ratio + Math.log1p((1 / slow - 1) * Math.exp(x / ratio - x));

const lomax =
  (power: number): LogTail =>
  (x) =>
    -power * Math.log1p(x);

interface Law {
  readonly tail: LogTail;
  /** How common it is taken to be before anything was seen, to all others. */
  readonly prior: number;
}

const of =
  (prior: number) =>
  (tail: LogTail): Law => ({ prior, tail });

/** Bursts whose lulls are so rare that few gaps can rule them out are thought of where they were seen. */
function bursts(): Law[] {
  return [
    { slow: 0.3, prior: 1 },
    { slow: 0.15, prior: 1 },
    { slow: 0.07, prior: 1 },
    { slow: 0.03, prior: 0.3 },
    { slow: 0.01, prior: 0.03 },
    { slow: 0.003, prior: 0.003 },
  ].flatMap(({ slow, prior }) =>
    [4, 8, 16, 32, 64, 128, 256, 512].map((ratio) => ({ prior: prior / 4, tail: twoPhase(slow, ratio) })),
  );
}

function laws(): Law[] {
  return [
    ...[0.35, 0.5, 0.7, 0.85, 1, 1.2, 1.35, 1.5, 1.65].map(logNormal).map(of(0.5)),
    ...[1.8, 2.1, 2.6].map(logNormal).map(of(0.05)),
    ...[3, 2, 1.5, 1.2, 0.85, 0.7, 0.57].map(weibull).map(of(0.5)),
    of(4)(weibull(1)),
    ...[0.45, 0.35].map(weibull).map(of(0.1)),
    ...[2, 4, 12].map(erlang).map(of(0.5)),
    of(0.5)(gammaHalf),
    ...bursts(),
    ...[4, 8].map(lomax).map(of(0.01)),
  ];
}

function tabulate({ tail: law, prior }: Law): Shape {
  const tails = new Float64Array(to - from + 1 + stepsPerBin);
  const bins = new Float64Array(to - from + 1);
  for (let i = 0; i < tails.length; i += 1) {
    const logX = (from + i) * step;
    tails[i] = Math.max(-1e9, Math.min(0, law(Math.exp(logX), logX)));
  }
  for (let i = 0; i < bins.length; i += 1) {
    const [before, after] = [tails[i] ?? 0, tails[i + stepsPerBin] ?? 0];
    // Nothing is so unlikely that a law is ruled out by one gap.
    bins[i] = Math.max(-40, before + Math.log(Math.max(1e-18, -Math.expm1(after - before))));
  }
  return { prior, tails, chances: tails.map(Math.exp), bins };
}

let tables: readonly Shape[] | undefined;

/** The laws that are thought of, made when first asked for: 1 MB, some ms. */
export function shapes(): readonly Shape[] {
  return (tables ??= laws().map(tabulate));
}
