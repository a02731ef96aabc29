import { printable } from '../terminal/cells.js';
import { hang } from './hang.js';
import type { Advice } from './advice.js';

/** A problem and its remedies as lines of a width; nothing is cut. */
export function adviceText({ code, symptom, fixes, doc }: Advice, width: number): readonly string[] {
  return [
    ...hang(code === undefined ? '' : `${code}  `, printable(symptom), width),
    ...fixes.flatMap((fix) => hang('  → ', printable(fix), width)),
    ...(doc === undefined ? [] : hang('    ', doc, width)),
  ];
}
