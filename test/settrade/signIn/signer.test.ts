import { createECDH, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scalarOf } from '../../../src/settrade/signIn/appSecret.js';
import { derHex, signer } from '../../../src/settrade/signIn/signer.js';

/** RFC 6979, A.2.5: a private key of P-256 and its public one. */
const rfc = {
  x: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
  ux: '60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6',
  uy: '7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
};
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

function isSigned(text: string, signature: string): boolean {
  const coordinate = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(rfc.ux), y: coordinate(rfc.uy) };
  const key = createPublicKey({ format: 'jwk', key: jwk });
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'der' }, Buffer.from(signature, 'hex'));
}

describe('an app secret', () => {
  const plain = base64(rfc.x);
  it.each([
    ['as it is', plain],
    ['without padding', plain.replaceAll('=', '')],
    ['with white space around and inside', ` ${plain.slice(0, 9)}\n${plain.slice(9)}\t`],
    ['URL-safe', Buffer.from(rfc.x, 'hex').toString('base64url')],
    ['with a leading zero byte', base64(`00${rfc.x}`)],
  ])('is read %s', (_how, secret) => {
    expect(Buffer.from(scalarOf('settrade.appSecret', secret)).toString('hex').toUpperCase()).toBe(rfc.x);
  });

  it('is read without its leading zeros, and up to n - 1', () => {
    expect([...scalarOf('o', base64('01'))]).toEqual([...new Uint8Array(31), 1]);
    const last = `${order.slice(0, -1)}0`;
    expect(Buffer.from(scalarOf('o', base64(last))).toString('hex')).toBe(last);
  });

  it.each([
    ['zero', base64('00'.repeat(32))],
    ['n', base64(order)],
    ['above n', base64('ff'.repeat(32))],
    ['34 bytes', base64('00'.repeat(33) + '01')],
    ['not base64', 'not*base64'],
    ['empty', ''],
    ['white space', '  '],
    ['a number', 5],
    ['nothing', undefined],
  ])('that is %s is refused at once, and not shown', (_what, secret) => {
    let error: unknown;
    try {
      scalarOf('settrade.appSecret', secret);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'settrade.appSecret' });
    if (typeof secret === 'string' && secret.trim() !== '') {
      expect(JSON.stringify(error) + (error as Error).message).not.toContain(secret);
    }
  });
});

describe('a signature', () => {
  it('is valid for the known key of RFC 6979, in DER and lower-case hex, each time it is made', async () => {
    const sign = signer(scalarOf('o', base64(rfc.x)));
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(rfc.x, 'hex');
    expect(ecdh.getPublicKey('hex').toUpperCase()).toBe(`04${rfc.ux}${rfc.uy}`);
    for (let round = 0; round < 100; round++) {
      const text = `app..${String(1_720_000_000_000 + round)}`;
      const signature = await sign(text);
      expect(signature).toMatch(/^30[0-9a-f]+$/);
      expect(isSigned(text, signature)).toBe(true);
      expect(isSigned(`${text}0`, signature)).toBe(false);
    }
  });

  it('has numbers of the least length that are not negative', () => {
    const bytes = (...values: readonly [number, number][]): Uint8Array => {
      const raw = new Uint8Array(64);
      for (const [at, value] of values) raw[at] = value;
      return raw;
    };
    expect(derHex(bytes([31, 1], [63, 0x80]))).toBe('300702010102020080');
    expect(derHex(bytes([30, 0x7f], [63, 2]))).toBe('30070202 7f00020102'.replace(' ', ''));
    expect(derHex(bytes())).toBe('3006020100020100');
  });
});
