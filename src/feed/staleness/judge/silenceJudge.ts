import type { MarketState } from '../../../model/state.js';

/**
 * What silence says, each told once until what it is of is heard again.
 *
 * - `topic`: silent beyond what is normal for it, while its market is open or not known: it is stale
 * - `quiet`: silent for longer than all but about one of its gaps a day; no fault, and no doubt
 * - `share`: a part of all topics, named, fell silent together while the rest goes on
 * - `market`: a market that is open brings nothing at all, while another goes on
 * - `feed`: nothing comes from anywhere, while at least one market is open
 */
export type Verdict =
  | { readonly scope: 'topic' | 'quiet'; readonly topic: string }
  | { readonly scope: 'share'; readonly topics: readonly string[] }
  | { readonly scope: 'market'; readonly market: string }
  | { readonly scope: 'feed' };

/** Bounds of what is learned, in ms: no shorter silence is told of a topic, and a longer one always. */
export interface Limits {
  readonly minAfter: number;
  readonly maxAfter: number;
}

export const usualLimits: Limits = { minAfter: 2_000, maxAfter: Infinity };

/** What is known of a topic's silence. */
export interface SilenceExplanation {
  /** Silence, in ms at the market's present pace, after which it is stale; `Infinity` while it can't be told. */
  readonly thresholdMs: number;
  /** The threshold is longer than what is left of the session: alone, its death would not be noticed today. */
  readonly undetectable: boolean;
  /** Gaps it was learned from; old ones count less. */
  readonly samples: number;
}

/** A topic that a judge follows. */
export interface Watched {
  readonly topic: string;
}

/**
 * Judges silence. It has no timer and reads no clock: who drives it calls `advance()` at `deadline()`, and looks at
 * `deadline()` again after every other call. Every `now` is monotonic time in ms, and never falls.
 */
export interface SilenceJudge {
  /** A topic is followed from now on; its silence counts from its first message on. */
  watch(topic: string, subject: { readonly symbol: string; readonly market: string }, now: number): Watched;
  forget(topic: string): void;
  /** A live message of the topic came; `after`, where given, is the silence in ms that counts in place of what is learned. */
  seen(topic: string, now: number, after?: number): void;
  /**
   * Notes a live message of a topic with a span of the user's, if it changes nothing but the time of the topic's last one. Returns
   * false where it does, and `seen` must be called.
   */
  goesOn(watched: Watched, now: number, after: number): boolean;
  /** The state of the topic's market by all that is known: the feed's own word, else the calendar's, else `unknown`. */
  market(topic: string, state: MarketState, now: number): void;
  /**
   * What the calendar alone says of a market, and until when: a status that comes late, or never, must not make a close
   * look like a fault. Never called where there is no calendar; `undefined` where it fails, as if there were none.
   */
  calendar(market: string, state: MarketState | undefined, now: number, until?: number): void;
  /** Its limits may be others. */
  review(now: number): void;
  linkLost(now: number): void;
  linkLive(now: number): void;
  /** The earliest time at which something could be said; `Infinity` for none. */
  deadline(): number;
  /** What is to be said at `now`. Later than `deadline()` by more than 2 s, the process slept: that silence is no evidence. */
  advance(now: number): readonly Verdict[];
  /** `undefined` for a topic that is not watched. */
  explain(topic: string): SilenceExplanation | undefined;
}
