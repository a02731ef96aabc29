import {
  knownOptions,
  milliseconds,
  optionalFunction,
  outOfRange,
  wholeNumber,
  wrongType,
} from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import type { Transport } from '../model/transport.js';
import type { TopicKind, Venue } from '../model/venue.js';
import type { Logger } from './diagnostics/logger.js';
import { usualLimits } from './staleness/judge/rules.js';

/** The options that `tune()` can change while a feed runs. */
export interface FeedSettings {
  /**
   * Silence after which a live quote or price info is `stale` while its market is open or unknown: `'learned'` from
   * each symbol's own gaps (docs/staleness.md); or a number of ms, `Infinity` for never; or a function that returns one
   * of these for a symbol and a kind, `'quote'` or `'info'`. The function is called for every image; if it throws, the
   * result counts as `'learned'`. A symbol with a fixed span is never `quiet`, and its silence is no evidence that a
   * market or the feed is silent. The feed learns no gaps of a symbol while its span is fixed. After a change to
   * `'learned'` it continues from what it learned before.
   * @defaultValue `'learned'`
   */
  readonly staleAfter?: number | 'learned' | ((symbol: string, kind: TopicKind) => number | 'learned');
  /** The lower limit of a learned `staleAfter`, in ms. @defaultValue 2000 */
  readonly minStaleAfter?: number;
  /**
   * The upper limit of a learned `staleAfter`, in ms of a market that is open or unknown. Set it for a program that
   * must not trade on an older price, even if such a silence is normal. @defaultValue `Infinity`
   */
  readonly maxStaleAfter?: number;
  /** How long a topic stays subscribed after its last subscriber has left, in ms. @defaultValue 5000 */
  readonly linger?: number;
  /**
   * The capacity of the queue, in keys; a key is a topic in an epoch. When more topics are subscribed to than half of
   * it, the capacity is twice the highest number of topics so far. So the newest image of each topic has room in two
   * epochs, and no subscription fails for lack of room. Half of `capacity` is also the most topics from wildcards: one
   * more topic evicts the one with the oldest image (`FeedStats.wildcards`). An unused capacity costs no memory; a
   * topic takes about 5 kB. @defaultValue 65536, room for 32,768 topics
   */
  readonly capacity?: number;
  /** Longest run of deliveries before sockets are read again, in ms. @defaultValue 20 */
  readonly maxSlice?: number;
  /** The most deliveries in such a run. @defaultValue 16384 */
  readonly maxBatch?: number;
  /**
   * How late a timer may fire, in ms, before images count as missed: while the thread is blocked, the broker may drop
   * messages. Then every topic is `suspect` until its next image, in a gap of cause `stall`. `Infinity` for never.
   * Checked every 250 ms while messages come, otherwise every 3 s.
   * @defaultValue 250
   */
  readonly stallThreshold?: number;
}

/** The options of `quoteFeed`. */
export interface QuoteFeedConfig<E extends { readonly symbol: string }> extends FeedSettings {
  /** Where to connect, what topics are called, and what their bytes mean, e.g. `mqttVenue(…)` or `settrade(…)`. */
  readonly venue: Venue<E>;
  /** How to connect. @defaultValue MQTT 3.1.1 over TCP, TLS or WebSockets with MQTT.js */
  readonly transport?: Transport;
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
  /** Largest payload that is decoded, in bytes. @defaultValue 262144 */
  readonly maxPayload?: number;
  /**
   * Called for every frame that could not be read, after the frame was counted. An error that this function throws is counted in
   * `FeedStats.callbackErrors`.
   */
  readonly onReject?: (rejection: {
    /** `empty`, `too-large`, `truncated`, `schema`, `money-layout`, `symbol`, `number`, `topic`, or `threw`. */
    readonly reason: string;
    readonly topic: string;
    /** The epoch in force when it was read; left out before the first. */
    readonly epoch?: number;
    /** The error that the decoder threw. */
    readonly error?: unknown;
    /** The bytes; valid only during the call. */
    readonly payload: Uint8Array;
  }) => void;
  /**
   * Gets a line for each change of the connection's state, each gap, silence, stall and loss, and each new error of a
   * callback; frequent lines are limited (docs/logging.md). @defaultValue no log
   */
  readonly logger?: Logger;
}

