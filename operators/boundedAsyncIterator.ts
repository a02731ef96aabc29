/** One subscription, pulled from. */
export interface BoundedAsyncIterator<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  /** The value that waited longest, or the next one; several calls may be pending, values go to them in order. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Unsubscribes at once; pending `next()` are done. `break` in a `for await` loop calls it. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Unsubscribes at once; rejects with the error, pending and later `next()` too. */
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): BoundedAsyncIterator<T>;
}
