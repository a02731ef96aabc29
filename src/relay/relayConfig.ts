import { isObservable } from 'rxjs';
import {
  knownOptions,
  milliseconds,
  oneOf,
  outOfRange,
  wholeNumber,
  wrongType,
} from '../../operators/support/argument.js';
import { checkSymbols } from '../feed/topics/checkSymbol.js';
import type { Endpoint } from '../model/transport.js';
import { systemClock } from '../model/systemClock.js';
import { parseEndpoint } from '../mqtt/transport/endpointUrl.js';
import { relayPrefix } from './relayTopics.js';
import type { RelayConfig } from './relayTypes.js';

const OWNER = 'startRelay';

/** A record, so that the compiler finds a missing option. */
const OPTIONS: Readonly<Record<keyof RelayConfig<never>, true>> = {
  feed: true,
  symbols: true,
  broker: true,
  prefix: true,
  rate: true,
  depth: true,
  format: true,
  shard: true,
  heartbeat: true,
  refresh: true,
  maxBuffered: true,
  clock: true,
  logger: true,
};

const MOST_SHARDS = 4_096;

/** A config with its defaults. */
export type CheckedRelayConfig<E> = Required<Omit<RelayConfig<E>, 'symbols' | 'broker' | 'logger'>> &
  Pick<RelayConfig<E>, 'symbols' | 'logger'> & { readonly endpoint: Endpoint };

function checkFeed(feed: { readonly [name in 'updates' | 'state$' | 'explain']?: unknown } | undefined): void {
  const isFeed = typeof feed?.updates === 'function' && typeof feed.explain === 'function' && isObservable(feed.state$);
  if (!isFeed) throw wrongType(`${OWNER}.feed`, feed, 'pass a QuoteFeed, e.g. quoteFeed({ venue })');
}

function checkShard(shard: { readonly index: number; readonly count: number }): void {
  const option = `${OWNER}.shard`;
  knownOptions(option, shard, ['index', 'count']);
  const { index, count } = shard;
  wholeNumber(`${option}.count`, count, 1);
  if (count > MOST_SHARDS) throw outOfRange(`${option}.count`, count, `pass at most ${String(MOST_SHARDS)}`);
  wholeNumber(`${option}.index`, index, 1);
  if (index > count) throw outOfRange(`${option}.index`, index, `pass 1 to count, which is ${String(count)}`);
}

function checkRange(option: string, value: number, least: number, most: number): void {
  if (value < least || value > most) throw outOfRange(option, value, `pass ${String(least)} to ${String(most)}`);
}

/**
 * Checks the config of `startRelay`, and fills in its defaults.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function checkRelayConfig<E>(config: RelayConfig<E>): CheckedRelayConfig<E> {
  knownOptions(OWNER, config, Object.keys(OPTIONS));
  const prefix = relayPrefix(OWNER, config.prefix);
  const { feed, symbols, broker, rate = 2, depth = 1, format = 'protobuf', logger } = config;
  const { shard = { index: 1, count: 1 }, heartbeat = 1_000, refresh = 10_000, maxBuffered = 1_048_576 } = config;
  const { clock = systemClock } = config;
  checkFeed(feed);
  if (symbols !== undefined && !isObservable(symbols)) checkSymbols(`${OWNER}.symbols`, symbols);
  const endpoint = typeof broker === 'string' ? { url: broker } : broker;
  if (typeof (endpoint as unknown) !== 'object' || (endpoint as unknown) === null) {
    throw wrongType(`${OWNER}.broker`, broker, 'pass the URL of your broker, or { url, username, password }');
  }
  parseEndpoint(endpoint);
  if (typeof rate !== 'number') throw wrongType(`${OWNER}.rate`, rate, 'pass a number of 0.1 to 1000');
  if (!(rate >= 0.1 && rate <= 1_000)) throw outOfRange(`${OWNER}.rate`, rate, 'pass a number of 0.1 to 1000');
  if (depth !== 1 && depth !== 10) throw outOfRange(`${OWNER}.depth`, depth, 'pass 1 or 10');
  oneOf(`${OWNER}.format`, format, ['protobuf', 'json']);
  checkShard(shard);
  checkRange(`${OWNER}.heartbeat`, milliseconds(`${OWNER}.heartbeat`, heartbeat), 100, 60_000);
  checkRange(`${OWNER}.refresh`, milliseconds(`${OWNER}.refresh`, refresh), 1_000, 10_000);
  checkRange(`${OWNER}.maxBuffered`, wholeNumber(`${OWNER}.maxBuffered`, maxBuffered, 0), 1_024, 8_388_608);
  if (typeof (clock as Partial<typeof clock> | null)?.monotonic !== 'function') {
    throw wrongType(`${OWNER}.clock`, clock, 'pass a Clock, e.g. virtualClock(testScheduler), or leave it out');
  }
  return {
    ...{ feed, endpoint, prefix, rate, depth, format, shard, heartbeat, refresh, maxBuffered, clock },
    ...(symbols === undefined ? {} : { symbols }),
    ...(logger === undefined ? {} : { logger }),
  };
}
