import { outOfRange, wrongType } from '../../operators/support/argument.js';

const DEFAULT_PREFIX = 'rx-quotes';

/**
 * The levels before the topics of a relay.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function relayPrefix(owner: string, given: unknown = DEFAULT_PREFIX): string {
  const remedy = 'pass one or more levels of a topic without + and #, e.g. desk/quotes';
  if (typeof given !== 'string') throw wrongType(`${owner}.prefix`, given, remedy);
  const hasEmptyLevel = given.split('/').includes('');
  // A broker keeps topics that begin with $ for itself (OASIS MQTT 3.1.1, 4.7.2).
  if (hasEmptyLevel || given.startsWith('$') || /[+#\0]/.test(given))
    throw outOfRange(`${owner}.prefix`, given, remedy);
  return given;
}
