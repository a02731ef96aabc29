import { readFileSync, writeFileSync } from 'node:fs';

const page = 'docs/staleness.md';

/** Writes what was found into the documentation, between the two marks of its name. */
export function recordSessions(name: string, text: string): void {
  const block = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  const before = readFileSync(page, 'utf8');
  if (!block.test(before)) throw new Error(`${page} has no marks <!-- ${name} --> and <!-- /${name} -->`);
  writeFileSync(
    page,
    before.replace(block, (_, open: string, close: string) => `${open}${text}\n${close}`),
  );
}
