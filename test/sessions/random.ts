/** Numbers in (0, 1), each of 53 bits. */
export type Random = () => number;

/** A generator of its own (small fast counter, 32 bits), seeded by words: the same words, the same numbers. */
export function seeded(...words: readonly (string | number)[]): Random {
  // FNV-1a of the words, four times over with different ends.
  const hash = (end: string): number => {
    let state = 0x811c9dc5;
    for (const char of `${words.join('/')}#${end}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
    return state;
  };
  let [a, b, c, counter] = [hash('a'), hash('b'), hash('c'), 1];
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 16; round += 1) word();
  // The half keeps 0 out: what is drawn goes into logarithms.
  return () => ((word() >>> 5) * 0x4000000 + (word() >>> 6) + 0.5) / 0x20000000000000;
}

/** A whole number in [0, below). */
export function pick(random: Random, below: number): number {
  return Math.min(below - 1, Math.floor(random() * below));
}

/** `count` of the elements, in an order of chance. */
export function sample<T>(random: Random, elements: readonly T[], count: number): readonly T[] {
  const rest = [...elements];
  const chosen: T[] = [];
  while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(pick(random, rest.length), 1));
  return chosen;
}
