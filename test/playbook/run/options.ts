import { parseArgs } from 'node:util';

/** The options of `npm run playbook`. */
export interface PlaybookOptions {
  readonly json: boolean;
  readonly quick: boolean;
  readonly write: boolean;
  /** Only causes whose code matches. */
  readonly only: RegExp;
}

/** Reads the command line; throws for an invalid one. */
export function playbookOptions(args: readonly string[]): PlaybookOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const { json, quick, write, only } = values;
  if (write && (quick || only !== '')) throw new Error('--write wants all rows: leave out --quick and --only');
  return { json, quick, write, only: new RegExp(only, 'i') };
}
