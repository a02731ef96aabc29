import type { Clock } from '../../model/clock.js';
import type { Logger } from '../../feed/diagnostics/logger.js';
import { timeOfDay } from './figures.js';

/** A logger that writes lines for a person, without the steps of connecting; a search for `ERROR` finds the errors. */
export function logLines(write: (text: string) => void, clock: Pick<Clock, 'now'>): Logger {
  const line =
    (level: string) =>
    (bindings: object, message: string): void => {
      const details = Object.keys(bindings).length === 0 ? '' : ` ${JSON.stringify(bindings)}`;
      write(`${timeOfDay(clock.now())} ${level} ${message}${details}\n`);
    };
  return { debug: () => undefined, info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
}
