import type { ReportCost } from './report.js';
import { spreadCell } from './columns.js';

/** Costs as lines of a table; the first one is its head. */
export function costLines(costs: readonly ReportCost[]): readonly (readonly string[])[] {
  return [
    ['cost', 'measured', 'rounds'],
    ...costs.map(({ name, unit, rounds, spread }) => [name, `${spreadCell(spread, 2)} ${unit}`, String(rounds)]),
  ];
}
