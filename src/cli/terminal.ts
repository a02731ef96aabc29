import { isatty } from 'node:tty';
import { fromEvent, map, merge, type Observable, Subject } from 'rxjs';

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
  /** Ctrl-C or a request to terminate, or the reader of stdout going away. */
  readonly ended$: Observable<Ending>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const broken = new Subject<Ending>();
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `| head -3` has read enough: that is no failure.
      if (error.code !== 'EPIPE') throw error;
      broken.next('broken pipe');
    });
  }
  const signals$ = merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'));
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    // Knows NO_COLOR and dumb terminals.
    colours: isatty(stdout.fd) && stdout.hasColors(),
    ended$: merge(signals$.pipe(map((): Ending => 'interrupted')), broken),
  };
}
