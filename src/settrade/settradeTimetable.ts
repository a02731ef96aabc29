/** The timetable of a symbol: SET's, TFEX's, or that of TFEX with a night session. */
export type SettradeTimetable = 'SET' | 'TFEX' | 'TFEX_NIGHT';

/**
 * A series of TFEX: product, month and year, twice in a combined series (S50Z26H27), a strike for options (S50Z26C900).
 * Years before 2025 don't match: depositary receipts on SET end in their issuer's number, 01 to 24 and 80 (NFLX80,
 * UNH19), and many would look like a series.
 */
const series = /^([A-Z]+?\d*?)(?:[FGHJKMNQUVXZ](?:2[5-9]|[3-7]\d))+(?:[CP]\d+(?:\.\d+)?)?$/;

/**
 * Products traded at night. Gold (GF, GF10, GO, GD): TFEX, 17 February 2020. The dollar and silver are assumed: a wrong
 * night session is reported as silence, but a missing one would hide silence.
 */
const atNight: ReadonlySet<string> = new Set(['GF', 'GF10', 'GO', 'GD', 'USD', 'SVF']);

/** The timetable of a symbol, by the form of its name only. */
export function settradeTimetable(symbol: string): SettradeTimetable {
  const product = series.exec(symbol.toUpperCase())?.[1];
  if (product === undefined) return 'SET';
  return atNight.has(product) ? 'TFEX_NIGHT' : 'TFEX';
}
