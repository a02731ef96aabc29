import { knownOptions, outOfRange, requiredFunction, wrongType } from '../../operators/support/argument.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
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
   * The value to pass as `capacity`: `messages`, and no less than twice the topics. Images need no more than twice the topics,
   * one of each in two epochs, since a newer one takes the place of an older; bars and status may need `messages`. While wildcards
   * bring more topics than there is room for, the number of topics is not known, and this has room for twice as many or more.
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
 * The `capacity` that the topics need. Evicted topics are forgotten, so those that are held are taken for half of all; the result is
 * then rounded up to a power of 2.
 */
export function capacityFor(stats: TopicStats): number {
  const held = heldTopics(stats);
  return isOutOfRoom(stats) ? 2 ** Math.ceil(Math.log2(4 * held)) : 2 * held;
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
 * @param feed - one that has had its busiest hour, e.g. an open of the market
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
