import { createSilenceJudge } from '../../src/feed/silence/createSilenceJudge.js';
import type { Learners } from './session.js';

/** Judges of the library itself. */
export const learners: Learners = { learned: createSilenceJudge };
