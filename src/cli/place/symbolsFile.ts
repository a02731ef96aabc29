import { readFileSync } from 'node:fs';
import { outOfRange } from '../../../operators/support/argument.js';
import { shownPath } from '../options/arguments.js';

/**
 * Reads names from a file, one a line; empty lines are left out.
 *
 * @throws RangeError naming the file, and why it can't be used
 */
export function readSymbols(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const remedy = 'pass the path of a file with a symbol a line';
    throw outOfRange('--symbols', shownPath(path), `it can't be read (${code}): ${remedy}`);
  }
}
