import { type SimulatedVenueConfig, startSimulatedVenue } from '../../../src/testing/index.js';
import { type Far, numbering, symbolNames } from './far.js';

/** The venue announces each symbol when it starts: that image is the first. */
const FIRST = 2;

/** The simulated venue, which sends nothing of itself. */
export async function simulatedFar(count: number, config: SimulatedVenueConfig): Promise<Far> {
  const symbols = symbolNames(count);
  const venue = await startSimulatedVenue({ ...config, symbols, rate: 0 });
  const next = numbering(FIRST);
  return {
    url: venue.tcpUrl,
    login: {},
    symbols,
    venue,
    publish: (symbol) => {
      venue.publish(symbol);
      return next(symbol);
    },
    stop: () => venue.stop(),
  };
}
