/** A queue with `overflow: 'error'` got a value it had no room for. Match on `code`. */
export class QueueOverflowError extends Error {
  override readonly name = 'QueueOverflowError';
  readonly code = 'RXQ_OVERFLOW';
  /** A new subscription starts with an empty queue. */
  readonly retryable = true;
  /** The number of values that fit. */
  readonly capacity: number;

  constructor(capacity: number) {
    super(`a queue of ${String(capacity)} is full: raise capacity, or choose an overflow rule that drops or conflates`);
    this.capacity = capacity;
  }
}
