import { expect, it } from 'vitest';
import { kinds } from './kinds.js';
import { type Law, laws } from './laws.js';
import { Oracle, threshold } from './oracle.js';
import { planOf } from './plan.js';
import { seeded } from './random.js';
import { at } from './timetable.js';
import { TradingDay } from './tradingDay.js';
import { universe } from './universe.js';

const law = (name: string): Law => laws.find((one) => one.name === name)!;

it('the threshold of the oracle for a Poisson law solves e^-x · (1 + Λ - x) = 1/1000', () => {
  const x = threshold(law('poisson'), 90_000);
  expect(Math.exp(-x) * (1 + 90_000 - x)).toBeCloseTo(0.001, 9);
  // ln(9·10^7), less the few gaps that begin too late.
  expect(x).toBeCloseTo(Math.log(9e7), 3);
});

it('the threshold of the oracle for a lognormal law is the quantile of one gap in a thousand days', () => {
  const length = 1e6;
  const x = threshold(law('lognormal 1.0'), length);
  // The normal quantile of 1e-9 is 5.9978; the mean of the law is 1.
  expect(Math.log(x)).toBeCloseTo(5.9978 - 0.5, 2);
});

it('the oracle has no threshold when a whole day without a message is likelier than its budget', () => {
  expect(threshold(law('poisson'), 5)).toBe(Infinity);
  expect(threshold(law('poisson'), 12)).toBeLessThan(12);
});

it('the silence of a symbol does not grow for the oracle during the lunch', () => {
  const all = universe(1, [law('poisson')]);
  const day = new TradingDay(all, planOf(kinds[0]!, all, seeded('plan')), seeded('day'));
  const oracle = new Oracle(all, day);
  const flat = all.subjects.findIndex(
    ({ market, profile, rateClass }) => market === 'SET' && profile === 'flat' && rateClass === 3,
  );
  const { rate } = day.symbols[flat]!;
  const silence = (oracle.thresholds[flat]! / rate) * 1_000;
  expect(oracle.knowsAt(flat, at(11))).toBeCloseTo(at(11) + silence, 3);
  expect(oracle.knowsAt(flat, at(12, 30) - 60_000)).toBeCloseTo(at(14) + silence - 60_000, 3);
  expect(oracle.knowsAt(flat, at(16, 29))).toBe(Infinity);
});
