import { Observable, type OperatorFunction } from 'rxjs';
import { operate } from './internal/operate.js';
import { ledgerOf, type QueueStats } from './queueStats.js';
import { knownOptions, optionalFunction, requiredFunction, wholeNumber } from './support/argument.js';
import { callUser } from './support/callbackFailures.js';

/** Options of `decode`. */
export interface DecodeConfig<T> {
  /**
   * The largest payload that the decoder gets, in bytes. @defaultValue 262144: 256 KiB, about 700 times a quote of ten
   * levels
   */
  readonly maxPayload?: number;
  /**
   * Called with every value that was not decoded, after it was counted. An error that it throws is counted in
   * `callbackErrors`.
   */
  readonly onReject?:
    | ((rejection: {
        /**
         * `empty`: the payload has no bytes; `too-large`: it has more than `maxPayload`; else the `reason` of the error
         * that the decoder threw, or `threw` if the error has no `reason`.
         */
        readonly reason: string;
        /** The error that the decoder threw; left out when the decoder was not called. */
        readonly error?: unknown;
        /** The value as it came, e.g. with its topic. */
        readonly value: T;
      }) => void)
    | undefined;
  /** Counts where every value went; see `QueueStats`. @defaultValue no counts */
  readonly stats?: QueueStats | undefined;
}

/** A value that was not decoded. */
export type Rejection<T> = Parameters<NonNullable<DecodeConfig<T>['onReject']>>[0];

const name = 'decode';
const defaultMaxPayload = 256 * 1024;
/** The longest reason, in characters. Reasons are labels of metrics; a longer text is a message. */
const maxReasonLength = 64;

/**
 * Turns payloads into values. A payload that can't be decoded is counted and passed to `onReject`, and the stream goes
 * on.
 *
 * For newcomers: `map` for bytes from a peer, where one bad message must not end the stream.
 *
 * With a decoder that throws at `x`:
 *
 * ```text
 * source  -a-x-b-|
 * result  -A---B-|
 * ```
 *
 * **Emits** what the decoder returns, inline.
 * **Completes** when the source completes.
 * **Errors** when the source errors; never because of a payload or a decoder.
 * **On unsubscribe** unsubscribes from the source.
 * **Memory** constant; at most 64 reasons have a count of their own, all others count as `other`.
 * **Time** none.
 *
 * Gotchas: the payload may be valid only during the call, so a decoder, or `onReject`, must copy the bytes that it
 * keeps. An error that is thrown downstream is not counted as a reject.
 *
 * @example
 * ```ts
 * frames$.pipe(decode((payload, frame) => readQuote(payload, frame.topic), { onReject: ({ reason }) => log(reason) }));
 * ```
 *
 * @param decoder - decodes a payload; throws an error with a `reason` to name the kind of reject
 * @param config - see `DecodeConfig`
 * @returns an operator; its `stats` count rejects in `rejected`
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function decode<T extends { readonly payload: Uint8Array }, R>(
  decoder: (payload: Uint8Array, value: T) => R,
  config: DecodeConfig<T> = {},
): OperatorFunction<T, R> {
  requiredFunction(`${name}.decoder`, decoder);
  knownOptions(name, config, ['maxPayload', 'onReject', 'stats']);
  const { maxPayload = defaultMaxPayload, onReject } = config;
  wholeNumber(`${name}.maxPayload`, maxPayload, 1);
  optionalFunction(`${name}.onReject`, onReject);

  const ledger = ledgerOf(name, config.stats);
  const calls = { inFlight: 0, oldestSince: Infinity };
  ledger.hold(calls);

  const reject = (rejection: Rejection<T>): void => {
    ledger.reject(rejection.reason);
    callUser(() => onReject?.(rejection), ledger.callbackFailed);
  };

  return (source) =>
    new Observable<R>((destination) => {
      const next = (value: T): void => {
        const size = value.payload.byteLength;
        ledger.received += 1;
        if (size === 0 || size > maxPayload) {
          reject({ reason: size === 0 ? 'empty' : 'too-large', value });
          return;
        }
        let decoded: R;
        calls.inFlight += 1;
        try {
          decoded = decoder(value.payload, value);
        } catch (error) {
          calls.inFlight -= 1;
          reject({ reason: reasonOf(error), error, value });
          return;
        }
        calls.inFlight -= 1;
        if (destination.closed) {
          ledger.drop('unsubscribed');
          return;
        }
        ledger.emitted += 1;
        destination.next(decoded);
      };
      source.subscribe(operate<T, R>({ destination, next }));
    });
}

/** The reason of a thrown value, which may be anything, also an object whose properties throw. */
function reasonOf(error: unknown): string {
  try {
    const reason = (error as { readonly reason?: unknown } | null | undefined)?.reason;
    return typeof reason === 'string' && reason !== '' && reason.length <= maxReasonLength ? reason : 'threw';
  } catch {
    return 'threw';
  }
}
