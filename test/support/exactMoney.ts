/** A Money as decimal text: whole units and nine decimals, one sign in front of both. */
function decimalText(units: bigint, nanos: number): string {
  const sign = units < 0n || nanos < 0 ? '-' : '';
  const whole = units < 0n ? -units : units;
  return `${sign}${whole.toString()}.${Math.abs(nanos).toString().padStart(9, '0')}`;
}

/**
 * The value of a Money by its definition, slowly: the double JavaScript itself reads from the decimal text, or
 * `undefined` where google.type.Money forbids the parts or `units` is no safe integer.
 */
export function exactMoney(units: bigint, nanos: number): number | undefined {
  if (Math.abs(nanos) > 999_999_999) return undefined;
  if ((units > 0n && nanos < 0) || (units < 0n && nanos > 0)) return undefined;
  if (units > BigInt(Number.MAX_SAFE_INTEGER) || units < BigInt(Number.MIN_SAFE_INTEGER)) return undefined;
  return Number(decimalText(units, nanos));
}
