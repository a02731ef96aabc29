import type { MarketState } from '../../events.js';
import { GapHistogram } from './gapHistogram.js';
import type { MarketPool } from './marketPool.js';

/** So many gaps before a topic's own tell anything. */
const minSamples = 12;

/** What is known of one topic's silence: some 500 bytes. */
export class Track {
  readonly topic: string;
  readonly pool: MarketPool;
  readonly gaps: GapHistogram = new GapHistogram();
  market: MarketState = 'unknown';
  /** Its last message, or the opening since, in the market's time; `NaN` while its silence does not count. */
  last: number = NaN;
  /** The same in monotonic ms; `NaN` before its first message on this connection. */
  lastAt: number = NaN;
  /** Silence after which it is stale, and quiet, in the market's time; `Infinity` before they are learned. */
  threshold: number = Infinity;
  quietAfter: number = Infinity;
  /** Silence after which it is stale by a word of the user's, in ms. */
  after: number | undefined;
  told: 'nothing' | 'quiet' | 'stale' = 'nothing';
  /** So many gaps, and its law is fitted anew. */
  nextFit: number = minSamples;
  /** Gaps since its first. */
  seen = 0;
  /** Its part in the market's time: messages in a ms of it, and what each of them counts. */
  rate = 0;
  weight = 1;
  /** What `rate` is while it is open; 0 before that is known. */
  usual = 0;

  constructor(topic: string, pool: MarketPool) {
    this.topic = topic;
    this.pool = pool;
  }

  /** Whether silence would be said of it now. */
  get judged(): boolean {
    return isJudged(this.market) && this.last === this.last;
  }
}

/** Whether silence is a fault in such a market: a quiet lunch is none, and where nothing is known, silence is doubted. */
export function isJudged(market: MarketState): boolean {
  return market === 'open' || market === 'unknown';
}
