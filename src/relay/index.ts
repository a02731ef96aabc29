/**
 * The quotes of one feed for many readers, through a broker of yours.
 *
 * @packageDocumentation
 */
export { RelayReplaced } from './relayReplaced.js';
export type { Relay, RelayConfig, RelayStats } from './relayTypes.js';
export { relayVenue, type RelayVenueConfig } from './relayVenue.js';
export { startRelay } from './startRelay.js';
