import { readFileSync, writeFileSync } from 'node:fs';

const page = 'docs/staleness.md';
const block = /(<!-- sessions -->\n)[\s\S]*?(<!-- \/sessions -->)/;

/** Writes what was found into the documentation, between its two marks. */
export function recordSessions(text: string): void {
  const before = readFileSync(page, 'utf8');
  if (!block.test(before)) throw new Error(`${page} has no marks <!-- sessions --> and <!-- /sessions -->`);
  writeFileSync(
    page,
    before.replace(block, (_, open: string, close: string) => `${open}${text}\n${close}`),
  );
}
