/**
 * Passes on what the answer of a user's function rejects with. An async callback returns a promise that nobody awaits, and
 * Node ends a process for a rejection that nobody handles.
 */
export function onRejection(answer: unknown, failed: (error: unknown) => void): void {
  if (typeof answer !== 'object' || answer === null || !('then' in answer)) return;
  Promise.resolve(answer).then(undefined, failed);
}

/** Calls a user's function whose answer means nothing. `failed` gets what it throws or, being async, rejects with. */
export function callUser(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    onRejection(call(), failed);
  } catch (error) {
    failed(error);
  }
}
