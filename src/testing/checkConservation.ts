import { type FeedStats, isConserved } from '../feed/diagnostics/stats.js';

/**
 * Throws unless every PUBLISH that a feed has read is accounted for. It can be called anywhere, also inside callbacks.
 *
 * @throws Error with every count
 * @since 0.1.0
 */
export function checkConservation(stats: FeedStats): void {
  if (isConserved(stats)) return;
  const { received, emitted, conflated, dropped, rejected, unclaimed, inFlight } = stats;
  const counts = JSON.stringify({ emitted, conflated, dropped, rejected, unclaimed, inFlight });
  throw new Error(`not conserved: ${String(received)} received, but ${counts}`);
}
