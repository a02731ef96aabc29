import { guardRows, type GuardRow } from './guardRows.js';

/** A cost over that of a reference in the same run, by row. */
export type Ratios = Readonly<Partial<Record<GuardRow, number>>>;

/** A ratio may be worse than the committed one by this fraction. */
export const tolerance = 0.3;

/** A row that was worse than the committed ratio allows, twice. */
export interface Failure {
  readonly row: GuardRow;
  readonly committed: number;
  /** Both measurements. */
  readonly measured: readonly [number, number];
}

/** Measures rows; the ratio of each. */
export type Measure = (rows: readonly GuardRow[]) => Promise<Ratios>;

function ratioOf(ratios: Ratios, row: GuardRow, where: string): number {
  const ratio = ratios[row];
  if (ratio === undefined) {
    throw new Error(`${where} has no ratio for "${row}": run \`npm run bench:guard -- --write\``);
  }
  return ratio;
}

/** Measures rows, and measures once more those that are worse than committed; the rows that are worse both times. */
export async function judge(
  committed: Ratios,
  rows: readonly GuardRow[],
  measure: Measure,
): Promise<readonly Failure[]> {
  const limits = new Map(rows.map((row) => [row, ratioOf(committed, row, 'bench/guard.json') * (1 + tolerance)]));
  const worse = (ratios: Ratios, among: readonly GuardRow[]): GuardRow[] =>
    among.filter((row) => ratioOf(ratios, row, 'the measurement') > limits.get(row)!);
  const first = await measure(rows);
  const suspects = worse(first, rows);
  if (suspects.length === 0) return [];
  const second = await measure(suspects);
  return worse(second, suspects).map((row) => ({
    row,
    committed: committed[row]!,
    measured: [first[row]!, second[row]!],
  }));
}

/** The text of a failure: the row, its figures, and the remedy. */
export function failureText({ row, committed, measured }: Failure): string {
  const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
  return [
    `${row} takes ${measured.map(times).join(' and ')} in two measurements.`,
    `It is ${guardRows[row]}.`,
    `bench/guard.json has ${times(committed)}, so that up to ${times(committed * (1 + tolerance))} are allowed.`,
    'Find what has changed by `npm run bench profile` before and after.',
    'If the cost is meant, run `npm run bench:guard -- --write` and give the reason in the commit message.',
  ].join(' ');
}
