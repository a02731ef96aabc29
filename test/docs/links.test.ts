import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadLinksOf, linksOf } from '../support/pageLinks.js';

const pages = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('links of the documentation', () => {
  it('are checked in the README, the docs and the decisions', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/adr/README.md']));
    expect(linksOf('README.md').length).toBeGreaterThan(5);
  });

  it.each(pages)('of %s lead to existing files and headings', (page) => {
    expect(deadLinksOf(page)).toEqual([]);
  });

  it('include every decision in the list of decisions', () => {
    const listed = linksOf('docs/adr/README.md');
    const decisions = readdirSync('docs/adr').filter((name) => /^\d/.test(name));
    expect(decisions.filter((name) => !listed.includes(name))).toEqual([]);
  });
});
