import { expect, it } from 'vitest';
import { heldOutLaws } from './heldOutLaws.js';
import { type Job, jobsOf, lawsOf } from './jobs.js';
import { kinds } from './kinds.js';
import { laws } from './laws.js';
import { options } from './options.js';

type Day = readonly [kind: string, laws: string, seed: number];

const daysOf = (jobs: readonly Job[]): readonly Day[] =>
  jobs.flatMap(({ kinds: names, laws: among, seed }) => names.map((kind): Day => [kind, String(among), seed]));

it('a run has each kind of day under each law and under all of them, and with each of five seeds', () => {
  const jobs = jobsOf(options([]));
  const days = daysOf(jobs);
  expect(kinds.length).toBeGreaterThanOrEqual(30);
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  expect(days).toHaveLength(kinds.length * (laws.length + 1));
  for (const { name } of kinds) {
    const own = days.filter(([kind]) => kind === name);
    expect(new Set(own.map(([, among]) => among)).size).toBe(laws.length + 1);
    expect(own.map(([, , seed]) => seed).sort()).toEqual([1, 2, 3, 4, 5]);
  }
  expect(new Set(jobs.map((job) => lawsOf(job).length))).toEqual(new Set([1, 4]));
});

it('a run has held-out laws only with --held-out', () => {
  const named = jobsOf(options([])).flatMap((job) => job.laws);
  for (const { name } of heldOutLaws) expect(named).not.toContain(name);
  expect(jobsOf(options(['--held-out'])).flatMap((job) => job.laws)).not.toContain(laws[0]!.name);
});

it('--only selects days of the whole run by name', () => {
  const [one, ...others] = daysOf(jobsOf(options(['--only', '^SET dead, bursty'])));
  expect(others).toEqual([]);
  expect(daysOf(jobsOf(options([])))).toContainEqual(one);
  expect(jobsOf(options(['--only', 'Sunday']))).toEqual([]);
});

it('a quick run is part of the whole one', () => {
  const quick = daysOf(jobsOf(options(['--quick'])));
  expect(quick.length).toBeGreaterThan(0);
  const whole = daysOf(jobsOf(options([])));
  for (const day of quick) expect(whole).toContainEqual(day);
});

it('a wrong number, or --write with a part of the run, is an error that names the option', () => {
  expect(options(['--seed', '7', '--json'])).toMatchObject({ seed: 7, json: true, quick: false, warmUp: 5 });
  expect(() => options(['--seed', 'x'])).toThrow('--seed is "x"');
  expect(() => options(['--symbols', '6'])).toThrow('--symbols is "6": pass a whole number, 7 to 800');
  expect(() => options(['--write', '--quick'])).toThrow('--write needs the whole run');
});
