import { Subject } from 'rxjs';
import type { Ending, Terminal } from '../../src/cli/terminal/terminal.js';

/** A terminal that keeps the output, and ends the program on request. */
export interface FakeTerminal extends Terminal {
  /** Lines of stdout so far. */
  readonly lines: string[];
  /** Everything on stderr so far. */
  readonly errors: () => string;
  readonly end: (why: Ending) => void;
}

/** `onLine` is called with each line of stdout after it was kept. */
export function fakeTerminal(onLine: (line: string, terminal: FakeTerminal) => void = () => undefined): FakeTerminal {
  const ended = new Subject<Ending>();
  let errors = '';
  const terminal: FakeTerminal = {
    lines: [],
    errors: () => errors,
    end: (why) => {
      ended.next(why);
    },
    out: (text) => {
      for (const line of text.replace(/\n$/, '').split('\n')) {
        terminal.lines.push(line);
        onLine(line, terminal);
      }
    },
    err: (text) => {
      errors += text;
    },
    colours: false,
    ended$: ended,
  };
  return terminal;
}
