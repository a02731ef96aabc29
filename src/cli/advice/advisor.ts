import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Finding } from '../../playbook/index.js';
import type { ShownUpdate } from '../view/view.js';
import type { Advice } from '../view/advice.js';
import { SilentSymbols } from './silentSymbols.js';

/** How long, in ms, symbols may send nothing on a live connection before this is a hint. */
const silentAfter = 10_000;

function adviceOf({ code, symptom, fixes, doc }: Finding): Advice {
  return { key: code, code, symptom, fixes, doc };
}

/** Chooses what to advise: while the feed is not live all findings, otherwise hints at symbols without a quote. */
export class Advisor {
  private readonly silent: SilentSymbols;
  private last: ReadonlySet<string> = new Set();

  constructor(symbols: readonly string[]) {
    this.silent = new SilentSymbols(symbols);
  }

  /** Whether a quote of any symbol came. */
  get hasQuote(): boolean {
    return this.silent.hasQuote;
  }

  see(update: ShownUpdate): void {
    this.silent.see(update);
  }

  /**
   * The present advice. A finding is left out at the first look at it: a link that is lost and back within a second
   * needs no remedy.
   *
   * @param now - wall time in ms
   */
  look(state: ConnectionState, findings: readonly Finding[], now: number): readonly Advice[] {
    const standing = findings.filter(({ code }) => this.last.has(code));
    this.last = new Set(findings.map(({ code }) => code));
    if (state.status !== 'live') return state.status === 'closed' ? [] : standing.map(adviceOf);
    const reasons = standing.filter(({ chapter }) => chapter === 'no-events').map(adviceOf);
    const span = now - state.since;
    const hint = span < silentAfter ? undefined : this.silent.hint(span, reasons.length > 0);
    return hint === undefined ? reasons : [hint, ...reasons];
  }

  /** The reasons for a run without a quote, at its end. */
  atEnd(state: ConnectionState, findings: readonly Finding[], now: number): readonly Advice[] {
    const reasons = findings.map(adviceOf);
    const hint = state.status === 'live' ? this.silent.hint(now - state.since, reasons.length > 0) : undefined;
    return hint === undefined ? reasons : [hint, ...reasons];
  }
}
