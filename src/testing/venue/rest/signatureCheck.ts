import type * as crypto from 'node:crypto';
import { outOfRange } from '../../../../operators/support/argument.js';

const curve = 'prime256v1';
const remedy = 'pass the base64 of a P-256 private scalar, 1 to n - 1';

/**
 * A test secret from random numbers, base64 of 32 bytes. It is the same for the same seed, so it is not really secret.
 */
export function secretFrom(random: () => number): string {
  // The first byte is less than that of the curve's order, so the scalar is in range.
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => Math.floor(random() * (at === 0 ? 255 : 256)));
  bytes[31] = (bytes[31] as number) | 1;
  return Buffer.from(bytes).toString('base64');
}

/**
 * Checks signatures of `{appId}.{params}.{timestamp}`: lower-case hex of the DER ECDSA signature (P-256, SHA-256), made
 * with the secret.
 *
 * @throws RangeError with code `RXQ_ARGUMENT` when the secret is no P-256 scalar
 */
export function signatureCheck(
  { createECDH, createPublicKey, verify }: typeof crypto,
  option: string,
  appSecret: string,
): (text: string, signature: string) => boolean {
  const ecdh = createECDH(curve);
  try {
    ecdh.setPrivateKey(Buffer.from(appSecret.trim(), 'base64'));
  } catch {
    // Neither the cause nor the value is shown, because the value is a secret.
    throw outOfRange(option, '(hidden)', remedy);
  }
  const point = ecdh.getPublicKey();
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) } });
  return (text, signature) =>
    /^([0-9a-f]{2})+$/.test(signature) &&
    verify('sha256', Buffer.from(text), { key, dsaEncoding: 'der' }, Buffer.from(signature, 'hex'));
}