/** A PUBLISH that could not be read. */
export type Rejection = Parameters<NonNullable<QuoteFeedConfig<never>['onReject']>>[0];

const settingNames = [
  'staleAfter',
  'minStaleAfter',
  'maxStaleAfter',
  'linger',
  'capacity',
  'maxSlice',
  'maxBatch',
  'stallThreshold',
] as const;
const configNames = ['venue', 'transport', 'clock', 'maxPayload', 'onReject', 'logger', ...settingNames] as const;

/** Settings with a value for every option. */
export type ResolvedSettings = { -readonly [K in keyof FeedSettings]-?: Required<FeedSettings>[K] };

/** The defaults of `FeedSettings`. */
export const defaultSettings: Readonly<ResolvedSettings> = {
  staleAfter: 'learned',
  ...usualLimits,
  linger: 5_000,
  capacity: 65_536,
  maxSlice: 20,
  maxBatch: 16_384,
  stallThreshold: 250,
};

/** The settings of a config that have a value. */
export function pickSettings(config: FeedSettings): FeedSettings {
  const given = settingNames.filter((name) => config[name] !== undefined).map((name) => [name, config[name]] as const);
  return Object.fromEntries(given);
}

/** Checks changed settings, and returns the settings in force with these changes. */
export function mergeSettings(
  owner: string,
  current: Readonly<ResolvedSettings>,
  change: FeedSettings,
): ResolvedSettings {
  const next = { ...current, ...pickSettings(change) };
  if (typeof next.staleAfter !== 'function' && next.staleAfter !== 'learned') {
    milliseconds(`${owner}.staleAfter`, next.staleAfter, 1, true);
  }
  milliseconds(`${owner}.minStaleAfter`, next.minStaleAfter, 1);
  milliseconds(`${owner}.maxStaleAfter`, next.maxStaleAfter, 1, true);
  if (next.maxStaleAfter < next.minStaleAfter) {
    throw outOfRange(
      `${owner}.maxStaleAfter`,
      next.maxStaleAfter,
      `pass at least minStaleAfter, ${String(next.minStaleAfter)} ms, or Infinity`,
    );
  }
  milliseconds(`${owner}.linger`, next.linger);
  milliseconds(`${owner}.maxSlice`, next.maxSlice, 1);
  wholeNumber(`${owner}.maxBatch`, next.maxBatch, 1);
  milliseconds(`${owner}.stallThreshold`, next.stallThreshold, 1, true);
  wholeNumber(`${owner}.capacity`, next.capacity, 2);
  return next;
}

/** Checks the names of the settings that `tune()` gets. */
export function checkSettingNames(owner: string, change: unknown): void {
  knownOptions(owner, change, settingNames);
}

/** Checks the config of `quoteFeed`. */
export function checkConfig<E extends { readonly symbol: string }>(config: QuoteFeedConfig<E>): void {
  knownOptions('quoteFeed', config, configNames);
  const { venue, transport, maxPayload, onReject, clock, logger } = config;
  if (
    typeof (venue as unknown) !== 'object' ||
    (venue as unknown) === null ||
    typeof (venue as Partial<Venue<E>>).endpoints !== 'function'
  ) {
    throw wrongType('quoteFeed.venue', venue, 'pass a venue, e.g. mqttVenue({ endpoint, topics, decode })');
  }
  optionalFunction('quoteFeed.transport', transport);
  optionalFunction('quoteFeed.onReject', onReject);
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  if (
    logger !== undefined &&
    levels.some((level) => typeof (logger as Partial<Logger> | null)?.[level] !== 'function')
  ) {
    throw wrongType('quoteFeed.logger', logger, 'pass an object with debug, info, warn and error, or leave it out');
  }
  if (maxPayload !== undefined) wholeNumber('quoteFeed.maxPayload', maxPayload, 1);
  if (clock !== undefined && typeof (clock as Partial<Clock>).monotonic !== 'function') {
    throw wrongType('quoteFeed.clock', clock, 'pass a Clock, e.g. virtualClock(testScheduler), or leave it out');
  }
}
