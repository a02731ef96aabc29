import { outOfRange, wrongType } from '../../../operators/support/argument.js';

const MAX_BYTES = 64;
const encoder = new TextEncoder();

/** Checks a symbol, or another level of a topic: 1 to 64 bytes of UTF-8 without wildcards, `/` and NUL. */
export function checkSymbol(option: string, symbol: unknown): string {
  // A lone surrogate can't be encoded in UTF-8.
  const remedy = `pass 1 to ${String(MAX_BYTES)} bytes without #, +, / and NUL`;
  if (typeof symbol !== 'string') throw wrongType(option, symbol, remedy);
  if (symbol === '' || /[#+/\0\p{Surrogate}]/u.test(symbol) || encoder.encode(symbol).length > MAX_BYTES) {
    throw outOfRange(option, symbol, remedy);
  }
  return symbol;
}

/** Checks a list of symbols, and removes duplicates. */
export function checkSymbols(option: string, symbols: unknown): string[] {
  if (!Array.isArray(symbols)) throw wrongType(option, symbols, 'pass an array of names as the venue has them');
  return [...new Set(symbols.map((symbol: unknown, index) => checkSymbol(`${option}[${String(index)}]`, symbol)))];
}
