import { assertInInjectionContext, inject, Injector } from '@angular/core';

/** The options of all functions that make a signal. */
export interface SignalOptions {
  /** The signal ends with this injector. @defaultValue the injector of the present injection context */
  readonly injector?: Injector;
}

/** The injector with which a signal ends. Outside of an injection context the caller must be given one, as for `toSignal`. */
export function injectorFor(caller: (...args: never[]) => unknown, { injector }: SignalOptions): Injector {
  if (injector !== undefined) return injector;
  assertInInjectionContext(caller);
  return inject(Injector);
}
