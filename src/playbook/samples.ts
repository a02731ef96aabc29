import type { Sample, Snapshot } from './snapshot.js';

/** Samples of the last `recent` ms are at least `fine` ms apart, older ones `coarse` ms; the oldest is at least `longest` ms old. */
const fine = 1_000;
const recent = 12_000;
const coarse = 10_000;
const longest = 300_000;

/** The samples of one feed: some 45 at most, however often the feed is read. */
export class Samples {
  private kept: readonly Sample[] = [];

  /** The samples before now, oldest first. After a step of the wall clock back, only the newest of the later ones is kept, as of now. */
  before(now: number): readonly Sample[] {
    const last = this.kept.at(-1);
    if (last !== undefined && last.at > now)
      this.kept = [...this.kept.filter(({ at }) => at <= now), { ...last, at: now }];
    return this.kept;
  }

  add({ at, stats, delays, process }: Snapshot): void {
    const last = this.kept.at(-1);
    if (last !== undefined && at - last.at < fine) return;
    this.kept = thinned([...this.kept, { at, stats, delays, ...(process === undefined ? {} : { process }) }], at);
  }
}

function thinned(samples: readonly Sample[], now: number): readonly Sample[] {
  // Several samples may be old enough to begin the longest span: only the newest of them is needed.
  const needed = samples.slice(
    Math.max(
      0,
      samples.findLastIndex(({ at }) => now - at >= longest),
    ),
  );
  let keptAt = -Infinity;
  return needed.filter(({ at }) => {
    const isKept = now - at <= recent || at - keptAt >= coarse;
    if (isKept) keptAt = at;
    return isKept;
  });
}
