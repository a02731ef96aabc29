import { inspect } from 'node:util';

/** All that printing a value in the usual ways shows. */
export function printed(value: unknown): string {
  const stack = value instanceof Error ? value.stack : '';
  return [String(value), stack, JSON.stringify(value), inspect(value, { depth: 9, showHidden: true })].join('\n');
}
