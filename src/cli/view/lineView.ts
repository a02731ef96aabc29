import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { adviceLines } from './adviceLines.js';
import { countsText } from './countsText.js';
import { logLines } from './logLines.js';
import { updateLine } from './quoteLine.js';
import type { Terminal } from '../terminal/terminal.js';
import type { View } from './view.js';

/** Prints each update as one line, for a person who reads a log. */
export function lineView(terminal: Terminal, symbols: readonly string[], clock: Pick<Clock, 'now'>): View {
  const style = { colours: terminal.colours, width: Math.max(...symbols.map(({ length }) => length)) };
  return {
    logger: logLines(terminal.err, clock),
    follow: () => Subscription.EMPTY,
    show: (update) => {
      terminal.out(`${updateLine(update, clock.now(), style)}\n`);
    },
    advise: adviceLines(terminal.err, clock),
    conclude: (summary) => {
      terminal.out(`\n${countsText(summary)}\n`);
    },
  };
}
