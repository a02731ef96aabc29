/** The topics that a broker sends, as far as they were seen. */
export interface SeenTopics {
  /** Names of topics that sent something. */
  readonly topics: readonly string[];
  /** The topic of a symbol. */
  readonly topicOf: (symbol: string) => string;
}

/** Stands for the symbol while a topic is divided. */
const MARK = '\u0000';

/** The number of letters to change, add or leave out to make one word of the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      const change = (row[at] ?? 0) + Number(one[index] !== other[at]);
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The symbols among topics that have the form of `topicOf`. */
function symbolsIn({ topics, topicOf }: SeenTopics): readonly string[] {
  const [before = '', after = ''] = topicOf(MARK).split(MARK);
  return topics
    .filter((topic) => topic.startsWith(before) && topic.endsWith(after) && topic.length > before.length + after.length)
    .map((topic) => topic.slice(before.length, topic.length - after.length))
    .filter((symbol) => !symbol.includes('/'));
}

const sample = (all: readonly string[]): string => all.slice(0, 3).join(', ');

/** The likely mistake behind a symbol that sends nothing. */
export interface Hint {
  /** Where the mistake may be: the case of the letters, the name, or the form of the topic. */
  readonly mistake: 'case' | 'name' | 'form';
  /** The remedy. */
  readonly text: string;
}

/** A hint for a symbol that sends nothing, from what the broker sends besides; `undefined` where it sends nothing. */
export function didYouMean(symbol: string, seen: SeenTopics): Hint | undefined {
  const own = seen.topicOf(symbol);
  const others = symbolsIn(seen).filter((one) => one !== symbol);
  const same = others.find((one) => one.toUpperCase() === symbol.toUpperCase());
  if (same !== undefined) {
    return { mistake: 'case', text: `did you mean ${same}? The broker sends it, and topics are case-sensitive` };
  }
  const nearest = others
    .map((one) => ({ one, far: distance(symbol.toUpperCase(), one.toUpperCase()) }))
    .filter(({ far }) => far <= (symbol.length < 4 ? 1 : 2))
    .sort((a, b) => a.far - b.far)[0];
  if (nearest !== undefined) {
    return { mistake: 'name', text: `did you mean ${nearest.one}? The broker sends it, and sends no ${symbol}` };
  }
  if (others.length > 0) {
    const count = `${others.length} other ${others.length === 1 ? 'symbol' : 'symbols'}`;
    return { mistake: 'name', text: `check the spelling: the broker sends ${count}, e.g. ${sample(others)}` };
  }
  const isSymbol = (level: string): boolean => level.toUpperCase() === symbol.toUpperCase();
  const elsewhere = seen.topics.find((topic) => topic.split('/').some(isSymbol));
  if (elsewhere !== undefined) {
    const form = elsewhere
      .split('/')
      .map((level) => (isSymbol(level) ? '{symbol}' : level))
      .join('/');
    return {
      mistake: 'form',
      text: `did you mean --topic '${form}'? The broker sends ${elsewhere}, and nothing on ${own}`,
    };
  }
  return seen.topics.length === 0
    ? undefined
    : {
        mistake: 'form',
        text: `check --topic: the broker sends nothing of the form of ${own}, but e.g. ${sample(seen.topics)}`,
      };
}
