/**
 * The state of one topic's data.
 *
 * - `awaiting`: subscribed, no image received yet
 * - `live`: its last image came on the present connection, in order and in time
 * - `quiet`: silent, and that is normal for this symbol
 * - `suspect`: images were or may have been missed, until the next live image
 * - `stale`: silent for longer than normal while its market is open or of unknown state
 * - `refused`: the broker refused the subscription
 */
export type DataState = 'awaiting' | 'live' | 'quiet' | 'suspect' | 'stale' | 'refused';

/** The state of a symbol's market, from the feed's own status or else the venue's calendar. */
export type MarketState = 'open' | 'auction' | 'halted' | 'closed' | 'unknown';
