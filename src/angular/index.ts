/**
 * A feed in an Angular application: providers and signals. Nothing connects on a server.
 *
 * @packageDocumentation
 */
export { feedStateSignal } from './feedStateSignal.js';
export { injectQuoteFeed } from './injectQuoteFeed.js';
export type { SignalOptions } from './injectorFor.js';
export { type AnyQuoteFeed, provideQuoteFeed, type QuoteFeedSource } from './provideQuoteFeed.js';
export { quoteSignal } from './quoteSignal.js';
export { quotesSignal } from './quotesSignal.js';
