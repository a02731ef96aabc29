import type { MarketState } from '../../src/model/state.js';

/** A report of a judge. */
export type Verdict =
  | { readonly scope: 'topic'; readonly topic: string }
  | { readonly scope: 'quiet'; readonly topic: string }
  | { readonly scope: 'partial'; readonly topics: readonly string[] }
  | { readonly scope: 'market'; readonly market: string }
  | { readonly scope: 'feed' };

/** A judge of silence. Every `now` is monotonic, in ms, and never falls. */
export interface Judge {
  watch(topic: string, subject: { readonly symbol: string; readonly market: string }, now: number): void;
  /** A live message of the topic came. */
  seen(topic: string, now: number): void;
  /** The state of the topic's market by all that is known. */
  market(topic: string, state: MarketState, now: number): void;
  /** The state by the calendar alone, and until when. */
  calendar?(market: string, state: MarketState, now: number, until: number): void;
  linkLost(now: number): void;
  linkLive(now: number): void;
  /** The earliest time at which something could be said; `Infinity` for none. */
  deadline(): number;
  advance(now: number): readonly Verdict[];
  explain?(topic: string): { readonly thresholdMs: number; readonly undetectable: boolean } | undefined;
}
