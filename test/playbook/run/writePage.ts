import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const page = 'docs/playbook.md';
const block = /(<!-- playbook:matrix -->\n)[\s\S]*?(<!-- \/playbook:matrix -->)/;

/** A page with another text between its two marks. */
export function withBlock(text: string, content: string): string {
  if (!block.test(text)) {
    throw new Error(`${page} has no marks <!-- playbook:matrix --> and <!-- /playbook:matrix -->`);
  }
  return text.replace(block, (_, open: string, close: string) => `${open}${content}\n${close}`);
}

/** Writes a whole run into the documentation. */
export function writePage(report: string, seconds: number): void {
  const [cpu] = cpus();
  const machine = `Node ${process.versions.node}, ${String(cpus().length)} × ${cpu?.model.trim() ?? 'unknown processor'}`;
  const date = new Date().toISOString().slice(0, 10);
  const head = `Run of ${date} on ${machine}, ${String(Math.round(seconds))} s.`;
  writeFileSync(page, withBlock(readFileSync(page, 'utf8'), `${head}\n\n${report}`));
}
