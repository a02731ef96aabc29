/**
 * What is wrong with a feed, why, and what to do.
 *
 * @packageDocumentation
 */
export { type Evidence, type PlaybookEntry, playbookEntries } from './entries.js';
export { type Finding, findings } from './findings.js';
export { type QueueSizing, sizing } from './sizing.js';
