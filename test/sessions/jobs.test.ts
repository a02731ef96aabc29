import { expect, it } from 'vitest';
import { heldOutLaws } from './heldOutLaws.js';
import { jobsOf, lawsOf } from './jobs.js';
import { kinds } from './kinds.js';
import { laws } from './laws.js';
import { options } from './options.js';

it('a run has each kind of day under each law and under all of them, each with a seed of its own', () => {
  const jobs = jobsOf(options([]));
  expect(kinds.length).toBeGreaterThanOrEqual(30);
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  expect(jobs).toHaveLength(kinds.length * (laws.length + 1));
  expect(jobs.slice(0, 5).map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5]);
  expect(jobs.slice(0, 5).map((job) => lawsOf(job).length)).toEqual([1, 1, 1, 1, 4]);
});

it('held-out laws are in no other run', () => {
  const named = jobsOf(options([])).flatMap((job) => job.laws);
  for (const { name } of heldOutLaws) expect(named).not.toContain(name);
  expect(jobsOf(options(['--held-out'])).flatMap((job) => job.laws)).not.toContain(laws[0]!.name);
});

it('some days are chosen by name, and are then those of the whole run', () => {
  const [one, ...others] = jobsOf(options(['--only', '^SET dead, bursty']));
  expect(others).toEqual([]);
  expect(jobsOf(options([]))).toContainEqual(one);
  expect(jobsOf(options(['--only', 'Sunday']))).toEqual([]);
});

it('a quick run is part of the whole one', () => {
  const quick = jobsOf(options(['--quick']));
  expect(quick.length).toBeGreaterThan(0);
  const whole = jobsOf(options([]));
  for (const job of quick) expect(whole).toContainEqual(job);
});

it('refuses what is no number, and to write a part of the run into the documentation', () => {
  expect(options(['--seed', '7', '--json'])).toMatchObject({ seed: 7, json: true, quick: false, warmUp: 1 });
  expect(() => options(['--seed', 'x'])).toThrow('--seed is "x"');
  expect(() => options(['--write', '--quick'])).toThrow('--write needs the whole run');
});
