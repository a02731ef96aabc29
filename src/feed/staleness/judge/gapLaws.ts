/**
 * Possible distributions of the gaps between messages of a symbol. A gap is measured in mean gaps of its symbol, so that one law fits a
 * symbol with five messages a second and one with four an hour. A law gives the rarity of a gap longer than `x`: minus the natural
 * logarithm of its probability.
 */
type GapLaw = (x: number) => number;

/** Regular gaps for a shape above 1, a Poisson process for 1, irregular gaps below 1. `scale` is Γ(1 + 1/shape), which makes the mean 1. */
function weibull(shape: number, scale: number): GapLaw {
  return (x) => (x * scale) ** shape;
}

/** The logarithm of a gap is normal, with this standard deviation. */
function lognormal(sigma: number): GapLaw {
  return (x) => (x === 0 ? 0 : normalRarity(Math.log(x) / sigma + sigma / 2));
}

/** Messages in bursts: `part` of the gaps are pauses with the mean `pause`, the others are short. */
function bursts(part: number, pause: number): GapLaw {
  const short = (1 - part * pause) / (1 - part);
  return (x) => x / pause - Math.log(part + (1 - part) * Math.exp(x / pause - x / short));
}

/** The rate itself changes, or each message makes others likelier for a while: a Pareto tail of shape 3. */
function wandering(x: number): number {
  return 3 * Math.log1p(x / 2);
}

const laws: readonly GapLaw[] = [
  weibull(2, 0.886_227),
  weibull(1, 1),
  weibull(0.8, 1.133_003),
  weibull(0.63, 1.416_108),
  weibull(0.5, 2),
  lognormal(1),
  lognormal(1.5),
  lognormal(2),
  bursts(0.3, 2),
  bursts(0.1, 7.5),
  bursts(0.03, 22),
  wandering,
];
export const lawCount: number = laws.length;

/** The rarity of a normal value above `z`, to within a few per cent of the tail (Karagiannidis and Lioumpas, 2007). */
function normalRarity(z: number): number {
  if (z < 0) return -Math.log1p(-Math.exp(-normalRarity(-z)));
  const part = z < 0.01 ? 1.4 * (1 - 0.7 * z) : (1 - Math.exp(-1.4 * z)) / z;
  return (z * z) / 2 - Math.log(part / (1.135 * Math.sqrt(2 * Math.PI)));
}

/** Gaps are counted in bins: one below half a mean gap, then four to each doubling, over 14 doublings. */
export const binCount: number = 1 + 4 * 14;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The element at an index that exists. */
function at(array: Float64Array | Float32Array | Uint32Array, place: number): number {
  return array[place] as number;
}

/** The bin of a gap of `x` mean gaps. The leading bits of a floating-point number approximate its logarithm. */
export function binOf(x: number): number {
  double[0] = x;
  const bin = (at(words, 1) >>> 18) - (1022 << 2) + 1;
  return bin < 0 ? 0 : Math.min(bin, binCount - 1);
}

/** Where a bin begins, in mean gaps. */
function start(bin: number): number {
  return bin === 0 ? 0 : 2 ** (((bin - 1) >> 2) - 1) * (1 + ((bin - 1) & 3) / 4);
}

/** By bin, and by law within it: the chance that a gap is longer than the start of the bin, and the logarithm of being in it. */
let tables: { readonly longer: Float64Array; readonly inBin: Float64Array } | undefined;

/** Takes about 50 µs, when the first topic is weighed, in a turn of its own. */
function makeTables(): NonNullable<typeof tables> {
  const longer = new Float64Array((binCount + 1) * lawCount);
  for (let place = 0; place < longer.length; place += 1) {
    const rarity = laws[place % lawCount]?.(start(Math.floor(place / lawCount))) ?? NaN;
    longer[place] = Math.exp(-rarity);
  }
  const inBin = new Float64Array(binCount * lawCount);
  for (let place = 0; place < inBin.length; place += 1) {
    // A gap that is impossible by a law may still come from the clock or the network.
    inBin[place] = Math.log(Math.max(1e-12, at(longer, place) - at(longer, place + lawCount)));
  }
  return { longer, inBin };
}

/** Sets the weights of the laws, whose sum is 1, from the counts of a topic's gaps and from the weights for other topics. */
export function weigh(counts: Float32Array, prior: Float64Array, weights: Float64Array): void {
  const { inBin } = (tables ??= makeTables());
  for (let law = 0; law < lawCount; law += 1) weights[law] = Math.log(at(prior, law));
  for (let bin = 0; bin < binCount; bin += 1) {
    const count = at(counts, bin);
    if (count === 0) continue;
    for (let law = 0; law < lawCount; law += 1)
      weights[law] = at(weights, law) + count * at(inBin, bin * lawCount + law);
  }
  let best = -Infinity;
  for (let law = 0; law < lawCount; law += 1) best = Math.max(best, at(weights, law));
  let sum = 0;
  for (let law = 0; law < lawCount; law += 1) sum += weights[law] = Math.exp(at(weights, law) - best);
  for (let law = 0; law < lawCount; law += 1) weights[law] = at(weights, law) / sum;
}

/** The rarity of a gap that reaches the start of a bin, by the laws with these weights. */
function rarityAt(weights: Float64Array, bin: number): number {
  const { longer } = (tables ??= makeTables());
  let chance = Number.MIN_VALUE;
  for (let law = 0; law < lawCount; law += 1) chance += at(weights, law) * at(longer, bin * lawCount + law);
  return -Math.log(chance);
}

/** The gap, in mean gaps, that is exceeded with this rarity, by the laws with these weights. */
export function gapOf(weights: Float64Array, rarity: number): number {
  let low = 0;
  let high = binCount;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rarityAt(weights, middle) < rarity) low = middle;
    else high = middle;
  }
  const before = rarityAt(weights, low);
  return start(low) + (start(high) - start(low)) * Math.min(1, (rarity - before) / (rarityAt(weights, high) - before));
}

/** The rarity of a gap longer than `x` mean gaps, by the laws with these weights. */
export function rarityOf(weights: Float64Array, x: number): number {
  const bin = binOf(x);
  const before = rarityAt(weights, bin);
  const part = Math.min(1, (x - start(bin)) / (start(bin + 1) - start(bin)));
  return before + part * (rarityAt(weights, bin + 1) - before);
}
