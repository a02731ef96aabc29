import { readFileSync, writeFileSync } from 'node:fs';
import { headline } from './comparisons.js';
import type { Report } from './report.js';

const readme = 'README.md';
const block = /(<!-- performance -->\n)[\s\S]*?(<!-- \/performance -->)/;

/** The README with the headline of a run between its two marks. */
export function withHeadline(text: string, report: Pick<Report, 'rows'>): string {
  const sentence = headline(report);
  if (sentence === undefined) throw new Error(`the run has not all rows of the sentence in ${readme}: run all rows`);
  if (!block.test(text)) throw new Error(`${readme} has no marks <!-- performance --> and <!-- /performance -->`);
  return text.replace(block, (_, open: string, close: string) => `${open}${sentence}\n${close}`);
}

/** Writes the headline of a run into the README. */
export function writeReadmeLine(report: Pick<Report, 'rows'>): void {
  writeFileSync(readme, withHeadline(readFileSync(readme, 'utf8'), report));
}
