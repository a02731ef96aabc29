import { readFileSync } from 'node:fs';
import { outOfRange } from '../../../operators/support/argument.js';
import { shownPath } from '../options/arguments.js';

/**
 * Reads names from a file, one a line; empty lines are left out.
 *
 * @throws RangeError naming the file, and why it can't be used
 */
export function readSymbols(path: string): readonly string[] {
  const unusable = (why: string): Error =>
    outOfRange('--symbols', shownPath(path), `${why}: pass the path of a file with a symbol a line`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(`it can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length === 0) throw unusable('it names no symbol');
  return names;
}
