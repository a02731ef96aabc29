/** Upper tail of the standard normal distribution; its relative error stays below 1e-9 far out, where quantiles are looked for. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    // Taylor series of the lower half.
    let [term, sum] = [z, z];
    for (let n = 1; n < 80 && term > 1e-17 * sum; n += 1) {
      term *= (z * z) / (2 * n + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  // Continued fraction of Mills' ratio.
  let fraction = z;
  for (let n = 60; n > 0; n -= 1) fraction = z + n / fraction;
  return density / fraction;
}

/** Upper tail of the gamma distribution with a shape of 1/2: Z²/2 of a standard normal Z. */
export function gammaHalfTail(x: number): number {
  return x <= 0 ? 1 : 2 * normalTail(Math.sqrt(2 * x));
}

/** P(N ≤ count) of a Poisson variable. */
function poissonCdf(count: number, mean: number): number {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let k = 0; k <= count; k += 1) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

/** Finds where a falling function reaches `level`, between bounds. */
export function solveFalling(f: (x: number) => number, level: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 200 && to - from > 1e-12 * to; step += 1) {
    const middle = (from + to) / 2;
    if (f(middle) > level) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** One-sided 95 % bounds of a Poisson mean of which `count` were seen; exact for few, normal for many. */
export function poissonBounds(count: number): { readonly lower: number; readonly upper: number } {
  if (count > 400) {
    const half = 1.645 * Math.sqrt(count);
    return { lower: count - half + 0.9, upper: count + half + 1.9 };
  }
  const top = 2 * count + 20;
  return {
    lower: count === 0 ? 0 : solveFalling((mean) => poissonCdf(count - 1, mean), 0.95, 0, top),
    upper: solveFalling((mean) => poissonCdf(count, mean), 0.05, 0, top),
  };
}
