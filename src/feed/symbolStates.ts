import type { SymbolState } from './feedTypes.js';
import type { TopicEntry } from './topicBook.js';

/** What is known of each symbol's quotes at a monotonic time. */
export function symbolStates<E>(entries: Iterable<TopicEntry<E>>, now: number): SymbolState[] {
  const states: SymbolState[] = [];
  for (const { decoder, symbol, state, market, image } of entries) {
    if (decoder.kind !== 'quote' || symbol === undefined) continue;
    states.push({ symbol, state, market, ...(image === undefined ? {} : { age: now - image.monotonicAt }) });
  }
  return states;
}
