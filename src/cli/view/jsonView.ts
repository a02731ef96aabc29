import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { adviceLines } from './adviceLines.js';
import { logLines } from './logLines.js';
import type { Terminal } from '../terminal/terminal.js';
import type { View } from './view.js';

/** Prints each update as one line of JSON, for programs, and the counts of all messages as the last line. */
export function jsonView(terminal: Terminal, clock: Pick<Clock, 'now'>): View {
  const line = (value: object): void => {
    terminal.out(`${JSON.stringify(value)}\n`);
  };
  return {
    logger: logLines(terminal.err, clock),
    follow: () => Subscription.EMPTY,
    show: line,
    advise: adviceLines(terminal.err, clock),
    conclude: (summary) => {
      line({ summary });
    },
  };
}
