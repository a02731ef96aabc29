import { RxQuotesError } from '../model/errors.js';

/**
 * Another relay publishes to the same topics, and was started later: this one has ended. It is the error of the relay's `state$`.
 *
 * @since 0.1.0
 */
export class RelayReplaced extends RxQuotesError {
  /** The name of the class. */
  override readonly name = 'RelayReplaced';
  /** Stable identifier. */
  readonly code = 'RXQ_RELAY_REPLACED';
  /** Always `false`: started again, this relay would replace the other one. */
  readonly retryable = false;
}

/** A run of a relay. */
export interface RelayRun {
  readonly run: number;
  /** Wall time in ms. */
  readonly startedAt: number;
}

/** Whether a relay has to end because of another one on the same topics: the one that was started later stays. */
export function isReplacedBy(own: RelayRun, other: RelayRun): boolean {
  return other.startedAt === own.startedAt ? other.run > own.run : other.startedAt > own.startedAt;
}
