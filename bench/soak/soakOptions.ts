import { parseArgs } from 'node:util';

/** The options of a run. */
export interface SoakOptions {
  readonly seconds: number;
  /** Messages a second. */
  readonly rate: number;
  /** Messages a second that have to be reached: on a machine that is busy with other work, fewer than `rate`. */
  readonly least: number;
  readonly json: boolean;
  /** Writes the figures into the documentation. */
  readonly record: boolean;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`--${name} is "${text}": pass a whole number, ${String(least)} to ${String(most)}`);
}

/** The venue's timer is no metronome. */
const leastReached = 0.95;

/** Reads the command line. */
export function soakOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '30' },
      rate: { type: 'string', default: '50000' },
      least: { type: 'string' },
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const rate = wholeNumber('rate', values.rate, 1, 200_000);
  const { least } = values;
  return {
    seconds: wholeNumber('seconds', values.seconds, 3, 86_400),
    rate,
    least: least === undefined ? leastReached * rate : wholeNumber('least', least, 1, rate),
    json: values.json,
    record: values.record,
  };
}
