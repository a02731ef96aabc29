/**
 * The quotes of one feed for many readers, through a broker of yours.
 *
 * @packageDocumentation
 */
export { relayVenue, type RelayVenueConfig } from './relayVenue.js';
