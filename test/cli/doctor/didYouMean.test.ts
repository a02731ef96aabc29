import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../src/cli/doctor/didYouMean.js';

const topicOf = (symbol: string): string => `px/${symbol}/book`;
const hint = (symbol: string, topics: readonly string[]): string | undefined =>
  didYouMean(symbol, { topics, topicOf })?.text;

describe('a hint for a symbol that sends nothing', () => {
  it.each([
    ['aot', ['px/AOT/book', 'px/PTT/book'], 'did you mean AOT? The broker sends it, and topics are case-sensitive'],
    ['AOX', ['px/PTT/book', 'px/AOT/book'], 'did you mean AOT? The broker sends it, and sends no AOX'],
    ['DELTTA', ['px/DELTA/book'], 'did you mean DELTA?'],
    ['ADVNAC', ['px/ADVANC/book'], 'did you mean ADVANC?'],
    ['AB', ['px/XY/book'], 'check the spelling: the broker sends 1 other symbol, e.g. XY'],
    ['ZZZZ', ['px/A/book', 'px/B/book', 'px/C/book', 'px/D/book'], 'the broker sends 4 other symbols, e.g. A, B, C'],
    [
      'AOT',
      ['md/set/AOT/l2'],
      "did you mean --topic 'md/set/{symbol}/l2'? The broker sends md/set/AOT/l2, and nothing on px/AOT/book",
    ],
    ['AOT', ['md/set/aot'], "did you mean --topic 'md/set/{symbol}'?"],
    [
      'AOT',
      ['md/x', 'md/y'],
      'check --topic: the broker sends nothing of the form of px/AOT/book, but e.g. md/x, md/y',
    ],
  ])('%s, where the broker sends %j', (symbol, topics, text) => {
    expect(hint(symbol, topics)).toContain(text);
  });

  it('is left out where the broker sends nothing', () => {
    expect(hint('AOT', [])).toBeUndefined();
  });

  it.each([
    ['aot', ['px/AOT/book'], 'case'],
    ['AOX', ['px/AOT/book'], 'name'],
    ['AOT', ['md/AOT'], 'form'],
  ])('tells where the mistake may be: %s, where the broker sends %j', (symbol, topics, mistake) => {
    expect(didYouMean(symbol, { topics, topicOf })).toMatchObject({ mistake });
  });
});
