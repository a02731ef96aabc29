import type { DataState } from '../../model/state.js';

/**
 * What can happen to a topic.
 *
 * - `image`: a live image came
 * - `aged`: an image of unknown age came (retain flag, or first on subscribe)
 * - `missed`: something was surely or probably missed (link lost, stall, eviction)
 * - `lull`: nothing came for longer than is usual for it, the market being open; no fault
 * - `silent`: nothing came for longer than normal while the market is open or not known to be shut
 * - `refused`, `granted`: the broker answered the subscription
 */
export type Evidence = 'image' | 'aged' | 'missed' | 'lull' | 'silent' | 'refused' | 'granted';

/** Every state's successor under every evidence: only a live image makes live. */
export const transitions: Readonly<Record<DataState, Readonly<Record<Evidence, DataState>>>> = {
  awaiting: {
    image: 'live',
    aged: 'suspect',
    missed: 'awaiting',
    lull: 'awaiting',
    silent: 'awaiting',
    refused: 'refused',
    granted: 'awaiting',
  },
  live: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    lull: 'quiet',
    silent: 'stale',
    refused: 'refused',
    granted: 'live',
  },
  quiet: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    lull: 'quiet',
    silent: 'stale',
    refused: 'refused',
    granted: 'quiet',
  },
  suspect: {
    image: 'live',
    aged: 'suspect',
    missed: 'suspect',
    lull: 'suspect',
    silent: 'suspect',
    refused: 'refused',
    granted: 'suspect',
  },
  stale: {
    image: 'live',
    aged: 'stale',
    missed: 'suspect',
    lull: 'stale',
    silent: 'stale',
    refused: 'refused',
    granted: 'stale',
  },
  // Granted again, an old image is still of before the refusal; without one there is nothing to doubt.
  refused: {
    image: 'live',
    aged: 'suspect',
    missed: 'refused',
    lull: 'refused',
    silent: 'refused',
    refused: 'refused',
    granted: 'suspect',
  },
};

/** The state after `evidence`. A topic without an image can't be suspect: it awaits one. */
export function nextState(state: DataState, evidence: Evidence, hasImage: boolean): DataState {
  const next = transitions[state][evidence];
  return next === 'suspect' && !hasImage ? 'awaiting' : next;
}
