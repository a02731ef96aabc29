import { isatty } from 'node:tty';
import { type Observable, ReplaySubject } from 'rxjs';

/** Why a program is told to end. */
export type Ending = 'interrupted' | 'broken pipe';

/** Where a program writes and what ends it. */
export interface Terminal {
  /** Writes text to stdout. */
  readonly out: (text: string) => void;
  /** Writes text to stderr. */
  readonly err: (text: string) => void;
  /** Whether stdout shows colours. */
  readonly colours: boolean;
  /** Ctrl-C or a request to terminate, or the reader of stdout going away; also to those who ask later. */
  readonly ended$: Observable<Ending>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const ended = new ReplaySubject<Ending>(1);
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `| head -3` has read enough: that is no failure.
      if (error.code !== 'EPIPE') throw error;
      ended.next('broken pipe');
    });
  }
  // For good, as npm sends on what the terminal has already sent to everyone: the second must not cut the ending short.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      ended.next('interrupted');
    });
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    // Knows NO_COLOR and dumb terminals.
    colours: isatty(stdout.fd) && stdout.hasColors(),
    ended$: ended.asObservable(),
  };
}
