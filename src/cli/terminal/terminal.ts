import { isatty } from 'node:tty';
import { type Observable, ReplaySubject } from 'rxjs';
import { processScreen } from './processScreen.js';
import type { Screen } from './screen.js';

/** The reason why the program has to end. */
export type Ending = 'interrupted' | 'broken pipe';

/** The outputs of a program, and the signal that ends it. */
export interface Terminal {
  /** Writes text to stdout. */
  readonly out: (text: string) => void;
  /** Writes text to stderr. */
  readonly err: (text: string) => void;
  /** Whether stdout shows colours. */
  readonly colours: boolean;
  /** The screen; left out if stdout is no terminal, or a dumb terminal. */
  readonly screen?: Screen;
  /** Emits on Ctrl-C, on SIGTERM, and when the reader of stdout is gone; late subscribers get it, too. */
  readonly ended$: Observable<Ending>;
}

/** The error codes of a closed pipe, and of a terminal whose window is gone. */
const goneReader = ['EPIPE', 'EIO'];

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const ended = new ReplaySubject<Ending>(1);
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader like `head -3` may close the pipe early, which is no failure.
      if (!goneReader.includes(error.code ?? '')) throw error;
      ended.next('broken pipe');
    });
  }
  // These listeners stay: npm forwards a signal that the terminal already sent to all processes, and the second one
  // must not kill this process.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      ended.next('interrupted');
    });
  const isScreen = isatty(stdout.fd) && process.env['TERM'] !== 'dumb';
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    // `hasColors` respects NO_COLOR and dumb terminals.
    colours: isatty(stdout.fd) && stdout.hasColors(),
    ...(isScreen ? { screen: processScreen(stdout, isatty(stderr.fd)) } : {}),
    ended$: ended.asObservable(),
  };
}
