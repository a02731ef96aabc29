import type { ShownUpdate } from './view/view.js';

/** Follows the recovery from a lost link: the gap opens and closes, then every symbol has a live quote. */
export class Recovery {
  private readonly symbols: readonly string[];
  private recovered = new Set<string>();
  private phase: 'none' | 'provoked' | 'open' | 'closed' = 'none';

  constructor(symbols: readonly string[]) {
    this.symbols = symbols;
  }

  /** Called when the link was cut, which the feed has to show as a gap. */
  provoke(): void {
    if (this.phase !== 'open') this.phase = 'provoked';
  }

  see(update: ShownUpdate): void {
    if (update.kind === 'gap') {
      this.phase = update.phase;
      this.recovered = new Set();
    } else if (update.kind === 'quote' && update.state === 'live') this.recovered.add(update.symbol);
  }

  /** The parts that have not recovered yet, as texts for a person; empty before a loss. */
  get missing(): readonly string[] {
    if (this.phase === 'none') return [];
    if (this.phase === 'provoked') return ['the gap'];
    if (this.phase === 'open') return ['the link'];
    return this.symbols.filter((symbol) => !this.recovered.has(symbol));
  }
}
