import type { Calendar } from './venue.js';

/**
 * A calendar that says that every market is open, at any time: for markets that never close, for tests and simulations.
 *
 * Until the feed itself says otherwise, every live price is tradable with it, on a holiday and in a halt too. No venue uses
 * it unless it is passed.
 *
 * @since 0.1.0
 */
export const alwaysOpen: Calendar = { at: () => ({ market: 'open' }) };
