import { missing } from './missing.js';
import { byTopic, type Records, type Said, type Sent } from './record.js';

/** How long a topic may go on saying `live` after an image of it was lost, in ms. */
const GRACE = 1_000;

/** Whether a topic went on being live, the image lost, without a word of doubt in between. */
function isHidden({ at }: Sent, reported: readonly Said[], end = -Infinity): boolean {
  const before = reported.findLast((one) => one.at <= at);
  // A consumer without a live image so far is not misled.
  if (before?.state !== 'live') return false;
  for (const said of reported) {
    if (said.at <= at) continue;
    if (said.state !== 'live') return false;
    if (said.at > at + GRACE) return true;
  }
  // No further update came, so the last one still holds at the end.
  return end > at + GRACE;
}

/** Missing images whose topic said `live` later than a second after the loss, as if nothing had been. */
export function unmarked(records: Records): readonly Sent[] {
  const reported = byTopic(records.said);
  return missing(records).filter((lost) => isHidden(lost, reported.get(lost.topic) ?? [], records.end));
}
