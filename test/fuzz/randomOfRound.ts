import { seededRandom } from '../support/seededRandom.js';

/** The numbers of a round, which don't depend on the rounds before it. */
export function randomOfRound(seed: number, round: number): () => number {
  return seededRandom(Math.imul(seed + 1, 0x9e3779b1) + round);
}
