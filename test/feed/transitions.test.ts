import { expect, test } from 'vitest';
import { type OwnEvidence, nextState, transitions } from '../../src/feed/trust/transitions.js';
import type { DataState } from '../../src/model/state.js';

const evidence: readonly OwnEvidence[] = ['image', 'aged', 'missed', 'quiet', 'silent', 'refused', 'granted'];

/** Rows are states, columns the evidence above; of a topic that has an image. */
const table: Readonly<Record<DataState, readonly DataState[]>> = {
  awaiting: ['live', 'suspect', 'awaiting', 'awaiting', 'awaiting', 'refused', 'awaiting'],
  live: ['live', 'suspect', 'suspect', 'quiet', 'stale', 'refused', 'live'],
  quiet: ['live', 'suspect', 'suspect', 'quiet', 'stale', 'refused', 'quiet'],
  suspect: ['live', 'suspect', 'suspect', 'suspect', 'suspect', 'refused', 'suspect'],
  stale: ['live', 'stale', 'suspect', 'stale', 'stale', 'refused', 'stale'],
  refused: ['live', 'suspect', 'refused', 'refused', 'refused', 'refused', 'suspect'],
};
const states = Object.keys(table) as DataState[];

test.each(states)('every evidence leads from %s to the state in the table', (state) => {
  expect(evidence.map((one) => nextState(state, one, true))).toEqual(table[state]);
  expect(Object.keys(transitions[state])).toHaveLength(evidence.length);
});

test('only a live image makes a topic live', () => {
  for (const state of states) {
    for (const one of evidence) {
      const becomesLive = state !== 'live' && nextState(state, one, true) === 'live';
      expect(becomesLive).toBe(state !== 'live' && one === 'image');
    }
  }
});

test('a topic without an image becomes live, suspect or stale only by an image', () => {
  for (const state of ['awaiting', 'refused'] as const) {
    for (const one of evidence.filter((it) => it !== 'image')) {
      expect(['awaiting', 'refused']).toContain(nextState(state, one, false));
    }
  }
});
