import type { QueueSnapshot } from '../../operators/index.js';

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Fails unless every value received is accounted for. */
export function expectConserved(stats: QueueSnapshot): void {
  const accounted = stats.emitted + stats.conflated + sum(stats.dropped) + sum(stats.rejected) + stats.inFlight;
  // Asked at every step of long runs, so without the cost of an assertion that holds.
  if (accounted !== stats.received) throw new Error(`not conserved: ${JSON.stringify(stats)}`);
}
