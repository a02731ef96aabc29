import { Hush } from './hush.js';
import { Peaks } from './peaks.js';
import type { Group } from './pooledSilence.js';
import type { Track } from './track.js';

/** Spans, in ms, in which a part of all topics may have fallen silent: 1.6 s to nearly two minutes. */
const spans = Array.from({ length: 10 }, (_, index) => 1_600 * 1.6 ** index);

/** Where the silences of one of them are strange, it is looked for when they began: at these multiples of it. */
const beginnings = Array.from({ length: 22 }, (_, index) => 0.65 * 1.06 ** index);
const shortest = Math.min(...spans) * Math.min(...beginnings);
const longest = Math.max(...spans) * Math.max(...beginnings);

/** Fewer topics than this have no share worth the name: each is judged alone. */
const leastMembers = 20;
const leastSilent = 3;

/**
 * How many times likelier a part's being dead must make the silences, as a logarithm: as it is by chance once in so many
 * spans of ten minutes, of which a day has 33; and no less than this.
 */
const spansByChance = 100_000;
const beyondChance = 13;

/** Who is stale by itself for longer than this, in ms, fell silent alone. */
const recently = 60_000;

/** From so many on, and from so likely on, it is looked at closely. */
const strange = 2.5;
const conceivable = -3;

/** So much likelier must its own silence be if it is dead, as a logarithm, and a topic is named: one in ten is, by what is looked for. */
const named = Math.log(60);

/** For so long after a share was told each must prove more: that some are dead is no news. */
const lately = 600_000;
const namedLately = Math.log(300);

/** Between two looks, and two orders of topics by how often they are heard, in ms. */
const lookEvery = 450;
const sortEvery = 60_000;

/** Looks before it is known what is usual, and how many are remembered. */
const enough = 40;
const memory = 500;

/** Sets of open markets of which it is known. */
const mostSets = 64;

/** How likely a part's being dead usually is made, by one span. */
interface Usual {
  lookedAt: number;
  looks: number;
  mean: number;
  variance: number;
}

/**
 * Finds a part of all topics that fell silent together while the rest goes on: whose silences are far likelier if a part
 * of all is dead than if none is.
 *
 * Source: likelihood ratio of a mixture, as in the sparse change-point tests of Tartakovsky and Veeravalli (2008) and Xie and
 * Siegmund (Ann. Statist. 41, 2013); what is usual by Shewhart's chart with an estimated variance.
 */
export class ShareWatch {
  /** What is usual, by which markets are open. */
  private readonly usual = new Map<string, readonly Usual[]>();
  private markets = '';
  private readonly hush = new Hush(shortest, (track, now) => this.tells(track, now));
  private readonly peaks = new Peaks();
  /** Who was named, and when it was last heard by then: its silence tells nothing more. */
  private readonly named = new WeakMap<Track, number>();
  private sortedAt = -Infinity;
  private lookedAt = -Infinity;
  private toldAt = -Infinity;

  /** The topics that fell silent together; empty for none. */
  look(groups: readonly Group[], now: number): readonly Track[] {
    if (now - this.lookedAt < lookEvery) return [];
    this.lookedAt = now;
    const markets = groups.map(({ pool }) => pool.name).join('\n');
    if (markets !== this.markets || now - this.sortedAt > sortEvery) {
      [this.markets, this.sortedAt] = [markets, now];
      this.hush.sort(groups, longest);
    }
    this.hush.begin(now);
    for (const [index, usual] of this.known().entries()) {
      const span = spans[index] ?? Infinity;
      if (now - usual.lookedAt < span / 3) continue;
      usual.lookedAt = now;
      const { members, byTenth } = this.hush.over(span);
      if (members < leastMembers || !isStrange(usual, byTenth)) continue;
      const together = this.closely(span, now);
      if (together.length < leastSilent) continue;
      for (const track of together) this.named.set(track, track.lastAt);
      this.toldAt = now;
      this.peaks.skip(now);
      return together.filter(({ told }) => told !== 'stale');
    }
    return [];
  }

  private known(): readonly Usual[] {
    const before = this.usual.get(this.markets);
    if (before !== undefined) return before;
    const known = spans.map(() => ({ lookedAt: -Infinity, looks: 0, mean: 0, variance: 0 }));
    if (this.usual.size >= mostSets) this.usual.clear();
    this.usual.set(this.markets, known);
    return known;
  }

  /** Who fell silent together at the time that explains the silences best; nobody, where chance explains them as well. */
  private closely(about: number, now: number): readonly Track[] {
    let [likeliest, from] = [-Infinity, NaN];
    for (const multiple of beginnings) {
      const span = multiple * about;
      const { byTenth, byThird } = this.hush.over(span);
      const likelier = Math.max(byTenth, byThird);
      if (likelier > likeliest) [likeliest, from] = [likelier, span];
    }
    if (likeliest > Math.max(beyondChance, this.peaks.exceededIn(spansByChance))) {
      return this.hush.dead(from, now - this.toldAt < lately ? namedLately : named);
    }
    this.peaks.see(likeliest, now);
    return [];
  }

  /** Whether a topic's silence tells something. */
  private tells(track: Track, now: number): boolean {
    const { told, judged, lastAt } = track;
    if (!track.byTime.settled || !judged) return false;
    return told !== 'stale' || (now - lastAt < recently && this.named.get(track) !== lastAt);
  }
}

/** Whether silences are other than usual; what is unlikely in any case tells what is. */
function isStrange(usual: Usual, likelier: number): boolean {
  const over = likelier - usual.mean;
  if (usual.looks >= enough && likelier > conceivable && over > strange * Math.sqrt(usual.variance)) return true;
  if (likelier >= 0) return false;
  const gain = 1 / Math.min(memory, usual.looks + 1);
  usual.looks += 1;
  usual.mean += gain * over;
  usual.variance += gain * (over * over * (1 - gain) - usual.variance);
  return false;
}
