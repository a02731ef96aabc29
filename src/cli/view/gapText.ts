import type { Gap } from '../../model/gap.js';
import { counted, seconds } from './figures.js';

/** Explains a gap to a user who looks at prices. */
export function gapText({ phase, cause, fromEpoch, toEpoch, lostAt, recoveredAt = lostAt, topics }: Gap): string {
  return phase === 'open'
    ? `GAP OPEN (${cause}): from epoch ${String(fromEpoch)} on, images of ${counted(topics.length, 'topic')} may be missing`
    : `GAP CLOSED (${cause}): epoch ${String(toEpoch)} after ${seconds(recoveredAt - lostAt)}; each symbol recovers with its next image`;
}
