/**
 * Passes on the error with which a promise rejects that a user's function returned. No code awaits the promise of an async
 * callback, and Node ends a process for a rejection that is not handled.
 */
export function onRejection(answer: unknown, failed: (error: unknown) => void): void {
  if (typeof answer !== 'object' || answer === null) return;
  try {
    if ('then' in answer) Promise.resolve(answer).then(undefined, failed);
  } catch {
    // A proxy may throw whatever is asked of it. It is no promise that anybody could reject.
  }
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
