import { outOfRange, wrongType } from '../../operators/support/argument.js';

const DEFAULT_PREFIX = 'rx-quotes';

/** In characters: with a symbol of 64 bytes the topic is one that a feed reads. */
const LONGEST_PREFIX = 256;

/**
 * The levels before the topics of a relay.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function relayPrefix(owner: string, given: unknown = DEFAULT_PREFIX): string {
  const remedy = 'pass one or more levels of a topic without + and #, e.g. desk/quotes';
  if (typeof given !== 'string') throw wrongType(`${owner}.prefix`, given, remedy);
  const isWrong = given.split('/').includes('') || given.length > LONGEST_PREFIX;
  // A broker keeps topics that begin with $ for itself (OASIS MQTT 3.1.1, 4.7.2).
  if (isWrong || given.startsWith('$') || /[+#\0\p{Surrogate}]/u.test(given))
    throw outOfRange(`${owner}.prefix`, given, remedy);
  return given;
}

/** The topics of the quotes, without their symbol. */
export function quoteTopics(prefix: string): string {
  return `${prefix}/quote/`;
}

/**
 * A symbol as the last level of a topic. A space is written as `%20`, because NATS closes a connection that publishes a topic with a
 * space, and so a percent sign is `%25`.
 */
export function symbolLevel(symbol: string): string {
  return symbol.replace(/[ %]/g, (sign) => (sign === ' ' ? '%20' : '%25'));
}

/** The symbol of a level. */
export function symbolOfLevel(level: string): string {
  return level.replace(/%20|%25/g, (code) => (code === '%20' ? ' ' : '%'));
}
