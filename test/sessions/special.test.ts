import { expect, it } from 'vitest';
import { gammaHalfTail, normalTail, poissonBounds, solveFalling } from './special.js';

it.each([
  [-1, 0.8413447460685429],
  [0, 0.5],
  [1.96, 0.024997895148220435],
  [2.9, 0.001865813300384045],
  [3, 0.0013498980316300933],
  [6, 9.865876450376946e-10],
  [8, 6.220960574271785e-16],
])('the upper normal tail at %d is that of the tables', (z, tail) => {
  expect(normalTail(z) / tail).toBeCloseTo(1, 6);
});

it('the tail of a gamma law with a shape of 1/2 agrees with the tables of chi-square', () => {
  expect(gammaHalfTail(0)).toBe(1);
  expect(gammaHalfTail(3.841458820694124 / 2)).toBeCloseTo(0.05, 9);
});

it('the bounds of a small count agree with the tables', () => {
  expect(poissonBounds(0)).toMatchObject({ lower: 0 });
  expect(poissonBounds(0).upper).toBeCloseTo(2.9957, 3);
  expect(poissonBounds(10).lower).toBeCloseTo(5.4254, 3);
  expect(poissonBounds(10).upper).toBeCloseTo(16.9622, 3);
});

it('the bounds of a large count continue those of a small count', () => {
  const [few, many] = [poissonBounds(400), poissonBounds(401)];
  expect(many.lower - few.lower).toBeCloseTo(1, 0);
  expect(many.upper - few.upper).toBeCloseTo(1, 0);
});

it('solveFalling finds where a falling function reaches a level', () => {
  expect(solveFalling((x) => 1 / x, 0.25, 1, 100)).toBeCloseTo(4, 9);
});
