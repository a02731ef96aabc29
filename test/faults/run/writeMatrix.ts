import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Verdict } from '../judge/verdict.js';
import { markdownOf } from './table.js';

const page = 'docs/failure-matrix.md';
const block = /(<!-- faults -->\n)[\s\S]*?(<!-- \/faults -->)/;

/** Writes a full run into the documentation, between its two marks. */
export function writeMatrix(rows: readonly Verdict[], seconds: number): void {
  const [cpu] = cpus();
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}`;
  const date = new Date().toISOString().slice(0, 10);
  const held = rows.filter(({ ok }) => ok).length;
  const text = `Run of ${date} on ${machine}: ${held} of ${rows.length} rows ok, ${Math.round(seconds)} s.\n\n${markdownOf(rows)}\n`;
  const before = readFileSync(page, 'utf8');
  if (!block.test(before)) throw new Error(`${page} has no marks <!-- faults --> and <!-- /faults -->`);
  writeFileSync(
    page,
    before.replace(block, (_, open: string, close: string) => `${open}${text}${close}`),
  );
}
