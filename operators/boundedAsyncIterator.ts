/** One subscription to the source; its consumer pulls the values. */
export interface BoundedAsyncIterator<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  /**
   * Resolves with the value that waited longest, or with the next one. Several calls may be pending; they get values in
   * order.
   */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Unsubscribes at once, and resolves every pending `next()` as done. `break` in a `for await` loop calls it. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Unsubscribes at once, and rejects with the error; so do all pending and later `next()`. */
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
  /** The iterator itself. */
  [Symbol.asyncIterator](): BoundedAsyncIterator<T>;
}
