import { expect, it } from 'vitest';
import { options } from './options.js';
import type { DayRecord } from './record.js';
import { boundLines, pageOf, smallPageOf, summary, tablesOf } from './report.js';
import { scoreOf } from './score.js';
import { at } from './timetable.js';
import { sortsPerLaw } from './universe.js';

const symbolDays = Array.from({ length: sortsPerLaw }, () => 100);
const none = symbolDays.map(() => 0);

const day: DayRecord = {
  ...{ kind: 'normal', seed: 1, laws: ['poisson'], messages: 1, took: 1, expected: 0.5, judgesPools: true },
  symbolDays,
  deaths: [{ sort: 0, needs: 20_000, left: 3_600_000, leftOfPart: 3_600_000 }],
  outages: [
    { scope: 'feed', rate: 120, oracle: 300 },
    { scope: 'feed', rate: 12, oracle: null },
  ],
  judges: [
    {
      ...{ name: 'mine', falseMarks: none.with(0, 7), falseWhileNotOpen: 1, found: [31_000], undetectable: [false] },
      outages: [
        { found: 4_000, named: true },
        { found: null, named: false },
      ],
      falseAlarms: [{ scope: 'share', at: at(14, 3), open: true }],
    },
  ],
};
const score = scoreOf('mine', [day]);

const lineOf = (text: string, start: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(start))
    ?.replaceAll(/ +/g, ' ');

it('a row has its false marks, and its delays beside those of the oracle', () => {
  expect(lineOf(tablesOf(score), '| poisson ')).toBe(
    '| poisson | 2,800 | 7 | 2.50 | 4.70 | 1 | 0 | 31.0 s | 31.0 s | 31.0 s | 20.0 s | 20.0 s | 20.0 s | 1.55 |',
  );
});

it('outages are apart by how much was heard before; what was never found is said so', () => {
  const [, fast, slow] = tablesOf(score).split(/At .*100 messages a second.*:/);
  expect(lineOf(fast!, '| feed ')).toBe('| feed | poisson | 1 | 1 | 1 | 4.0 s | 4.0 s | 0.3 s | 0.3 s | 1 | – | – |');
  expect(lineOf(slow!, '| feed ')).toBe('| feed | poisson | 1 | 0 | 0 | never | never | never | never | 1 | – | – |');
});

it('a false alarm is told with its day and its time', () => {
  expect(tablesOf(score)).toContain('False alarms: share at 14:03 (normal, poisson)');
});

it('each judge has a line', () => {
  expect(lineOf(summary([score]), '| mine ')).toBe('| mine | 2,800 | 7 | 2.50 | 4.70 | 1 | 1 | 0 |');
});

it('bounds that are broken stand out, and the documentation has them', () => {
  const bounds = [
    { name: 'a', found: '1', holds: true },
    { name: 'b', found: '2', holds: false },
  ];
  expect(
    boundLines(bounds)
      .split('\n')
      .map((line) => line.slice(0, 8)),
  ).toEqual(['ok     a', 'FAILED b']);
  const page = pageOf(options(['--warm-up', '2']), 180, [score], ['mine'], bounds);
  expect(page).toContain('180 judged days of 800 symbols, seeds from 1, each after 2 normal days');
  expect(page).toContain("Of 2 bounds 1 don't hold:");
  expect(lineOf(page, '| b ')).toBe('| b | 2 |');
  expect(pageOf(options([]), 1, [score], [], bounds.slice(0, 1))).toContain('Of 1 bounds all hold.');
});

it('of a feed with few symbols the documentation has its delays, and how to see all', () => {
  const page = smallPageOf(options(['--symbols', '25']), 3, [score], ['mine']);
  expect(page).toContain(
    '3 judged days of 25 symbols, seeds from 1, each after 5 normal days to learn from; written by `npm run sessions -- --symbols 25 --write`:',
  );
  expect(lineOf(page, '| poisson, 5/s ')).toContain('31.0 s');
});
