import { parseArgs } from 'node:util';
import { usualSymbols } from './universe.js';

/** The options of a run. */
export interface Options {
  readonly json: boolean;
  /** A few kinds of days and two laws. */
  readonly quick: boolean;
  /** Laws that no threshold was made with. */
  readonly heldOut: boolean;
  /** Writes the table into the documentation. */
  readonly write: boolean;
  /** Only days whose name, `kind, law`, matches this regular expression. */
  readonly only: string;
  /** The first seed; the others follow it. */
  readonly seed: number;
  /** Normal days before those that are judged. */
  readonly warmUp: number;
  /** Symbols of the feed, about. */
  readonly symbols: number;
  readonly workers: number;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`--${name} is "${text}": pass a whole number, ${String(least)} to ${String(most)}`);
}

/** Reads the command line. */
export function options(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'held-out': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
      'warm-up': { type: 'string', default: '5' },
      symbols: { type: 'string', default: String(usualSymbols) },
      workers: { type: 'string', default: '2' },
    },
  });
  if (values.write && (values.quick || values.only !== '')) {
    throw new RangeError('--write needs the whole run: leave out --quick and --only');
  }
  return {
    json: values.json,
    quick: values.quick,
    heldOut: values['held-out'],
    write: values.write,
    only: values.only,
    seed: wholeNumber('seed', values.seed, 1, 1_000_000),
    warmUp: wholeNumber('warm-up', values['warm-up'], 1, 20),
    symbols: wholeNumber('symbols', values.symbols, 7, usualSymbols),
    workers: wholeNumber('workers', values.workers, 1, 64),
  };
}
