import type { MqttConnection } from '../../src/index.js';

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Fails unless every PUBLISH that a connection read is accounted for. */
export function expectAccounted(stats: ReturnType<MqttConnection['stats']>): void {
  const { received, emitted, notices, rejected, unclaimed, pending, inFlight } = stats;
  const waited = pending.conflated + sum(pending.dropped) + pending.inFlight;
  const accounted = emitted + notices + sum(rejected) + unclaimed + waited + inFlight;
  // Asked at every step, so without the cost of an assertion that holds.
  if (accounted !== received) throw new Error(`not accounted for: ${JSON.stringify(stats)}`);
}
