import { createSilenceJudge } from '../../src/feed/staleness/judge/createSilenceJudge.js';
import type { Learners } from './session.js';

/** Judges of the library itself. */
export const learners: Learners = { learned: createSilenceJudge };
