import { config } from 'rxjs';

/** Collects, until `restore`, what RxJS reports as unhandled, instead of letting it end the test run. */
export function collectUnhandled(): { readonly errors: unknown[]; settle(): Promise<void>; restore(): void } {
  const errors: unknown[] = [];
  const before = config.onUnhandledError;
  config.onUnhandledError = (error) => {
    errors.push(error);
  };
  return {
    errors,
    // RxJS reports from a timer of 0 ms; timers of equal delay run in the order they were set.
    settle: () => new Promise((resolve) => setTimeout(resolve, 0)),
    restore: () => {
      config.onUnhandledError = before;
    },
  };
}
