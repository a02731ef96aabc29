/**
 * Finds the problems of a feed, their causes and remedies.
 *
 * @packageDocumentation
 */
export { type FindingChange, findings$ } from './findingChanges.js';
export { type Finding, findings } from './findings.js';
export { type QueueSizing, sizing } from './sizing.js';
export type { ObservedFeed } from './snapshot.js';
