import type { FeedUpdate } from '../model/quote.js';

/** Follows a lost link: a gap that opens and closes, and a live quote of every symbol after it. */
export class Recovery {
  private readonly symbols: readonly string[];
  private recovered = new Set<string>();
  private phase: 'none' | 'provoked' | 'open' | 'closed' = 'none';

  constructor(symbols: readonly string[]) {
    this.symbols = symbols;
  }

  /** Something was done to the feed that it has to show as a gap. */
  provoke(): void {
    if (this.phase !== 'open') this.phase = 'provoked';
  }

  see(update: FeedUpdate): void {
    if (update.kind === 'gap') {
      this.phase = update.phase;
      this.recovered = new Set();
    } else if (update.kind === 'quote' && update.state === 'live') this.recovered.add(update.symbol);
  }

  /** Names, for a person, all that is not yet as it was before the loss; empty before a loss. */
  get missing(): readonly string[] {
    if (this.phase === 'none') return [];
    if (this.phase === 'provoked') return ['the gap'];
    if (this.phase === 'open') return ['the link'];
    return this.symbols.filter((symbol) => !this.recovered.has(symbol));
  }
}
