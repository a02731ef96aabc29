import { throwError } from 'rxjs';

/**
 * Reports an error that has nowhere to go as RxJS does: to `config.onUnhandledError`, else thrown from a timer. The
 * stream goes on.
 */
export function reportUnhandled(error: unknown): void {
  // An error without an error handler is the one public door to RxJS's own reporting.
  throwError(() => error).subscribe();
}
