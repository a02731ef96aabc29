/**
 * What is wrong with a feed, why, and what to do.
 *
 * @packageDocumentation
 */
export { playbookEntries } from './entries.js';
export type { Evidence, PlaybookEntry } from './entry.js';
export { type Finding, findings } from './findings.js';
export { type QueueSizing, sizing } from './sizing.js';
