import { GapHistogram, unit } from './gapHistogram.js';
import type { TailFit } from './tailFit.js';

/** Gaps longer than a bin, enough to say how many are. */
const enough = 30;

/** ln of the chance that a gap is longer than the beginning of each bin: as gaps were, and where those are few as their law is. */
export function survival(gaps: GapHistogram, fit: TailFit): Float32Array {
  const logs = new Float32Array(GapHistogram.length + 1);
  let above = 0;
  for (let bin = GapHistogram.length; bin >= 0; bin -= 1) {
    above += bin < GapHistogram.length ? gaps.count(bin) : 0;
    logs[bin] = above >= enough ? Math.log(above / gaps.total) : fit.log(bin);
  }
  return logs;
}

/** Where the last bin ends. */
const end = 2 ** (GapHistogram.length / 2);

/** ln of the chance of a gap longer than `gap`, in parts of its scale; straight between the bins, as of what comes by chance. */
export function logSurvival(logs: Float32Array, gap: number): number {
  const place = gap * unit;
  if (!(place > 1)) return 0;
  if (place >= end) return logs[GapHistogram.length] ?? 0;
  // Asked millions of times a day: two bins an octave, without a logarithm.
  const octave = 31 - Math.clz32(place);
  const upper = place >= (1 << octave) * Math.SQRT2;
  const from = (1 << octave) * (upper ? Math.SQRT2 : 1);
  const bin = 2 * octave + Number(upper);
  const log = logs[bin] ?? 0;
  return log + (((logs[bin + 1] ?? 0) - log) * (place / from - 1)) / (Math.SQRT2 - 1);
}
