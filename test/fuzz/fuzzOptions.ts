import { parseArgs } from 'node:util';

/** The options of `npm run fuzz`. */
export interface FuzzOptions {
  readonly quick: boolean;
  /** The programs to be fuzzed. */
  readonly only: readonly string[];
  readonly seed: number;
  /** The only round to play; `undefined` for all. */
  readonly round: number | undefined;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 1_000_000_000) return value;
  throw new RangeError(`--${name} is "${text}": pass a whole number, 0 to 1000000000`);
}

/** Reads the command line. `names`: all programs; `chance`: the seed where none is given. */
export function fuzzOptions(args: readonly string[], names: readonly string[], chance: number): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      seed: { type: 'string' },
      round: { type: 'string' },
    },
  });
  const { quick, only, seed, round } = values;
  if (only !== undefined && !names.includes(only))
    throw new RangeError(`--only is "${only}": pass one of ${names.join(', ')}`);
  if (round !== undefined && seed === undefined)
    throw new RangeError('--round is given without --seed: pass the seed that the failure printed');
  if (round !== undefined && quick) throw new RangeError('--round is given with --quick: leave out one of them');
  return {
    quick,
    only: only === undefined ? names : [only],
    seed: wholeNumber('seed', seed ?? String(chance)),
    round: round === undefined ? undefined : wholeNumber('round', round),
  };
}
