import { DecodeError } from '../model/errors.js';

/**
 * The symbol of a message, in the spelling of its topic.
 *
 * @param symbol - as the message has it
 * @param named - as its topic has it; left out, the message's own is taken
 * @throws DecodeError with reason `symbol` when it is none, or not the topic's in any case
 */
export function topicSymbol(symbol: string, named: string | undefined): string {
  if (symbol === '') throw new DecodeError('symbol', 'the message names no symbol');
  if (named === undefined) return symbol;
  if (symbol === named || symbol.toUpperCase() === named.toUpperCase()) return named;
  throw new DecodeError('symbol', `the message is of ${JSON.stringify(symbol)}, its topic of ${JSON.stringify(named)}`);
}

/** The last level of a topic. */
export function lastLevel(topic: string | undefined): string | undefined {
  return topic?.slice(topic.lastIndexOf('/') + 1);
}
