const utf8 = new TextEncoder();

/** FNV-1a of 32 bits: its offset basis and its prime. */
const OFFSET = 2_166_136_261;
const PRIME = 16_777_619;

/** The relay of a symbol among `count` relays, from 1: FNV-1a (32 bits) of its UTF-8 bytes, modulo `count`, plus 1. */
export function shardOf(symbol: string, count: number): number {
  let hash = OFFSET;
  for (const byte of utf8.encode(symbol)) hash = Math.imul(hash ^ byte, PRIME);
  return ((hash >>> 0) % count) + 1;
}
