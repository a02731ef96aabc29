/**
 * Stores of quotes and of the connection's state for user interfaces: `subscribe` and `getSnapshot`.
 *
 * @packageDocumentation
 */
export { createQuoteStore } from './createQuoteStore.js';
export { createStateStore } from './createStateStore.js';
export { describe } from './describe.js';
// Also in the main entry. From here a page's first chunk gets it without the code of a feed, which it can load later.
export { isTradable } from '../feed/delivery/isTradable.js';
export type { Store } from './store.js';
