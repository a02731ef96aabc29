import type { DataState } from '../../model/state.js';

/**
 * The events that can change the state of a topic.
 *
 * - `image`: a live image came
 * - `aged`: an image of unknown age came (retain flag, or first on subscribe)
 * - `missed`: something was surely or probably missed (link lost, stall, eviction)
 * - `quiet`: nothing came for longer than is usual for the topic, in an open market; no fault
 * - `silent`: nothing came for longer than is normal, in a market that is open or unknown
 * - `refused`, `granted`: the broker answered the subscription
 */
export type Evidence = 'image' | 'aged' | 'missed' | 'quiet' | 'silent' | 'refused' | 'granted';

/** The next state for every state and evidence: only a live image makes a topic `live`. */
export const transitions: Readonly<Record<DataState, Readonly<Record<Evidence, DataState>>>> = {
  awaiting: {
    image: 'live',
    aged: 'suspect',
    missed: 'awaiting',
    quiet: 'awaiting',
    silent: 'awaiting',
    refused: 'refused',
    granted: 'awaiting',
  },
  live: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    quiet: 'quiet',
    silent: 'stale',
    refused: 'refused',
    granted: 'live',
  },
  quiet: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    quiet: 'quiet',
    silent: 'stale',
    refused: 'refused',
    granted: 'quiet',
  },
  suspect: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    quiet: 'suspect',
    silent: 'suspect',
    refused: 'refused',
    granted: 'suspect',
  },
  stale: {
    image: 'live',
    aged: 'stale',
    missed: 'suspect',
    quiet: 'stale',
    silent: 'stale',
    refused: 'refused',
    granted: 'stale',
  },
  // After a new grant the last image is still from before the refusal. Without an image the topic is `awaiting`: see `nextState`.
  refused: {
    image: 'live',
    aged: 'suspect',
    missed: 'refused',
    quiet: 'refused',
    silent: 'refused',
    refused: 'refused',
    granted: 'suspect',
  },
};

/** The state after `evidence`. A topic without an image is never `suspect`, but `awaiting`. */
export function nextState(state: DataState, evidence: Evidence, hasImage: boolean): DataState {
  const next = transitions[state][evidence];
  return next === 'suspect' && !hasImage ? 'awaiting' : next;
}
