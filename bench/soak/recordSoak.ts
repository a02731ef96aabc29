import { readFileSync, writeFileSync } from 'node:fs';
import type { Bound } from './soakBounds.js';

/** The figures of a run that are written to the page. */
export interface SoakFigures {
  readonly date: string;
  readonly machine: string;
  readonly seconds: number;
  /** Average number of processes that ran or wanted to, over the last minute, ours included. */
  readonly load: number;
  /** Processor time a message, in µs. */
  readonly feedMicroseconds: number;
  readonly venueMicroseconds: number;
  /** In ms. */
  readonly loopDelay99: number;
  readonly heapMegabytes: number;
  readonly residentMegabytes: number;
  readonly bounds: readonly Bound[];
}

const page = 'docs/testing.md';
const block = /(<!-- soak -->\n)[\s\S]*?(<!-- \/soak -->)/;

/** Writes a run into the documentation, between its two marks. */
export function recordSoak(figures: SoakFigures): void {
  const { date, machine, seconds, load, feedMicroseconds, venueMicroseconds, loopDelay99 } = figures;
  const rows = figures.bounds.map(({ name, found, holds }) => `| ${name} | ${found} | ${holds ? 'holds' : 'FAILED'} |`);
  const text = [
    `Run of ${date}, ${String(seconds)} s, on ${machine},\nload ${load.toFixed(1)} (its own two processes included), written by \`npm run soak -- --record\`:`,
    '',
    '| bound | found | |',
    '|---|---|---|',
    ...rows,
    '',
    `Processor time a message: feed ${feedMicroseconds.toFixed(1)} µs, venue ${venueMicroseconds.toFixed(1)} µs. Event`,
    `loop of the feed late by ${loopDelay99.toFixed(0)} ms at the 99th percentile. Heap after a garbage collection`,
    `${figures.heapMegabytes.toFixed(0)} MB, resident ${figures.residentMegabytes.toFixed(0)} MB.`,
    '',
  ].join('\n');
  const before = readFileSync(page, 'utf8');
  if (!block.test(before)) throw new Error(`${page} has no marks <!-- soak --> and <!-- /soak -->`);
  writeFileSync(
    page,
    before.replace(block, (_, open: string, close: string) => `${open}${text}${close}`),
  );
}
