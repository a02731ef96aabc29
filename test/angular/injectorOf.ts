import {
  createEnvironmentInjector,
  type EnvironmentInjector,
  type EnvironmentProviders,
  ErrorHandler,
  Injector,
  PLATFORM_ID,
  provideZonelessChangeDetection,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { onTestFinished } from 'vitest';

/** An application's injector without a page and without the compiler, and the errors that Angular's `ErrorHandler` got. */
export interface TestInjector {
  readonly injector: EnvironmentInjector;
  readonly errors: readonly unknown[];
}

/** Makes the injector of an application that runs on a platform. */
export function injectorOf(
  providers: readonly EnvironmentProviders[],
  platform: 'browser' | 'server' = 'browser',
): TestInjector {
  const errors: unknown[] = [];
  const handleError = (error: unknown): void => {
    errors.push(error);
  };
  const injector = createEnvironmentInjector(
    [
      ...providers,
      provideZonelessChangeDetection(),
      { provide: INJECTOR_SCOPE, useValue: 'root' },
      { provide: PLATFORM_ID, useValue: platform },
      { provide: ErrorHandler, useValue: { handleError } },
    ],
    Injector.NULL as EnvironmentInjector,
  );
  onTestFinished(() => {
    if (!injector.destroyed) injector.destroy();
  });
  return { injector, errors };
}
