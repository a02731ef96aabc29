import { wrongType } from '../../../operators/support/argument.js';
import type { Interest } from './topicRegistry.js';

/** One symbol of a list, as the topics that it asks for. */
export interface ListedSymbol {
  readonly interest: Interest;
  /** Topics that are wanted for what they say of its market. */
  readonly context: readonly string[];
}

/** What a list has that the one before had not, and the other way round. */
export interface ListChange {
  readonly came: readonly ListedSymbol[];
  readonly left: readonly ListedSymbol[];
}

/**
 * Compares each list of symbols with the one before. Two spellings of a symbol are one. A spelling is checked when it
 * comes; one that stays costs a lookup.
 */
export class ListChanges {
  private readonly option: string;
  private readonly read: (given: unknown, index: number) => ListedSymbol;
  private bySpelling: ReadonlyMap<unknown, ListedSymbol> = new Map();
  private byTopic: ReadonlyMap<string, ListedSymbol> = new Map();

  /**
   * @param option - what errors call the list
   * @param read - checks a symbol at its place in the list; throws for one that is no symbol
   */
  constructor(option: string, read: (given: unknown, index: number) => ListedSymbol) {
    this.option = option;
    this.read = read;
  }

  /** Takes the next list. Throws for a bad one, and then the one before stays. */
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

/** What `all` has and `some` lacks. */
function lacking(
  some: ReadonlyMap<string, ListedSymbol>,
  all: ReadonlyMap<string, ListedSymbol>,
): readonly ListedSymbol[] {
  return [...all.values()].filter(({ interest }) => !some.has(interest.filter));
}
