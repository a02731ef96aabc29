import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../operators/', import.meta.url);

/** The diagrams of a doc comment: the lines of its first `text` block, without their labels. */
function diagramsOf(source: string): readonly string[] {
  const block = /```text\n([\s\S]*?)```/.exec(source)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => /^ \* \w+\s+(\S+)$/.exec(line)?.[1])
    .filter((marble) => marble !== undefined);
}

/** The source text of the first test of a file. */
function firstTestOf(source: string): string {
  return /\n {2}it\([\s\S]*?\n {2}\}\);/.exec(source)?.[0] ?? '';
}

/** Operators are the files with a function that makes one. */
const operators = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .filter((file) => /^export function \w+<T/m.test(readFileSync(new URL(file, folder), 'utf8')));

describe('the diagrams in the operators’ documentation', () => {
  it('are checked for every operator', () => {
    expect(operators.length).toBeGreaterThanOrEqual(6);
  });

  it.each(operators)('of %s are equal to the strings of its first test', (file) => {
    const diagrams = diagramsOf(readFileSync(new URL(file, folder), 'utf8'));
    const test = firstTestOf(readFileSync(new URL(file.replace('.ts', '.test.ts'), import.meta.url), 'utf8'));
    expect(diagrams.length).toBeGreaterThanOrEqual(2);
    for (const diagram of diagrams) expect(test).toMatch(new RegExp(`' *${diagram.replace(/[()|^$]/g, '\\$&')}'`));
  });
});
