/** The 32-bit FNV-1a hash of a text (offset basis and prime: draft-eastlake-fnv, section 5). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value;
}

/**
 * Numbers in [0, 1) that are the same in every run with the same seed: a Weyl sequence through the finalizer of
 * MurmurHash3. Good enough to move prices, and for nothing that has to be secret.
 */
export function seededRandom(seed: string): () => number {
  let state = hash(seed);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
}
