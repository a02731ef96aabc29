import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { deadLinksOf, linksOf } from '../support/pageLinks.js';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

const installed = (): string => join(inject('consumer'), 'node_modules/rx-quotes');

function filesThatEnd(ending: string): readonly string[] {
  return readdirSync(installed(), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(installed(), path));
}

describe('the installed package', () => {
  it('has pages without a dead link or picture', () => {
    const pages = filesThatEnd('.md');
    expect(pages.length).toBeGreaterThan(20);
    const dead = pages.flatMap((page) => deadLinksOf(page).map((link) => `${page}: ${link}`));
    expect(dead).toEqual([]);
  });

  it('has every page and picture of docs/ that the README links to', () => {
    const links = linksOf('README.md').filter((link) => link.startsWith('docs/'));
    expect(links.length).toBeGreaterThan(5);
    expect(linksOf(join(installed(), 'README.md'))).toEqual(expect.arrayContaining(links));
  });

  it('has the text of the sources in every source map', () => {
    const maps = filesThatEnd('.map');
    expect(maps.length).toBeGreaterThan(100);
    const without = maps.filter((path) => {
      const { sources, sourcesContent = [] } = JSON.parse(readFileSync(path, 'utf8')) as SourceMap;
      return sources.some((_, index) => typeof sourcesContent[index] !== 'string');
    });
    expect(without).toEqual([]);
  });

  it('has every source map that a file names', () => {
    const dead = [...filesThatEnd('.js'), ...filesThatEnd('.d.ts')].filter((path) => {
      const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1];
      return map !== undefined && !existsSync(join(dirname(path), map));
    });
    expect(dead).toEqual([]);
  });

  it('has no field in package.json that only development needs', () => {
    const manifest = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(manifest)).toEqual([
      ...['name', 'version', 'description', 'keywords', 'license', 'type', 'sideEffects', 'engines', 'files', 'bin'],
      ...['exports', 'imports', 'peerDependencies', 'peerDependenciesMeta', 'dependencies'],
    ]);
  });
});
