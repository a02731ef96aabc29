import type { Calendar } from './model/venue.js';

/**
 * A calendar that says that every market is open, at any time: for markets that never close, for tests and simulations.
 *
 * With it every live price is tradable, on a holiday and in a halt too, unless a message of the feed says otherwise. A venue
 * uses it only where it is passed.
 *
 * @since 0.1.0
 */
export const alwaysOpen: Calendar = { at: () => ({ market: 'open' }) };
