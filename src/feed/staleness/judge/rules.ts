/**
 * The numbers of the judge that are chosen and not learned. Spans are in ms. `npm run sessions` of seeds 1 to 3 chose those for which
 * no other reason stands here.
 */
export const rules = {
  /** A round over all topics begins so long after a message: a fifth of the time in which a silent feed is to be found. */
  every: 250,
  /** The most topics that one turn of the thread takes; a turn takes less than 1 ms. */
  topicsPerTurn: 512,
  /** A turn that is later than this waited for a process that slept. Silence counts anew then, once the sockets were read for as long. */
  late: 2_000,

  /** The number of days on which a symbol may be stale by mistake once. */
  daysToOneError: 1_000,
  /** So few gaps tell neither a threshold nor the pace of a morning. */
  fewGaps: 64,
  /** So few messages tell neither a pace, nor that a market has woken up, nor that it is silent. */
  fewMessages: 20,
  /** The number of gaps whose mean is the pace of a topic. A topic with as many tells which laws are usual in this feed. */
  paceGaps: 256,
  /** So many gaps of other days count for the pace of a day. */
  paceGapsOfOtherDays: 16,
  /** A threshold is this times what the laws say, or times the longest gap: a pace and a law are known by chance, too. */
  margin: 1.25,
  /** A threshold is longer by this, divided by the root of the number of gaps on which the pace of the day rests. */
  doubt: 2,
  /** Habits are known after so many days: a threshold is so many times as long on a topic's first, one less on each of the next. */
  firstDays: 3,
  /** With each new day, the longest gap is shorter and the gaps of older days are fewer: by this factor. */
  fades: 0.9,
  /** The laws of a topic are weighed at most so often, and those of at most so many topics in one turn. */
  weighEvery: 30_000,
  weighedPerTurn: 64,
  /** So many weighings of topics teach what is usual in this feed. One of them may follow any law. */
  topicsOfPrior: 1_000,
  /** A topic without a threshold is quiet after this, or stale in an unknown market. A market that sends nothing is silent so long after its open. */
  unlearned: 60_000,

  /** The speed of a market with one topic is measured over this number of messages; over fewer, the more topics send them. */
  speedMessages: 300,
  /** A market is never slower than this part of its usual speed, so that the silence of all its topics counts, too. */
  slowest: 0.05,
  /** A trading day of the SET. A market that was closed for as long opens on another day: lunch breaks are shorter, nights are longer. */
  tradingDay: 21_600_000,
  /** The least silence of a market that is reported: the status of a market that closed may come so late. */
  soonest: 4_500,
  /** The silence of many topics is no chance beyond this rarity: once in 60,000 looks. */
  rare: 11,
  /** The same for the silence of a part of the feed, since any part could be silent by chance. */
  rarePart: 26,
  /** A market may fall to this part of its speed at once. */
  slowdown: 0.25,
  /** The same while other markets go on. */
  slowdownBeside: 0.8,
  /** A topic may belong to a silent part if its own silence is of this rarity: once in 55 looks. */
  suspicious: 4,
  /** A part of the feed that died longer ago than this is not looked for, nor within twice this time after an open. */
  longestSpan: 150_000,
  /** The part of all topics that is looked for. */
  part: 0.15,
  /** A market that is slower than this part of its speed of the last minutes slows down as a whole: no part of it is dead. */
  slows: 0.7,
  /** A market of which fewer messages come from topics that are not stale tells too little: it is not reported alone. */
  leastAlive: 0.5,
  /** So many missing messages are a silent feed, although nothing is known of the laws. */
  missing: 400,
} as const;

/** Limits of the learned thresholds, in ms: no topic is stale before `minStaleAfter`, and each is stale after `maxStaleAfter`. */
export interface Limits {
  readonly minStaleAfter: number;
  readonly maxStaleAfter: number;
}

export const usualLimits: Limits = { minStaleAfter: 2_000, maxStaleAfter: Infinity };
