/** PKCS #8 of a P-256 private key without its public part, up to the scalar (RFC 5208, RFC 5915, RFC 5480). */
const PKCS8 = [
  ...[0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20],
];

/**
 * An unsigned number as a DER INTEGER, with a leading zero only if it is needed to keep the number positive (X.690,
 * 8.3).
 */
function derInteger(bytes: Uint8Array): number[] {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = [...bytes.subarray(start)];
  const positive = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [0x02, positive.length, ...positive];
}

/** Web Crypto's signature (r, then s) as a DER SEQUENCE in lower-case hex (RFC 3279, 2.2.3). */
export function derHex(signature: Uint8Array): string {
  const half = signature.length / 2;
  const body = [...derInteger(signature.subarray(0, half)), ...derInteger(signature.subarray(half))];
  return [0x30, body.length, ...body].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Makes a function that signs text with ECDSA, P-256 and SHA-256; no other code can read its key. */
export function signer(scalar: Uint8Array<ArrayBuffer>): (text: string) => Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  let key: Promise<CryptoKey> | undefined;
  return async (text) => {
    key ??= crypto.subtle.importKey('pkcs8', Uint8Array.from([...PKCS8, ...scalar]), algorithm, false, ['sign']);
    const signed = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      await key,
      new TextEncoder().encode(text),
    );
    return derHex(new Uint8Array(signed));
  };
}
