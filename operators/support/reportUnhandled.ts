import { throwError } from 'rxjs';

/**
 * Reports an error without a handler as RxJS does: to `config.onUnhandledError`, else by a throw from a timer. The
 * stream goes on.
 */
export function reportUnhandled(error: unknown): void {
  // Only an error without an error handler reaches RxJS's own reporting; it has no public function.
  throwError(() => error).subscribe();
}
