import type { DataState } from '../../model/state.js';
import type { TopicKind } from '../../model/venue.js';
import type { FeedStats } from '../diagnostics/stats.js';

interface Counted {
  readonly decoder: { readonly kind: TopicKind };
  readonly state: DataState;
  readonly consumers: { readonly length: number };
}

function none(): Record<DataState, number> {
  return { awaiting: 0, live: 0, quiet: 0, suspect: 0, stale: 0, refused: 0 };
}

/**
 * Counts topics by state. A topic of another kind without a consumer is subscribed to only for its market, and does not
 * count.
 */
export function topicCounts(entries: Iterable<Counted>): Pick<FeedStats, 'topics' | 'otherTopics'> {
  const [topics, otherTopics] = [none(), none()];
  for (const { decoder, state, consumers } of entries) {
    if (decoder.kind === 'quote') topics[state] += 1;
    else if (consumers.length > 0) otherTopics[state] += 1;
  }
  return { topics, otherTopics };
}
