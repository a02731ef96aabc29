import { expect } from 'vitest';
import type { QueueStats } from '../../operators/index.js';

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Fails unless every value received is accounted for. */
export function expectConserved(stats: QueueStats): void {
  const accounted = stats.emitted + stats.conflated + sum(stats.dropped) + sum(stats.rejected) + stats.inFlight;
  expect(accounted, `not conserved: ${JSON.stringify(stats)}`).toBe(stats.received);
}
