import { Hush } from './hush.js';
import { Peaks } from './peaks.js';
import type { Group } from './pooledSilence.js';
import type { Track } from './track.js';

/** Between two spans, in ms, in which a part of all topics may have fallen silent: from two seconds to a minute and a half. */
const step = 1.4;
const spans = Array.from({ length: 12 }, (_, index) => 2_000 * step ** index);

/** Where the silences of one are likelier if a part is dead, by so much as a logarithm, it is looked closely for when they began: */
const conceivable = 2;
/** … at these multiples of it. */
const beginnings = Array.from({ length: 12 }, (_, index) => step ** ((index - 5.5) / 12));
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

/** So much likelier must its own silence be if it is dead, as a logarithm, and a topic is named: one in ten is, by what is looked for. */
const named = Math.log(60);

/** For so long after a share was told each must prove more: that some are dead is no news. */
const lately = 600_000;
const namedLately = Math.log(300);

/** Between two looks, and two orders of topics by how often they are heard, in ms. */
const lookEvery = 450;
const sortEvery = 60_000;

/** A span is looked at so many times while it passes, or up to twice as often: long ones together, for the sake of speed. */
const looksWithin = 5;
const everySo = spans.map((span) => 2 ** Math.max(0, Math.floor(Math.log2(span / looksWithin / lookEvery))));

/**
 * Finds a part of all topics that fell silent together while the rest goes on: whose silences are far likelier if a part
 * of all is dead than if none is.
 *
 * Source: likelihood ratio of a mixture, as in the sparse change-point tests of Tartakovsky and Veeravalli (2008) and Xie and
 * Siegmund (Ann. Statist. 41, 2013).
 */
export class ShareWatch {
  private markets = '';
  private looks = 0;
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
    this.looks += 1;
    for (const [index, span] of spans.entries()) {
      if (this.looks % (everySo[index] ?? 1) > 0) continue;
      const { members, byTenth, byThird } = this.hush.over(span);
      if (members < leastMembers || Math.max(byTenth, byThird) < conceivable) continue;
      const together = this.closely(span, now);
      const fresh = together.filter(({ told }) => told !== 'stale');
      const isNews = now - this.toldAt > lately || fresh.length >= leastSilent;
      if (together.length < leastSilent || !isNews) continue;
      for (const track of together) this.named.set(track, track.lastAt);
      this.toldAt = now;
      this.peaks.skip(now);
      return fresh;
    }
    return [];
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
    const { told, judged, lastAt, missed, after } = track;
    if (!track.byTime.settled || !judged || missed || after !== undefined) return false;
    return told !== 'stale' || (now - lastAt < recently && this.named.get(track) !== lastAt);
  }
}
