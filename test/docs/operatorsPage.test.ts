import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as operators from '../../operators/index.js';

test('the page of the operators has a section for each export of rx-quotes/operators', () => {
  const page = readFileSync('docs/operators.md', 'utf8');
  const sections = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, name = '']) => name);
  const byName = (one: string, other: string): number => one.localeCompare(other);
  expect(sections).toEqual(Object.keys(operators).toSorted(byName));
});
