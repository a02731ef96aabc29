import type { Calendar } from './model/venue.js';

/**
 * A calendar in which every market is open at any time: for markets that never close, for tests and simulations.
 *
 * With it every live price is tradable, also on a holiday and in a halt, unless the feed reports another market state.
 * A venue uses it only if you pass it.
 *
 * @since 0.1.0
 */
export const alwaysOpen: Calendar = { at: () => ({ market: 'open' }) };
