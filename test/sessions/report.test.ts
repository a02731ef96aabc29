import { describe, expect, it } from 'vitest';
import { options } from './options.js';
import type { DayRecord } from './record.js';
import { boundLines, pageOf, summary, tablesOf } from './report.js';
import { scoreOf } from './score.js';
import { at, hour } from './timetable.js';
import { sortsPerLaw } from './universe.js';

const symbolDays = Array.from({ length: sortsPerLaw }, () => 100);
const none = symbolDays.map(() => 0);

const day: DayRecord = {
  ...{ kind: 'normal', seed: 1, laws: ['poisson'], messages: 1, took: 1, expected: 0.5, judgesPools: true },
  symbolDays,
  openTime: symbolDays.map((days) => days * 5 * hour),
  deaths: [{ sort: 0, needs: 20_000, left: 3_600_000, leftOfPart: 3_600_000 }],
  outages: [
    { scope: 'feed', rate: 120, oracle: 300 },
    { scope: 'feed', rate: 12, oracle: null },
  ],
  judges: [
    {
      ...{ name: 'mine', falseMarks: none.with(0, 7), falseWhileNotOpen: 1, found: [31_000], undetectable: [false] },
      quietTime: none.with(0, 5 * hour),
      noticed: [9_000],
      outages: [
        { found: 4_000, named: true },
        { found: null, named: false },
      ],
      falseAlarms: [{ scope: 'partial', at: at(14, 3) }],
    },
  ],
};
const score = scoreOf('mine', [day]);

const lineOf = (text: string, start: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(start))
    ?.replaceAll(/ +/g, ' ');

it('a row has false marks, the part of quiet time, and delays with the delay of the oracle', () => {
  expect(lineOf(tablesOf(score), '| poisson, 5/s ')).toBe(
    '| poisson, 5/s | 100 | 7 | 70.00 | 131 | 1.00 % | 1 | 0 | 31.0 s | 31.0 s | 20.0 s | 1.55 | 0.45 |',
  );
});

it('outages below 100 messages a second have a table of their own, with "never" for those that no judge found', () => {
  const [, fast, slow] = tablesOf(score).split(/At .*100 messages a second.*:/);
  expect(lineOf(fast!, '| feed ')).toBe('| feed | poisson | 1 | 1 | 1 | 1 | 4.0 s | 4.0 s | 0.3 s | 0.3 s | – | – |');
  expect(lineOf(slow!, '| feed ')).toBe('| feed | poisson | 1 | 0 | 0 | 1 | never | never | never | never | – | – |');
});

it('a false alarm is shown with its day and its time', () => {
  expect(tablesOf(score)).toContain('False alarms: partial at 14:03 (normal, poisson)');
});

it('the summary has one line for each judge', () => {
  expect(lineOf(summary([score]), '| mine ')).toBe('| mine | 2,800 | 7 | 2.50 | 4.70 | 1 | 0.04 % | 0 | 0 | 1 |');
});

const bounds = [
  { name: 'a', must: true, asked: 'none', found: '0', holds: true },
  { name: 'b', must: true, asked: 'none', found: '2', holds: false },
  { name: 'c', must: false, asked: 'none', found: '3', holds: false },
];

it('a bound that must hold is printed as FAILED, and an aim as missed', () => {
  expect(
    boundLines(bounds)
      .split('\n')
      .map((line) => line.slice(0, 13)),
  ).toEqual(['ok     must a', 'FAILED must b', 'missed aim  c']);
});

describe('the page', () => {
  it('names the days and the command that writes it', () => {
    expect(pageOf(options(['--warm-up', '2']), 180, [score], ['mine'], bounds)).toContain(
      '180 judged days of 800 symbols, seeds from 1, each after 2 normal days to learn from; written by `npm run sessions -- --warm-up 2 --write`:',
    );
    expect(pageOf(options(['--seed', '200', '--held-out']), 1, [score], [], bounds)).toContain(
      '`npm run sessions -- --seed 200 --held-out --write`',
    );
  });

  it('has each bound with its result', () => {
    const page = pageOf(options([]), 180, [score], ['mine'], bounds);
    expect(lineOf(page, '| a ')).toBe('| a | must | none | 0 | yes |');
    expect(lineOf(page, '| c ')).toBe('| c | aim | none | 3 | **no** |');
  });

  it('has tables only of the judges under test', () => {
    const page = pageOf(options([]), 180, [score, { ...score, name: 'other' }], ['mine'], bounds);
    expect(page.match(/\| poisson, 5\/s /g)).toHaveLength(1);
    expect(page.match(/\| late /g)).toHaveLength(1);
    expect(page.match(/\| feed /g)).toHaveLength(1);
    expect(lineOf(page, '| other ')).toBeDefined();
  });

  it('of a feed with few symbols has neither habits nor outages', () => {
    const page = pageOf(options(['--symbols', '25']), 3, [score], ['mine'], bounds);
    expect(page).toContain('3 judged days of 25 symbols');
    expect(page).toContain('`npm run sessions -- --symbols 25 --write`');
    expect(lineOf(page, '| poisson, 5/s ')).toContain('31.0 s');
    expect(lineOf(page, '| a ')).toBeDefined();
    expect(page).not.toMatch(/\| (late|feed) /);
  });
});
