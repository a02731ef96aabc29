/** A queue with `overflow: 'error'` was full when one more value came. Match on `code`. */
export class QueueOverflowError extends Error {
  /** The name of the class. */
  override readonly name = 'QueueOverflowError';
  /** Stable identifier. */
  readonly code = 'RXQ_OVERFLOW';
  /** `true`: a new subscription starts with an empty queue. */
  readonly retryable = true;
  /** The capacity of the queue, in values or keys. */
  readonly capacity: number;

  constructor(capacity: number) {
    super(`a queue of ${String(capacity)} is full: raise capacity, or choose an overflow rule that drops or conflates`);
    this.capacity = capacity;
  }
}
