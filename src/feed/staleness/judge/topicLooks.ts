import { Deadlines } from '../../../../operators/support/deadlines.js';
import { learnThreshold } from './learnThreshold.js';
import type { Limits, Verdict } from './silenceJudge.js';
import { lookAtTopic, shortest } from './topicSilence.js';
import type { Track } from './track.js';

/** Laws fitted in one call: some ms. */
const fitsAtOnce = 6;

/** When each topic's silence is looked at, at few different times: many are looked at together. */
export class TopicLooks {
  private readonly deadlines = new Deadlines<Track, undefined>();
  private readonly limits: () => Limits;

  constructor(limits: () => Limits) {
    this.limits = limits;
  }

  /** Looks at a topic as soon as there is sense in it; when, in monotonic ms. */
  soon(track: Track, now: number): number {
    return this.in(track, now, track.after === undefined ? shortest : Infinity);
  }

  drop(track: Track): void {
    this.in(track, 0, Infinity);
  }

  nearest(): number {
    return this.deadlines.nearest();
  }

  /** Looks at those whose time has come, and learns what is new of them; `guided`: a market's time goes on without its messages. */
  look(now: number, verdicts: Verdict[], guided: boolean): void {
    let fits = fitsAtOnce;
    const limits = this.limits();
    for (let due = this.deadlines.due(now); due !== undefined; due = this.deadlines.due(now)) {
      const { key: track } = due;
      if (track.seen >= track.nextFit && fits > 0) {
        fits -= 1;
        learnThreshold(track);
      }
      this.in(track, now, track.seen >= track.nextFit ? shortest : lookAtTopic(track, now, verdicts, guided, limits));
    }
  }

  private in(track: Track, now: number, wait: number): number {
    return this.deadlines.touch(track, undefined, now, wait < Infinity ? rounded(wait) : Infinity);
  }
}

/** Down to a power of two of the shortest wait. */
function rounded(wait: number): number {
  const times = Math.min(0xffff_ffff, Math.max(1, wait / shortest));
  return shortest * 2 ** (31 - Math.clz32(times));
}
