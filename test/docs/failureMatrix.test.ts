import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rows } from '../faults/rows/rows.js';
import { tableUnder } from '../support/markdownTable.js';

const written = tableUnder(readFileSync('docs/failure-matrix.md', 'utf8'), 'A full run');

it('the failure matrix in the documentation is of the rows there are: npm run faults -- --write', () => {
  const promised = rows.map(({ fault, brokers, expect: reported }) => [fault, brokers.join(' / '), reported]);
  expect(written.map(([fault, brokers, reported]) => [fault, brokers, reported])).toEqual(promised);
});

it('every row of it was ok', () => {
  expect(written.filter((cells) => cells.at(-1) !== 'ok')).toEqual([]);
});

it('no two rows have a name in common', () => {
  expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length);
});
