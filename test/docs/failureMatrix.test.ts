import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rows } from '../faults/rows/rows.js';
import { tableUnder } from '../support/markdownTable.js';

const written = tableUnder(readFileSync('docs/failure-matrix.md', 'utf8'), 'A full run');

it('the failure matrix in the documentation has the present rows: npm run faults -- --write', () => {
  const promised = rows.map(({ fault, brokers, expect: reported }) => [fault, brokers.join(' / '), reported]);
  expect(written.map(([fault, brokers, reported]) => [fault, brokers, reported])).toEqual(promised);
});

it('every row of the failure matrix is ok', () => {
  expect(written.filter((cells) => cells.at(-1) !== 'ok')).toEqual([]);
});

it('the rows of the failure matrix have different names', () => {
  expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length);
});
