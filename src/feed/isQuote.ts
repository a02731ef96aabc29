import type { FeedUpdate, Tagged } from '../events.js';

/** Whether an update is a quote, not a gap or a status. For `filter(isQuote)`. */
export function isQuote<E>(update: FeedUpdate<E>): update is Tagged<E> {
  return update.kind === 'quote';
}
