import { DecodeError } from '../model/errors.js';
import { text } from './generated/wire.js';

/** The last level of each topic so far, so that no string has to be made for each message. */
const lastLevels = new Map<string, string>();
const mostTopics = 10_000;

/** The last level of a topic. */
export function lastLevel(topic: string | undefined): string | undefined {
  if (topic === undefined) return undefined;
  const known = lastLevels.get(topic);
  if (known !== undefined) return known;
  const level = topic.slice(topic.lastIndexOf('/') + 1);
  if (lastLevels.size === mostTopics) lastLevels.clear();
  lastLevels.set(topic, level);
  return level;
}

/** Whether bytes are the expected text in ASCII; in other text, a byte of UTF-8 is no character. */
function isAscii(bytes: Uint8Array, at: number, stop: number, expected: string): boolean {
  if (expected.length !== stop - at) return false;
  for (let index = 0; index < expected.length; index++) {
    const byte = bytes[at + index] as number;
    if (byte !== expected.charCodeAt(index) || byte >= 0x80) return false;
  }
  return true;
}

/**
 * The symbol of a message, in the spelling of its topic.
 *
 * @param at - the position of the symbol in the message, up to `stop`; if it equals the topic's, no string is made
 * @param named - the symbol of the topic; left out, the message's own symbol is returned
 * @throws DecodeError with reason `schema` when it is no UTF-8, `symbol` when it is empty, or differs from the topic's
 * by more than case
 */
export function symbolIn(bytes: Uint8Array, at: number, stop: number, named: string | undefined): string {
  if (named !== undefined && stop > at && isAscii(bytes, at, stop, named)) return named;
  return topicSymbol(text(bytes, at, stop), named);
}

/** The same for a symbol that is a string. */
export function topicSymbol(symbol: string, named: string | undefined): string {
  if (symbol === '') throw new DecodeError('symbol', 'the message names no symbol');
  if (named === undefined) return symbol;
  if (symbol === named || symbol.toUpperCase() === named.toUpperCase()) return named;
  throw new DecodeError('symbol', `the message is of ${JSON.stringify(symbol)}, its topic of ${JSON.stringify(named)}`);
}
