import { outOfRange, wrongType } from '../../operators/support/argument.js';
import { settradeTopics } from './settradeTopics.js';

const longestSymbol = 64;

/**
 * The topic of a symbol's book: `bidOfferTopic('s & j')` is `proto/topic/bidofferv3/S & J`.
 *
 * @param symbol - in any case; topics have it in upper case, and the broker grants other spellings but never sends
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT` for anything but 1 to 64 bytes without `#`, `+`, `/`, NUL
 */
export function bidOfferTopic(symbol: string): string {
  if (typeof symbol !== 'string') throw wrongType('bidOfferTopic.symbol', symbol, 'pass a symbol');
  const bytes = new TextEncoder().encode(symbol).length;
  if (bytes === 0 || bytes > longestSymbol || /[#+/\0]/.test(symbol)) {
    throw outOfRange('bidOfferTopic.symbol', symbol, 'pass a symbol of 1 to 64 bytes without #, +, / and NUL');
  }
  return settradeTopics.quote.replace('{symbol}', () => symbol.toUpperCase());
}
