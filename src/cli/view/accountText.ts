import type { Summary } from './view.js';

/** A feed's account for a person. */
export function accountText(summary: Summary): string {
  const figures = Object.entries(summary).map(([name, value]) => `  ${name.padEnd(12)} ${JSON.stringify(value)}`);
  return ['Account of all messages:', ...figures].join('\n');
}
