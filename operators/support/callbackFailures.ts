/**
 * Handles the rejection of a promise that a user's function returned: `failed` gets its error. No other code awaits
 * this promise, and Node ends the process for an unhandled rejection.
 */
export function onRejection(answer: unknown, failed: (error: unknown) => void): void {
  // The property `then` is not read here, since a proxy may throw. `Promise.resolve` turns such an error into a rejection.
  if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).then(undefined, failed);
}

/**
 * Calls a user's function whose answer is not used. `failed` gets the error that it throws or, if it is async, rejects with.
 */
export function callUser(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    onRejection(call(), failed);
  } catch (error) {
    failed(error);
  }
}
