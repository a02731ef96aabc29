import type { FeedUpdate } from '../events.js';

/** Follows a cut link: a gap that opens and closes, and a live quote of every symbol after it. */
export class Recovery {
  private readonly symbols: readonly string[];
  private recovered = new Set<string>();
  private phase: 'none' | 'open' | 'closed' = 'none';

  constructor(symbols: readonly string[]) {
    this.symbols = symbols;
  }

  see(update: FeedUpdate): void {
    if (update.kind === 'gap') {
      this.phase = update.phase;
      this.recovered = new Set();
    } else if (update.kind === 'quote' && update.state === 'live') this.recovered.add(update.symbol);
  }

  /** What is not as it was before the cut, for a person; nothing before a cut. */
  get missing(): readonly string[] {
    if (this.phase === 'none') return [];
    if (this.phase === 'open') return ['the link'];
    return this.symbols.filter((symbol) => !this.recovered.has(symbol));
  }
}
