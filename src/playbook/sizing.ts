import { knownOptions, outOfRange, requiredFunction, wrongType } from '../../operators/support/argument.js';
import type { QuoteFeed } from '../feed/feedTypes.js';

/** How large a feed's queue should be, and what that is made of. */
export interface QueueSizing {
  /** Most messages a second so far. */
  readonly peakRate: number;
  /** The longest, in ms, that nothing was taken from the queue: a consumer in `next`, or a thread that was blocked. */
  readonly longestStall: number;
  readonly safety: number;
  /** Messages that come in during such a stall at that rate, times `safety`. */
  readonly messages: number;
  /** Topics of all kinds that are wanted or were brought by a wildcard. */
  readonly topics: number;
  /**
   * What to give as `capacity`: `messages`, and no less than twice the topics. Images need no more than twice the topics,
   * one of each in two epochs, since a newer one takes the place of an older; bars and status may need `messages`.
   */
  readonly capacity: number;
}

/**
 * How large the queue should be by what the feed has measured so far: peak rate × longest stall × safety.
 *
 * @example
 * ```ts
 * const { capacity } = sizing(feed);
 * feed.tune({ capacity });
 * ```
 *
 * @param feed - one that has seen its busiest hour, e.g. an open of the market
 * @param options - `safety`: factor for a busier day, at least 1, 2 unless set
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function sizing(
  feed: Pick<QuoteFeed, 'stats' | 'delays'>,
  options: { readonly safety?: number } = {},
): QueueSizing {
  requiredFunction('sizing.feed.delays', (feed as Partial<QuoteFeed> | undefined)?.delays);
  knownOptions('sizing', options, ['safety']);
  const { safety = 2 } = options;
  if (typeof safety !== 'number') throw wrongType('sizing.safety', safety, 'pass a number of at least 1');
  if (!(safety >= 1 && safety < Infinity)) throw outOfRange('sizing.safety', safety, 'pass a number of at least 1');
  const { peakRate, loop, consumers } = feed.delays();
  const { topics: quotes, otherTopics } = feed.stats();
  const longestStall = Math.max(loop.max, consumers.max);
  const messages = Math.ceil((peakRate * longestStall * safety) / 1000);
  const topics = [...Object.values(quotes), ...Object.values(otherTopics)].reduce((sum, count) => sum + count, 0);
  return { peakRate, longestStall, safety, messages, topics, capacity: Math.max(2 * topics, messages, 2) };
}
