import { collectUnhandled } from './unhandled.js';

/** The ways in which a user's callback can fail, as rows of `it.each`. */
export const failingCallbacks: readonly (readonly [how: string, callback: () => never])[] = [
  [
    'throws',
    (): never => {
      throw new Error('mine');
    },
  ],
  [
    'is async and rejects',
    // A callback that returns nothing may be async by its type: nobody awaits what it returns.
    (): never => Promise.reject(new Error('mine')) as never,
  ],
];

/**
 * Does something, and collects the errors that nobody handles meanwhile: those that RxJS reports, and rejections. Either
 * kind ends a Node process.
 */
export async function escapedErrors(act: () => unknown): Promise<{ readonly errors: readonly unknown[] }> {
  const unhandled = collectUnhandled();
  const note = (reason: unknown): void => {
    unhandled.errors.push(reason);
  };
  process.on('unhandledRejection', note);
  try {
    await act();
    // Node reports rejections once the microtasks are done; two turns of the timers are later than that.
    await unhandled.settle();
    await unhandled.settle();
  } finally {
    process.off('unhandledRejection', note);
    unhandled.restore();
  }
  return { errors: unhandled.errors };
}
