import type { Known } from '../view/doubt.js';
import { seconds } from '../view/figures.js';
import type { ShownUpdate } from '../view/view.js';
import type { Advice } from '../view/advice.js';

/** The most symbols that are named. */
const NAMED = 5;

/** Remedies; if other symbols send, the form of the topics is right. */
function fixes(othersSend: boolean): readonly string[] {
  return [
    'check the spelling of these symbols: topics are case-sensitive, and some brokers grant any topic',
    ...(othersSend ? [] : ['check that the topics have the form that the venue publishes: --topic sets it']),
    'check that the account may read them',
    'wait: a symbol that nobody trades may send nothing for long',
  ];
}

/** Finds the symbols without a quote. */
export class SilentSymbols {
  private readonly symbols: readonly string[];
  private readonly known = new Map<string, Known>();
  /** Whether a quote of any symbol came. */
  hasQuote = false;

  constructor(symbols: readonly string[]) {
    this.symbols = symbols;
  }

  see(update: ShownUpdate): void {
    if (update.kind === 'gap') return;
    this.hasQuote ||= update.kind === 'quote';
    this.known.set(update.symbol, update);
  }

  /**
   * A hint that names the symbols without a quote, unless their market is not open; `undefined` if there are none.
   *
   * @param span - how long the feed is live, in ms
   * @param isExplained - whether a finding has the remedies
   */
  hint(span: number, isExplained: boolean): Advice | undefined {
    const silent = this.symbols.filter((symbol) => {
      const { kind, market = 'unknown' } = this.known.get(symbol) ?? {};
      return kind !== 'quote' && market !== 'closed' && market !== 'halted';
    });
    if (silent.length === 0) return undefined;
    const names = `${silent.slice(0, NAMED).join(', ')}${silent.length > NAMED ? ` and ${String(silent.length - NAMED)} more` : ''}`;
    const othersSend = [...this.known.values()].some(({ state }) => state === 'live');
    const context = othersSend ? ', while other symbols send' : this.marketText(silent);
    return {
      key: `silent ${silent.join()}`,
      symptom: `no quote of ${names} in ${seconds(span)}${context}`,
      fixes: isExplained ? [] : fixes(othersSend),
    };
  }

  private marketText(silent: readonly string[]): string {
    const isOpen = silent.some((symbol) => ['open', 'auction'].includes(this.known.get(symbol)?.market ?? ''));
    return isOpen ? ', although the market is open' : '; whether the market is open is unknown';
  }
}
