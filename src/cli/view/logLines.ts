import type { Clock } from '../../model/clock.js';
import type { Logger } from '../../feed/diagnostics/logger.js';
import { timeOfDay } from './figures.js';

/** A logger that writes lines for a person, without the steps of connecting; a search for `ERROR` finds the errors. */
export function logLines(write: (text: string) => void, clock: Pick<Clock, 'now'>): Logger {
  const line =
    (level: string) =>
    (bindings: { readonly why?: string }, message: string): void => {
      // The text has the reason.
      const { why: _, ...fields } = bindings;
      const details = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
      write(`${timeOfDay(clock.now())} ${level} ${message}${details}\n`);
    };
  return { debug: () => undefined, info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
}
