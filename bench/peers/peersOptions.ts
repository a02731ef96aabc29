import { parseArgs } from 'node:util';

/** The options of a run. */
export interface PeersOptions {
  readonly json: boolean;
  readonly quick: boolean;
  /** Writes the page and the plot of the documentation. */
  readonly write: boolean;
  readonly only?: RegExp;
  /** A commit to compare with. */
  readonly before?: string;
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new RangeError(`--only is "${text}": pass a regular expression that names of rows match`, { cause });
  }
}

/** Reads the command line. */
export function peersOptions(args: readonly string[]): PeersOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      before: { type: 'string' },
    },
  });
  const { json, quick, write, only, before } = values;
  if (write && (quick || only !== undefined)) {
    throw new RangeError('--write is given with --quick or --only: the page shows all rows, so leave those out');
  }
  return {
    ...{ json, quick, write },
    ...(only === undefined ? {} : { only: pattern(only) }),
    ...(before === undefined ? {} : { before }),
  };
}
