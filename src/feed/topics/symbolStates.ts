import type { SymbolState } from '../feedTypes.js';
import type { Topic } from './topic.js';

/** The state of each symbol's quotes at a monotonic time. */
export function symbolStates<E>(topics: Iterable<Topic<E>>, now: number): SymbolState[] {
  const states: SymbolState[] = [];
  for (const { decoder, symbol, state, market, image } of topics) {
    if (decoder.kind !== 'quote' || symbol === undefined) continue;
    states.push({ symbol, state, market, ...(image === undefined ? {} : { age: now - image.monotonicAt }) });
  }
  return states;
}
