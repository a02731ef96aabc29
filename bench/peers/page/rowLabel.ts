import type { Report, ReportRow } from './report.js';

/** A receiver as the page calls it: its name, with the commit where it is not the present one. */
export function rowLabel({ before }: Pick<Report, 'before'>, row: ReportRow): string {
  return row.before && before !== undefined ? `${row.receiver} at ${before}` : row.receiver;
}
