import type { StateReason } from '../diagnostics/topicExplanation.js';
import type { DataState } from '../../model/state.js';

/** The events that can change the state of a topic. */
export type Evidence = StateReason['evidence'];

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
  // After a new grant the last image is still the one from before the refusal. Without an image the topic is
  // `awaiting`: see `nextState`.
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
