import { expect, test } from 'vitest';
import { withoutQuote } from '../../src/cli/view/withoutQuote.js';

const feed = { last: (symbol: string) => (symbol.startsWith('X') ? undefined : { symbol }) };

test.each([
  [[], []],
  [['AOT', 'PTT'], []],
  [['AOT', 'XOT'], ['no quote yet of XOT: check the spelling']],
  [
    ['X1', 'X2', 'X3', 'AOT', 'X4', 'X5', 'X6', 'X7'],
    ['no quote yet of X1, X2, X3, X4, X5 and 2 more: check the spelling'],
  ],
])('the line of a relay of %j names the symbols without a quote', (symbols, line) => {
  expect(withoutQuote(symbols, feed)).toEqual(line);
});
