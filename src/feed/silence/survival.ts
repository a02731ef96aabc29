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

/** ln of the chance of a gap longer than `gap`, in parts of its scale. */
export function logSurvival(logs: Float32Array, gap: number): number {
  const place = 2 * Math.log2(gap * unit);
  if (!(place > 0)) return 0;
  const bin = Math.floor(place);
  const last = logs.length - 1;
  if (bin >= last) return logs[last] ?? 0;
  const from = logs[bin] ?? 0;
  return from + ((logs[bin + 1] ?? 0) - from) * (place - bin);
}
