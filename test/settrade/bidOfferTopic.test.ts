import { expect, test } from 'vitest';
import { bidOfferTopic, settradeTopics } from '../../src/settrade/index.js';

test('the topic of a symbol has it in upper case', () => {
  expect(bidOfferTopic('s & j')).toBe('proto/topic/bidofferv3/S & J');
  expect(bidOfferTopic('$&')).toBe(settradeTopics.quote.replace('{symbol}', '$$&'));
});

test.each(['', '#', '+', 'A/B', 'A\0', 'ก'.repeat(22)])('%j is refused as a symbol', (symbol) => {
  expect(() => bidOfferTopic(symbol)).toThrow(
    expect.objectContaining({
      name: 'RangeError',
      code: 'RXQ_ARGUMENT',
      option: 'bidOfferTopic.symbol',
      value: symbol,
    }),
  );
});

test('a symbol must be a string', () => {
  expect(() => bidOfferTopic(undefined as unknown as string)).toThrow(
    expect.objectContaining({ name: 'TypeError', code: 'RXQ_ARGUMENT', option: 'bidOfferTopic.symbol' }),
  );
});
