import type { SymbolState } from '../feed/feedTypes.js';
import type { ExposedValue } from './exposedMetric.js';

/**
 * One metric with a label per symbol, as data. It needs `perSymbol`, which limits the number of symbols; all others are
 * `other`.
 */
export interface SymbolMetric {
  readonly name: string;
  readonly type: 'gauge';
  readonly help: string;
  readonly label: string;
  /** Returns the values of named symbols, and of all others together. */
  readonly read: (named: readonly SymbolState[], others: readonly SymbolState[]) => readonly SymbolValue[];
}

/** A number with its labels, without the label of the feed. */
export interface SymbolValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function oldest(states: readonly SymbolState[]): number | undefined {
  return states.reduce<number | undefined>(
    (most, { age }) => (age === undefined ? most : Math.max(age, most ?? 0)),
    undefined,
  );
}

/**
 * The metrics with a label per symbol.
 *
 * @since 0.1.0
 */
export const symbolMetrics: readonly SymbolMetric[] = [
  {
    name: 'rx_quotes_symbol_state',
    type: 'gauge',
    label: 'symbol, state',
    help: 'Symbols by name in their present state: 1; the others of each state, counted, as symbol other.',
    read: (named, others) => {
      const counts = new Map<string, number>();
      for (const { state } of others) counts.set(state, (counts.get(state) ?? 0) + 1);
      return [
        ...named.map(({ symbol, state }) => ({ labels: { symbol, state }, value: 1 })),
        ...[...counts].map(([state, value]) => ({ labels: { symbol: 'other', state }, value })),
      ];
    },
  },
  {
    name: 'rx_quotes_symbol_age_seconds',
    type: 'gauge',
    label: 'symbol',
    help: 'Age of the last image of symbols by name; of the others, as symbol other, the oldest.',
    read: (named, others) =>
      [...named.map(({ symbol, age }) => ({ symbol, age })), { symbol: 'other', age: oldest(others) }].flatMap(
        ({ symbol, age }) => (age === undefined ? [] : [{ labels: { symbol }, value: age / 1000 }]),
      ),
  },
];

/** Chooses the symbols that have labels of their own: the first ones keep theirs until they are removed. */
export class NamedSymbols {
  private readonly chosen = new Set<string>();

  values({ read }: SymbolMetric, limit: number, feed: string, states: readonly SymbolState[]): ExposedValue[] {
    const present = new Set(states.map(({ symbol }) => symbol));
    for (const symbol of this.chosen) if (!present.has(symbol)) this.chosen.delete(symbol);
    // A symbol named `other` would be mixed with the sum of all others.
    present.delete('other');
    for (const symbol of present) if (this.chosen.size < limit) this.chosen.add(symbol);
    const named = states.filter(({ symbol }) => this.chosen.has(symbol));
    const others = states.filter(({ symbol }) => !this.chosen.has(symbol));
    return read(named, others).map(({ labels, value }) => ({ labels: { feed, ...labels }, value }));
  }
}
