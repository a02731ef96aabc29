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
