import { DecodeError } from '../model/errors.js';

/** A price, or `NaN` for 0, which means that there is no price. */
export function priceOf(amount: number): number {
  return amount === 0 ? NaN : amount;
}

/** An amount that may be 0; an amount that was left out is 0. */
export function amountOf(amount: number): number {
  return Number.isNaN(amount) ? 0 : amount;
}

/** A change of a price: 0 is a change like any other, but the change is `NaN` while there is no price. */
export function changeOf(change: number, price: number): number {
  const amount = amountOf(change);
  return amount === 0 && Number.isNaN(priceOf(price)) ? NaN : amount;
}

/** A count: a whole number from 0 to 2^53 - 1. */
export function countOf(count: number, field: string): number {
  if (count >= 0 && Number.isSafeInteger(count)) return count;
  throw new DecodeError('number', `${field} ${String(count)}: it is a whole number from 0 to 2^53 - 1`);
}
