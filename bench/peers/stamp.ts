import process from 'node:process';

/*
 * A stamp is the time of sending, in µs of the monotonic clock that all processes of a machine share, written into a volume.
 * It is taken modulo 2^27 (134 s) and raised by 2^21, so that it always takes four bytes, as a volume of millions does.
 */
const range = 2 ** 27;
const lowest = 2 ** 21;

/** Bytes that a stamp takes in a payload. */
export const stampBytes = 4;

/**
 * The offset that turns `performance.now()` into µs of the shared clock. Only `process.hrtime()` has a base that processes
 * share, but it costs more. The process may be interrupted between two readings, so the closest of many counts.
 */
function calibrated(): number {
  let [closest, offset] = [Infinity, 0];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const before = performance.now();
    const shared = process.hrtime.bigint();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = Number(shared % BigInt(range * 1_000)) / 1_000 - before * 1_000;
  }
  return offset + range;
}

const base = calibrated();

/** The stamp of this moment. */
export function stampNow(): number {
  return lowest + (Math.floor(base + performance.now() * 1_000) % range);
}

/** µs from a stamp to now; negative for a stamp of the future, which only clocks that differ give. */
export function microsSince(stamp: number): number {
  return ((stampNow() - stamp + 1.5 * range) % range) - range / 2;
}

/** Writes a stamp as a varint of four bytes. */
export function writeStamp(bytes: Uint8Array, at: number, stamp: number): void {
  bytes[at] = (stamp & 0x7f) | 0x80;
  bytes[at + 1] = ((stamp >> 7) & 0x7f) | 0x80;
  bytes[at + 2] = ((stamp >> 14) & 0x7f) | 0x80;
  bytes[at + 3] = stamp >> 21;
}

/** Reads a stamp where its place is known. */
export function readStamp(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! & 0x7f) | ((bytes[at + 1]! & 0x7f) << 7) | ((bytes[at + 2]! & 0x7f) << 14) | (bytes[at + 3]! << 21)
  );
}
