import { outOfRange, wrongType } from '../../../operators/support/argument.js';

/** Length of a P-256 private scalar in bytes. */
const SIZE = 32;

/** Order of P-256 (NIST SP 800-186, 3.2.1.3): private scalars are 1 to n - 1. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The private scalar of an app secret, 32 bytes. The secret is base64, standard or URL-safe, with or without padding
 * and white space; a leading zero byte is optional.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, without the value
 */
export function scalarOf(option: string, secret: unknown): Uint8Array<ArrayBuffer> {
  const remedy = 'pass the app secret as Settrade gives it: base64 of a P-256 private scalar';
  if (typeof secret !== 'string') throw wrongType(option, typeof secret, remedy);
  // The error never shows the value: it may be a secret with a typing error.
  const wrong = (): RangeError => outOfRange(option, '[hidden]', remedy);
  const text = secret.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]+$/.test(text) || text.length % 4 === 1) throw wrong();
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (bytes.length > SIZE + 1 || value < 1n || value >= ORDER) throw wrong();
  const scalar = new Uint8Array(SIZE);
  const digits = bytes.subarray(Math.max(0, bytes.length - SIZE));
  scalar.set(digits, SIZE - digits.length);
  return scalar;
}
