import { missing } from './missing.js';
import { byTopic, type Records, type Said, type Sent } from './record.js';

/** How long a topic may go on saying `live` after an image of it was lost, in ms. */
const GRACE = 1_000;

/** Whether a topic went on being live, the image lost, without a word of doubt in between. */
function isHidden({ at }: Sent, told: readonly Said[], end = -Infinity): boolean {
  const before = told.findLast((one) => one.at <= at);
  // A consumer that has seen no live image yet is not misled.
  if (before?.state !== 'live') return false;
  for (const said of told) {
    if (said.at <= at) continue;
    if (said.state !== 'live') return false;
    if (said.at > at + GRACE) return true;
  }
  // Nothing more was said: what was said last is still said in the end.
  return end > at + GRACE;
}

/** Missing images whose topic said `live` later than a second after the loss, as if nothing had been. */
export function unmarked(records: Records): readonly Sent[] {
  const told = byTopic(records.said);
  return missing(records).filter((lost) => isHidden(lost, told.get(lost.topic) ?? [], records.end));
}
