import { writeSync } from 'node:fs';
import { Subject } from 'rxjs';
import { enterScreen, leaveScreen } from './ansi.js';
import type { Screen } from './screen.js';

/** The size of a terminal that reports none, e.g. a serial line. */
const usual = { rows: 24, columns: 80 };

/** The screen of this process's terminal. */
export function processScreen(stdout: typeof process.stdout, showsErrors: boolean): Screen {
  const resized = new Subject<void>();
  let [isEntered, isSuspended] = [false, false];

  // Written synchronously and not through the stream, because it may be the last action of this process.
  const write = (text: string): void => {
    try {
      writeSync(stdout.fd, text);
    } catch {
      // The terminal window is gone, so there is no screen to restore.
    }
  };
  const restore = (): void => {
    if (isEntered) write(leaveScreen);
  };
  const onResize = (): void => {
    resized.next();
  };
  // On Ctrl-Z the shell gets its screen back.
  const onSuspend = (): void => {
    restore();
    isSuspended = true;
    process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    if (!isSuspended) return;
    isSuspended = false;
    write(enterScreen);
    resized.next();
  };

  return {
    size: () => ({ rows: stdout.rows || usual.rows, columns: stdout.columns || usual.columns }),
    resized$: resized.asObservable(),
    showsErrors,
    enter: () => {
      if (isEntered) return;
      isEntered = true;
      // Also runs after an uncaught error.
      process.on('exit', restore);
      process.on('SIGTSTP', onSuspend);
      process.on('SIGCONT', onContinue);
      stdout.on('resize', onResize);
      write(enterScreen);
    },
    leave: () => {
      restore();
      isEntered = false;
      process.off('exit', restore);
      process.off('SIGTSTP', onSuspend);
      process.off('SIGCONT', onContinue);
      stdout.off('resize', onResize);
    },
  };
}
