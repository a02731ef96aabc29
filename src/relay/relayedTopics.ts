import type { Gap } from '../model/gap.js';
import type { TopicExplanation } from '../feed/diagnostics/topicExplanation.js';

/** The causes of gaps that concern every symbol. */
const OF_ALL: readonly Gap['cause'][] = ['link', 'stall', 'rotation', 'wake'];

/** Finds the symbols of topics, and the spelling of symbols, by what a feed explains. */
export class RelayedTopics {
  private readonly explain: (symbol: string) => readonly Pick<TopicExplanation, 'topic'>[];
  private readonly symbols = new Map<string, string>();
  private readonly learned = new Set<string>();

  constructor(explain: (symbol: string) => readonly Pick<TopicExplanation, 'topic'>[]) {
    this.explain = explain;
  }

  /** The symbols that a gap concerns, out of those that are relayed. */
  concerned({ cause, topics }: Gap, relayed: Iterable<string>): readonly string[] | 'all' {
    if (OF_ALL.includes(cause)) return 'all';
    for (const symbol of relayed) this.learn(symbol);
    // A feed that explains nothing, or a gap before the first symbol.
    if (this.symbols.size === 0) return 'all';
    return topics.flatMap((topic) => this.symbols.get(topic) ?? []);
  }

  /** A symbol in the venue's spelling, which updates have. */
  spelt(given: string, relayed: Iterable<string>): string {
    for (const symbol of relayed) this.learn(symbol);
    const [quotes] = this.explain(given);
    return (quotes && this.symbols.get(quotes.topic)) ?? given;
  }

  private learn(symbol: string): void {
    if (this.learned.has(symbol)) return;
    this.learned.add(symbol);
    const [quotes] = this.explain(symbol);
    if (quotes !== undefined) this.symbols.set(quotes.topic, symbol);
  }
}
