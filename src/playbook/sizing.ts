import { knownOptions, outOfRange, requiredFunction, wrongType } from '../../operators/support/argument.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { QuoteFeed } from '../feed/feedTypes.js';

/** The recommended capacity of a feed's queue, with the numbers behind it. */
export interface QueueSizing {
  /** The most messages a second so far. */
  readonly peakRate: number;
  /**
   * The longest time in ms in which no message was taken from the queue: a consumer was in `next`, or the thread was
   * blocked.
   */
  readonly longestStall: number;
  /** The factor that was used. */
  readonly safety: number;
  /** The number of messages that come during such a stall at the peak rate, times `safety`. */
  readonly messages: number;
  /** Topics of all kinds that are wanted or were brought by a wildcard. */
  readonly topics: number;
  /**
   * The value to pass as `capacity`: `messages`, but at least twice the topics. Images need at most twice the topics,
   * one for each topic in two epochs, because a newer image replaces an older one; bars and status may need `messages`.
   * While wildcards bring more topics than there is room for, the number of topics is unknown, and this is at least
   * twice the present number.
   */
  readonly capacity: number;
}

type TopicStats = Pick<FeedStats, 'topics' | 'otherTopics' | 'wildcards'>;

function heldTopics({ topics, otherTopics }: TopicStats): number {
  return [...Object.values(topics), ...Object.values(otherTopics)].reduce((sum, count) => sum + count, 0);
}

/** Whether wildcards bring more topics than there is room for. */
export function isOutOfRoom({ wildcards: { present, room, evicted } }: TopicStats): boolean {
  return evicted > 0 && present >= room;
}

/**
 * The `capacity` that the topics need. After evictions the number of all topics is unknown, so it is taken as twice the
 * present number, and the result is rounded up to a power of 2.
 */
export function capacityFor(stats: TopicStats): number {
  const held = heldTopics(stats);
  return isOutOfRoom(stats) ? 2 ** Math.ceil(Math.log2(4 * held)) : 2 * held;
}

/**
 * The recommended capacity of the queue by the feed's measurements so far: peak rate × longest stall × safety.
 *
 * @example
 * ```ts
 * const { capacity } = sizing(feed);
 * feed.tune({ capacity });
 * ```
 *
 * @param feed - a feed after its busiest hour, e.g. the open of the market
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
  const stats = feed.stats();
  const longestStall = Math.max(loop.max, consumers.max);
  const messages = Math.ceil((peakRate * longestStall * safety) / 1000);
  const capacity = Math.max(capacityFor(stats), messages, 2);
  return { peakRate, longestStall, safety, messages, topics: heldTopics(stats), capacity };
}
