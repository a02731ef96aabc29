import { wrongType } from '../../../operators/support/argument.js';
import type { Interest } from './topicRegistry.js';

/** One symbol of a list, with the topics that it needs. */
export interface ListedSymbol {
  readonly interest: Interest;
  /** Topics that are subscribed to for the state of the symbol's market. */
  readonly marketTopics: readonly string[];
}

/** The symbols that were added since the previous list, and those that were removed. */
export interface ListChange {
  readonly came: readonly ListedSymbol[];
  readonly left: readonly ListedSymbol[];
}

/**
 * Compares each list of symbols with the previous one. Two spellings of a symbol count as one symbol. A new spelling is
 * checked; a spelling from the previous list costs only a lookup.
 */
export class ListChanges {
  private readonly option: string;
  private readonly read: (given: unknown, index: number) => ListedSymbol;
  private bySpelling: ReadonlyMap<unknown, ListedSymbol> = new Map();
  private byTopic: ReadonlyMap<string, ListedSymbol> = new Map();

  /**
   * @param option - the name of the list in errors
   * @param read - checks a symbol at its index in the list; throws for a value that is no symbol
   */
  constructor(option: string, read: (given: unknown, index: number) => ListedSymbol) {
    this.option = option;
    this.read = read;
  }

  /** Takes the next list. Throws for an invalid list, and keeps the previous list then. */
  next(list: unknown): ListChange {
    if (!Array.isArray(list)) throw wrongType(this.option, list, 'emit arrays of names as the venue has them');
    const bySpelling = new Map<unknown, ListedSymbol>();
    const byTopic = new Map<string, ListedSymbol>();
    for (const [index, given] of (list as readonly unknown[]).entries()) {
      const found = this.bySpelling.get(given) ?? this.read(given, index);
      bySpelling.set(given, found);
      byTopic.set(found.interest.filter, found);
    }
    const before = this.byTopic;
    this.bySpelling = bySpelling;
    this.byTopic = byTopic;
    return { came: lacking(before, byTopic), left: lacking(byTopic, before) };
  }
}

/** The symbols that `all` has and `some` lacks. */
function lacking(
  some: ReadonlyMap<string, ListedSymbol>,
  all: ReadonlyMap<string, ListedSymbol>,
): readonly ListedSymbol[] {
  return [...all.values()].filter(({ interest }) => !some.has(interest.filter));
}
