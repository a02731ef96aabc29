import type { Summary } from './view.js';

/** A feed's counts as text for a person. */
export function countsText(summary: Summary): string {
  const figures = Object.entries(summary).map(([name, value]) => `  ${name.padEnd(12)} ${JSON.stringify(value)}`);
  return ['Counts of all messages:', ...figures].join('\n');
}
