import type { JudgedBound } from '../bounds.js';
import { shown } from './columns.js';

/** A value of a bound with its unit: two decimals, or as many as a value below 0.1 needs to differ from 0. */
function valueOf(value: number, unit: JudgedBound['unit']): string {
  const digits = value !== 0 && Math.abs(value) < 0.1 ? 4 : 2;
  return `${shown(value, digits)}${unit === '' ? '' : ` ${unit}`}`;
}

/** Bounds as lines of a table; the first one is its head. */
export function boundLines(bounds: readonly JudgedBound[]): readonly (readonly string[])[] {
  return [
    ['what', 'bound', 'stretch', 'measured', 'at default staleness', ''],
    ...bounds.map(({ what, sense, bound, stretch, unit, value, holds, byDefault }) => {
      const sign = sense === 'at most' ? '≤' : '≥';
      return [
        what,
        ...[bound, stretch].map((limit) => `${sign} ${String(limit)}${unit === '' ? '' : ` ${unit}`}`),
        valueOf(value, unit),
        byDefault === undefined ? '–' : valueOf(byDefault, unit),
        holds ? 'holds' : 'misses',
      ];
    }),
  ];
}
