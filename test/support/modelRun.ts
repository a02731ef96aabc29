const given = process.env['RXQ_SEED'];

/** Set by the config of `npm run models`: machines run in full. Elsewhere a tenth of them, or less, with other seeds. */
export const inFull: boolean = process.env['RXQ_MODELS'] === 'full';

/**
 * The seeds of a machine: `count` of them from `first` on in full, else a tenth as many (at least one) from a thousand
 * further on. With `RXQ_SEED` set, only that seed, to repeat a failure.
 */
export function seedsFrom(first: number, count: number): readonly number[] {
  if (given !== undefined) return [Number(given)];
  const [from, length] = inFull ? [first, count] : [first + 1_000, Math.max(1, Math.floor(count / 10))];
  return Array.from({ length }, (_, index) => from + index);
}
