import { matchesTopic } from '../../../model/topicFilter.js';

/**
 * How a subscription is refused: `suback` with code 128; `notice`: granted, but with a notice on the error topic and no
 * data; `silent`: granted without data, as by a broker whose access list forbids the topic.
 */
export type RefusalManner = 'suback' | 'notice' | 'silent';

/** Which topic filters are refused, the newest rule first. */
export class Refusals {
  private rules: { readonly pattern: string; readonly manner: RefusalManner }[] = [];

  /** Refuses topics that match the pattern; the returned function undoes this. */
  add(pattern: string, manner: RefusalManner): () => void {
    const rule = { pattern, manner };
    this.rules.unshift(rule);
    return () => {
      this.rules = this.rules.filter((one) => one !== rule);
    };
  }

  /** How a topic filter is refused now, if it is. */
  of(filter: string): RefusalManner | undefined {
    return this.rules.find(({ pattern }) => pattern === filter || matchesTopic(pattern, filter))?.manner;
  }
}
