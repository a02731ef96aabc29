import { isatty } from 'node:tty';
import { type Observable, ReplaySubject } from 'rxjs';
import { processScreen } from './processScreen.js';
import type { Screen } from './screen.js';

/** Why a program is to end. */
export type Ending = 'interrupted' | 'broken pipe';

/** Where a program writes and what ends it. */
export interface Terminal {
  /** Writes text to stdout. */
  readonly out: (text: string) => void;
  /** Writes text to stderr. */
  readonly err: (text: string) => void;
  /** Whether stdout shows colours. */
  readonly colours: boolean;
  /** Left out where stdout is no terminal, or a dumb one. */
  readonly screen?: Screen;
  /** Ctrl-C or a request to terminate, or the reader of stdout going away; also to those who ask later. */
  readonly ended$: Observable<Ending>;
}

/** A closed pipe, or a terminal whose window is gone. */
const goneReader = ['EPIPE', 'EIO'];

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const ended = new ReplaySubject<Ending>(1);
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `| head -3` has read enough: that is no failure.
      if (!goneReader.includes(error.code ?? '')) throw error;
      ended.next('broken pipe');
    });
  }
  // For good, as npm sends on what the terminal has already sent to everyone: the second must not cut the ending short.
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
    // Knows NO_COLOR and dumb terminals.
    colours: isatty(stdout.fd) && stdout.hasColors(),
    ...(isScreen ? { screen: processScreen(stdout, isatty(stderr.fd)) } : {}),
    ended$: ended.asObservable(),
  };
}
