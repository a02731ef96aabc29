/**
 * Stores of quotes and of the connection's state for user interfaces: `subscribe` and `getSnapshot`.
 *
 * @packageDocumentation
 */
export { createQuoteStore } from './createQuoteStore.js';
export { createStateStore } from './createStateStore.js';
export { describe } from './describe.js';
export type { Store } from './store.js';
