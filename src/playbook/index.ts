/**
 * Finds the problems of a feed, their causes and remedies.
 *
 * @packageDocumentation
 */
export { playbookEntries } from './entries.js';
export type { Evidence, PlaybookEntry } from './entry.js';
export { type Finding, findings } from './findings.js';
export { type QueueSizing, sizing } from './sizing.js';
