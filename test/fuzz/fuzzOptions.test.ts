import { describe, expect, it } from 'vitest';
import { fuzzOptions } from './fuzzOptions.js';

const optionsOf = (...args: readonly string[]) => fuzzOptions(args, ['tap', 'decoders'], 77);

describe('the command line of the fuzz', () => {
  it('selects all programs and rounds with a random seed when it is empty', () => {
    expect(optionsOf()).toEqual({ quick: false, only: ['tap', 'decoders'], seed: 77, round: undefined });
  });

  it('can select one round of one program with a seed', () => {
    const expected = { quick: false, only: ['tap'], seed: 5, round: 9 };
    expect(optionsOf('--only', 'tap', '--seed', '5', '--round', '9')).toEqual(expected);
  });

  it.each([
    [['--seed', 'x'], '--seed is "x": pass a whole number, 0 to 1000000000'],
    [['--seed', ''], '--seed is "": pass a whole number, 0 to 1000000000'],
    [['--seed', '1', '--round=-1'], '--round is "-1": pass a whole number, 0 to 1000000000'],
    [['--round', '3'], '--round is given without --seed: pass the seed that the failure printed'],
    [['--seed', '1', '--round', '3', '--quick'], '--round is given with --quick: leave out one of them'],
    [['--only', 'feed'], '--only is "feed": pass one of tap, decoders'],
    [['--sed', '1'], "Unknown option '--sed'"],
  ])('is refused with %j', (args, message) => {
    expect(() => optionsOf(...args)).toThrow(message);
  });
});
