/** The fields of a `google.type.Money`. */
export interface MoneyFields {
  readonly currencyCode: string;
  readonly units?: number;
  readonly nanos?: number;
}

/** The Money of an amount in hundredths. Zero has only the currency, as the exchange's own encoder writes it. */
export function moneyFields(hundredths: number, currencyCode = 'THB'): MoneyFields {
  const units = Math.trunc(hundredths / 100);
  const nanos = (hundredths % 100) * 10_000_000;
  return { currencyCode, ...(units === 0 ? {} : { units }), ...(nanos === 0 ? {} : { nanos }) };
}
