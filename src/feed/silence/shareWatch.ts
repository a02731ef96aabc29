import type { Track } from './track.js';

/** Windows of 1 s to 17 min of the market's time, each twice the one before. */
const windows = 11;
const first = 1_000;

/** A topic tells something within a window in which so many of its messages are due. */
const dueWithin = 5;

/** The least part of the topics that is told, and the least number. */
const leastPart = 0.07;
const leastTopics = 3;

/** Fewer topics than this have no share worth the name: each is judged alone. */
const leastMembers = 20;

/** Distance from the usual, in standard deviations, that is none of chance, in all windows and sessions. */
const beyond = 7;

/** Looks before it is known what is usual, and how many are remembered. */
const enough = 40;
const memory = 1_000;

/** How many of a window's topics are usually silent for longer than it, and how much that varies. */
interface Usual {
  looks: number;
  mean: number;
  variance: number;
}

/**
 * Finds a part of a market's topics that fell silent together while the rest goes on: more of them silent, for some span, than
 * at any time before. What is usual is learned, so that bursts and lulls that topics share count as usual.
 *
 * Source: Shewhart's chart of a fraction with its variance estimated (over-dispersion), Montgomery, Introduction to
 * Statistical Quality Control, 7.3.
 */
export class ShareWatch {
  private readonly usual: Usual[] = Array.from({ length: windows }, () => ({ looks: 0, mean: 0, variance: 0 }));
  private readonly members = new Int32Array(windows);
  private readonly silent = new Int32Array(windows);

  /** The topics that fell silent together; empty for none. `time` is the market's. */
  look(tracks: Iterable<Track>, time: number): readonly Track[] {
    this.members.fill(0);
    this.silent.fill(0);
    for (const track of tracks) {
      const lowest = windowOf(track);
      if (lowest >= windows) continue;
      this.members[lowest] = (this.members[lowest] ?? 0) + 1;
      const age = time - track.last;
      for (let window = lowest, span = first * 2 ** lowest; window < windows && age > span; window += 1, span *= 2) {
        this.silent[window] = (this.silent[window] ?? 0) + 1;
      }
    }
    let members = 0;
    for (let window = 0; window < windows; window += 1) {
      members += this.members[window] ?? 0;
      if (members >= leastMembers && this.unusual(window, members)) {
        const span = first * 2 ** window;
        return [...tracks].filter((track) => windowOf(track) <= window && time - track.last > span);
      }
    }
    return [];
  }

  private unusual(window: number, members: number): boolean {
    const usual = this.usual[window];
    if (usual === undefined) return false;
    const part = (this.silent[window] ?? 0) / members;
    const over = part - usual.mean;
    const least = Math.max(leastPart, leastTopics / members);
    const spread = Math.sqrt(Math.max(usual.variance, (usual.mean * (1 - usual.mean) + 0.5 / members) / members));
    if (usual.looks >= enough && over >= least && over >= beyond * spread) return true;
    const gain = 1 / Math.min(memory, usual.looks + 1);
    usual.looks += 1;
    usual.mean += gain * over;
    usual.variance += gain * (over * over * (1 - gain) - usual.variance);
    return false;
  }
}

/** The shortest window in which a topic tells something. */
function windowOf({ judged, told, usual }: Track): number {
  if (!judged || told === 'stale' || usual === 0) return windows;
  return Math.max(0, Math.ceil(Math.log2(dueWithin / usual / first)));
}
