import { logSurvival } from './survival.js';
import type { Track } from './track.js';

/** Spans, in ms at a market's usual speed, in which a part of it may have fallen silent: 1 s to a minute and a half. */
const spans = Array.from({ length: 22 }, (_, index) => 1_000 * 1.25 ** index);

/** A part of this size is looked for. */
const parts = [0.1, 0.3] as const;

/** A topic tells something within a span in which so many of its messages are due. */
const dueWithin = 0.2;

/** Fewer topics than this have no share worth the name: each is judged alone. */
const leastMembers = 20;
const leastSilent = 3;

/** How many times likelier a part's being dead must make the silences, as a logarithm. */
const beyondChance = 18;

/** … and how far that must be from the usual, in standard deviations: topics may be calm together. */
const unusual = 6;

/** Between two looks, and two orders of topics by how often they are heard, in ms at the market's usual speed. */
const lookEvery = 500;
const sortEvery = 60_000;

/** Looks before it is known what is usual, and how many are remembered. */
const enough = 40;
const memory = 1_000;

/** So sure, and a topic is named. */
const sure = 0.5;

/** How likely a part's being dead usually is made, by one span. */
interface Usual {
  lookedAt: number;
  looks: number;
  mean: number;
  variance: number;
}

/**
 * Finds a part of a market's topics that fell silent together while the rest goes on: whose silences are far likelier if a part
 * of all is dead than if none is.
 *
 * Source: likelihood ratio of a mixture, as in the sparse change-point tests of Tartakovsky and Veeravalli (2008) and Xie and
 * Siegmund (Ann. Statist. 41, 2013); what is usual by Shewhart's chart with an estimated variance.
 */
export class ShareWatch {
  private readonly usual: Usual[] = spans.map(() => ({ lookedAt: -Infinity, looks: 0, mean: 0, variance: 0 }));

  private fastest: readonly Track[] = [];
  private sortedAt = -Infinity;

  /** The topics that fell silent together; empty for none. `time` is the market's, and `speed` how fast it usually goes. */
  look(all: ReadonlySet<Track>, time: number, speed: number): readonly Track[] {
    if (time - this.sortedAt > sortEvery * speed || this.fastest.length > all.size) {
      this.sortedAt = time;
      this.fastest = [...all].filter(({ learned }) => learned !== undefined).sort((a, b) => b.usual - a.usual);
    }
    const tracks = this.fastest;
    for (const [index, usual] of this.usual.entries()) {
      const span = speed * (spans[index] ?? Infinity);
      if (time - usual.lookedAt < Math.max(0.9 * speed * lookEvery, span / 4)) continue;
      usual.lookedAt = time;
      for (const part of parts) {
        const { silent, likelier } = weigh(tracks, time, span, part);
        if (likelier === -Infinity || (part === parts[0] && this.isUsual(usual, likelier))) break;
        if (likelier < beyondChance || silent < leastSilent) continue;
        const named = tracks.filter((track) => chanceOf(track, time, span) < (part * (1 - sure)) / sure);
        if (named.length >= leastSilent) return named;
      }
    }
    return [];
  }

  private isUsual(usual: Usual, likelier: number): boolean {
    const over = likelier - usual.mean;
    if (likelier >= 0) return usual.looks < enough || over < unusual * Math.sqrt(usual.variance);
    const gain = 1 / Math.min(memory, usual.looks + 1);
    usual.looks += 1;
    usual.mean += gain * over;
    usual.variance += gain * (over * over * (1 - gain) - usual.variance);
    return true;
  }
}

/** How many are silent in the span, and how much likelier that is if a part is dead, as a logarithm. */
function weigh(
  tracks: readonly Track[],
  time: number,
  span: number,
  part: number,
): { silent: number; likelier: number } {
  let [members, silent, likelier] = [0, 0, 0];
  const spoke = Math.log(1 - part);
  for (const track of tracks) {
    if (track.usual * span < dueWithin) break;
    if (!tells(track)) continue;
    members += 1;
    if (time - track.last < span) likelier += spoke;
    else {
      const chance = chanceOf(track, time, span);
      if (chance < 0.99) silent += 1;
      likelier += Math.log(1 - part + part / chance);
    }
  }
  return members >= leastMembers ? { silent, likelier } : { silent: 0, likelier: -Infinity };
}

/** The chance of a topic's silence in the span, given that before; 1 when it was heard. */
function chanceOf(track: Track, time: number, span: number): number {
  const age = time - track.last;
  if (!tells(track) || !(age >= span) || track.learned === undefined || track.usual * span < dueWithin) return 1;
  const { value } = track.level.scale;
  const { survival } = track.learned;
  return Math.exp(logSurvival(survival, age / value) - logSurvival(survival, (age - span) / value));
}

/** Whether a topic's silence tells something. */
function tells({ told, judged, settled }: Track): boolean {
  return settled && told !== 'stale' && judged;
}
