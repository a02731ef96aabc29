/** Numbers that are chosen and not learned; spans in ms. Seeds 1 to 3 of the sessions chose those without a reason. */
export const rules = {
  /** The time from a message to the next round over all topics: a fifth of the time in which a silent feed has to be found. */
  every: 250,
  /** The most topics that one turn of the thread takes; a turn takes less than 1 ms. */
  topicsPerTurn: 512,
  /** A turn that is later than this means that the process slept. Silence then starts again, after the sockets were read for as long. */
  late: 2_000,

  /** A symbol may be stale by mistake once in this many days. */
  daysToOneError: 1_000,
  /** With fewer gaps, neither a threshold nor the pace of a morning is learned. */
  fewGaps: 64,
  /** With fewer messages, neither a pace is learned, nor that a market has woken up, nor that it is silent. */
  fewMessages: 20,
  /** The number of gaps whose mean is the pace of a topic. A topic with this many gaps also shows which laws are usual in this feed. */
  paceGaps: 256,
  /** The number of gaps of earlier days that count for the pace of a day. */
  paceGapsOfOtherDays: 16,
  /** A threshold is what the laws give, or the longest gap, times this factor: the pace and the law are only estimates. */
  margin: 1.25,
  /** A threshold is longer by this factor divided by the square root of the number of gaps in the pace of the day. */
  doubt: 2,
  /** A threshold is this many times as long on a topic's first day, and one time less on each further day: habits are unknown. */
  firstDays: 3,
  /** The factor by which the longest gap, and the counts of older gaps, shrink with each new day. */
  fades: 0.9,
  /** The shortest time between two weighings of a topic's laws, and the most topics that are weighed in one turn. */
  weighEvery: 30_000,
  weighedPerTurn: 64,
  /** The number of weighings that teach which laws are usual in this feed. A single topic may follow any law. */
  topicsOfPrior: 1_000,
  /** A topic without a threshold is quiet after this, and stale in an unknown market. A market without a message is silent after this. */
  unlearned: 60_000,

  /** The number of messages over which the speed of a market with one topic is measured. With more topics, fewer messages are enough. */
  speedMessages: 300,
  /** The least speed of a market, as a part of its usual speed, so that silence counts even if all its topics are silent. */
  slowest: 0.05,
  /** The length of a trading day of the SET: longer than a lunch break and shorter than a night. A longer rest ends a day. */
  tradingDay: 21_600_000,
  /** The shortest silence of a market that is reported: the status of a market that closed may come this late. */
  soonest: 4_500,
  /** Silence of many topics that is rarer than this is no chance: once in 60,000 looks. */
  rare: 11,
  /** The same for a part of the feed. It is higher, because there are many possible parts. */
  rarePart: 26,
  /** A market may slow down to this part of its speed at once. */
  slowdown: 0.25,
  /** The same while other markets go on. */
  slowdownBeside: 0.8,
  /** A topic may belong to a silent part if its own silence is at least this rare: once in 55 looks. */
  suspicious: 4,
  /** The judge does not look for a part of the feed that died longer ago than this, nor within twice this time after an open. */
  longestSpan: 150_000,
  /** The size of the part that the judge looks for, as a fraction of all topics. */
  part: 0.15,
  /** Below this part of its speed in the last minutes, the whole market is slowing down, and no part of it is dead. */
  slows: 0.7,
  /** A market is reported alone only if at least this part of its messages came from topics that are not stale. */
  leastAlive: 0.5,
  /** The number of missing messages that makes a feed silent even if no law is learned. */
  missing: 400,
} as const;

/** Limits of the learned thresholds, in ms: no topic is stale before `minStaleAfter`, and each is stale after `maxStaleAfter`. */
export interface Limits {
  readonly minStaleAfter: number;
  readonly maxStaleAfter: number;
}

export const usualLimits: Limits = { minStaleAfter: 2_000, maxStaleAfter: Infinity };
