import type { PlaybookEntry } from './entry.js';
import { capacityFor, isOutOfRoom } from './sizing.js';

/** Wildcards that bring more topics than there is room for. */
export const wildcardEntry: PlaybookEntry = {
  code: 'RXP_TOPICS_EVICTED',
  section: 'data',
  severity: 'warning',
  roots: [],
  symptom: ({ stats }) => {
    const { room, evicted } = stats.wildcards;
    return isOutOfRoom(stats)
      ? `wildcards bring more topics than the ${String(room)} there is room for: a topic made room for another ${String(evicted)} times since the feed was made, and each is suspect until its next image`
      : undefined;
  },
  fixes: ({ stats }) => {
    const capacity = `capacity: ${String(capacityFor(stats))}`;
    return [
      `pass quoteFeed({ ${capacity} }), or call tune({ ${capacity} }) while the feed runs; a topic takes about 5 kB of memory`,
      'subscribe to the symbols that you need by name, or to a narrower wildcard',
    ];
  },
};
