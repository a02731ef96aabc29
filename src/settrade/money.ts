import { DecodeError } from '../model/errors.js';

/** Below it the amount in nanos is a safe integer, whatever the nanos: 9,007,199 × 10^9 is less than 2^53. */
const exactInNanos = 9_007_199;

/** Below it the amount in hundredths is a safe integer. */
const exactInHundredths = 9e13;

/**
 * The double nearest to the decimal amount `units.nanos` of a `google.type.Money`.
 *
 * One division of two exact doubles is rounded once, to the nearest; `units + nanos / 1e9` is rounded twice and is
 * wrong for about one two-decimal price in 2,000. Where no such division is at hand the decimal text is parsed.
 *
 * @param units - whole units; beyond ±(2^53 - 1) a double can't be trusted to be the number that was sent
 * @param nanos - billionths, between -999,999,999 and 999,999,999, of the same sign as `units`
 * @throws DecodeError with reason `number` when either is out of bounds or the signs are mixed
 */
export function money(units: number, nanos: number): number {
  if (nanos <= -1_000_000_000 || nanos >= 1_000_000_000) {
    throw new DecodeError('number', `money with ${String(nanos)} nanos: there are at most 999999999`);
  }
  if ((units > 0 && nanos < 0) || (units < 0 && nanos > 0)) {
    throw new DecodeError('number', `money of ${String(units)} units and ${String(nanos)} nanos: the signs are mixed`);
  }
  if (units > -exactInNanos && units < exactInNanos) return (units * 1e9 + nanos) / 1e9;
  if (!Number.isSafeInteger(units)) {
    throw new DecodeError('number', `money of about ${String(units)} units: no double holds them exactly`);
  }
  if (nanos % 10_000_000 === 0 && units > -exactInHundredths && units < exactInHundredths) {
    return (units * 100 + nanos / 1e7) / 100;
  }
  return Number(`${String(units)}.${String(Math.abs(nanos)).padStart(9, '0')}`);
}
