import { onGrid } from './tickTable.js';
import { seededRandom } from './seededRandom.js';

/** Names and round prices in baht that look like those of the exchange, but are from no particular date. */
const known: Readonly<Record<string, number>> = {
  AOT: 62,
  PTT: 32,
  CPALL: 58,
  KBANK: 140,
  ADVANC: 240,
  SCB: 105,
  BBL: 150,
  GULF: 48,
  DELTA: 96,
  PTTEP: 148,
  SCC: 230,
  BDMS: 27,
  TRUE: 10.6,
  KTB: 18.2,
  CPN: 61,
  MINT: 28.5,
  HMPRO: 9.4,
  IVL: 22.4,
  BANPU: 5.6,
  LH: 4.9,
  TTB: 1.91,
  'S & J': 44,
};

/** The most symbols of a venue: about as many as the exchange has. */
export const mostSymbols = 800;

/** The given number of symbols: known names first, then SIM023, SIM024 and so on. */
export function defaultSymbols(count: number): readonly string[] {
  const names = Object.keys(known).slice(0, count);
  while (names.length < count) names.push(`SIM${String(names.length + 1).padStart(3, '0')}`);
  return names;
}

/** The last close of a symbol, in satang. For an unknown name it is between 1 and 600 baht, computed from the name. */
export function referencePrice(symbol: string): number {
  const baht = known[symbol] ?? 600 ** seededRandom(symbol)();
  return onGrid(Math.round(baht * 100));
}
