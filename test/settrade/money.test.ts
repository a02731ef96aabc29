import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amount, checkMoney } from '../../src/settrade/generated/wire.js';
import { exactMoney } from '../support/exactMoney.js';

/** As every generated decoder reads a Money. */
function money(units: number, nanos: number): number {
  const value = amount(units, nanos);
  checkMoney(value, 'money');
  return value;
}

const runs = { numRuns: 20_000 };
const nanos = fc.oneof(
  fc.integer({ min: 0, max: 999_999_999 }),
  fc.integer({ min: 0, max: 99 }).map((hundredths) => hundredths * 10_000_000),
);

/** The reference of bigint text and the fast way agree to the last bit, below zero too. */
function agrees(units: number, fraction: number): void {
  expect(money(units, fraction)).toBe(exactMoney(BigInt(units), fraction));
  if (units !== 0 || fraction !== 0) expect(money(-units, -fraction)).toBe(exactMoney(BigInt(-units), -fraction));
}

describe('law 13: money is the double nearest to its decimal', () => {
  test.each([
    ['ordinary prices', fc.nat(100_000)],
    ['around the last amount that is exact in nanos', fc.integer({ min: 9_007_190, max: 9_007_210 })],
    ['totals', fc.integer({ min: 9_007_199, max: 90_000_000_000_000 })],
    [
      'around the last amount that is exact in hundredths',
      fc.integer({ min: 89_999_999_999_990, max: 90_000_000_000_010 }),
    ],
    ['everything', fc.nat(Number.MAX_SAFE_INTEGER)],
  ])('%s', (_, units) => {
    fc.assert(fc.property(units, nanos, agrees), runs);
  });

  test('every satang up to 10,000 baht', () => {
    for (let satang = 1; satang < 1_000_000; satang++) {
      const fast = money(Math.floor(satang / 100), (satang % 100) * 10_000_000);
      if (fast !== Number(`${Math.floor(satang / 100)}.${String(satang % 100).padStart(2, '0')}`)) {
        expect.fail(`${satang} satang are ${fast}`);
      }
    }
  });

  test('an amount whose nanos are no safe integer is not divided: 9007199.775936587', () => {
    expect(money(9_007_199, 775_936_587)).toBe(9007199.775936587);
    expect((9_007_199 * 1e9 + 775_936_587) / 1e9).not.toBe(9007199.775936587);
  });
});

describe('money that is refused', () => {
  const bad = expect.objectContaining({ name: 'DecodeError', reason: 'number' });

  test('nanos of a whole unit or more', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1_000_000_000, max: 2 ** 31 - 1 }), (units, tooMany) => {
        expect(() => money(units, tooMany)).toThrow(bad);
        expect(() => money(-units, -tooMany)).toThrow(bad);
      }),
    );
    expect(() => money(0, -(2 ** 31))).toThrow(bad);
  });

  test('mixed signs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: 1, max: 999_999_999 }),
        (u, n) => {
          expect(() => money(u, -n)).toThrow(bad);
          expect(() => money(-u, n)).toThrow(bad);
        },
      ),
    );
  });

  test.each([2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63)])('units of %d', (units) => {
    expect(() => money(units, 0)).toThrow(bad);
  });
});
