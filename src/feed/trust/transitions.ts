import type { StateReason } from '../diagnostics/topicExplanation.js';
import type { DataState } from '../../model/state.js';

/** The events that can change the state of a topic. */
export type Evidence = StateReason['evidence'];

/** The events of this feed. The state that a relay gives is no event of this feed, and needs no table. */
export type OwnEvidence = Exclude<Evidence, 'relayed'>;

/** The next state for every state and evidence: only a live image makes a topic `live`. */
export const transitions: Readonly<Record<DataState, Readonly<Record<OwnEvidence, DataState>>>> = {
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
export function nextState(state: DataState, evidence: OwnEvidence, hasImage: boolean): DataState {
  const next = transitions[state][evidence];
  return next === 'suspect' && !hasImage ? 'awaiting' : next;
}

/**
 * The state of a topic by its relay: the state that the quote has in the feed behind the relay, while the relay vouches for it.
 *
 * @param doubt - why no relay vouches for it; `undefined` if one does
 */
export function relayedState(relayed: DataState, doubt: string | undefined, hasImage: boolean): DataState {
  const state = doubt === undefined ? relayed : 'suspect';
  return state === 'suspect' && !hasImage ? 'awaiting' : state;
}
