import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/semantics.md', 'utf8');
const laws = page.split(/^## /m).slice(1);
const held = [...page.matchAll(/^- `(test\/[^`]+)`: (.+)$/gm)].map(([, file = '', name = '']) => ({ file, name }));

describe('the documentation of the laws', () => {
  it('has fifteen laws, each with a test', () => {
    expect(laws.map((law) => Number.parseInt(law, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(laws.filter((law) => !/^- `test\//m.test(law))).toEqual([]);
  });

  it.each(held)('names an existing test: $name', ({ file, name }) => {
    const titles = [
      ...readFileSync(file, 'utf8').matchAll(/\b(?:it|test)(?:\.(?:each|for)\([^;]*?\))?\(\s*(['"`])(.*?)\1,/gs),
    ];
    expect(titles.map(([, , title = '']) => title.replaceAll('\\', ''))).toContain(name);
  });
});
