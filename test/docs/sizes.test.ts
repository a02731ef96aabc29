import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Check {
  readonly name: string;
  readonly limit: string;
}

test('the README states the sizes that the gate allows', () => {
  const { 'size-limit': checks } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly 'size-limit': readonly Check[];
  };
  const limitOf = (start: string): string => checks.find(({ name }) => name.startsWith(start))!.limit;
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toContain(`A page gains at most ${limitOf('a page: ')} (minified, brotli, without RxJS)`);
  expect(readme).toContain(`\`rx-quotes/store\` alone is ${limitOf('rx-quotes/store')}`);
  expect(readme).toContain(`one operator ${limitOf('rx-quotes/operators, one')}`);
});
