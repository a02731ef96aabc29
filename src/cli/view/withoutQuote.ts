/** The most symbols that are named. */
const NAMED = 5;

/** Names the symbols of which a live feed has no quote, e.g. because of their spelling; empty if each has one. */
export function withoutQuote(
  symbols: readonly string[],
  feed: { last(symbol: string): object | undefined },
): readonly string[] {
  const silent = symbols.filter((symbol) => feed.last(symbol) === undefined);
  if (silent.length === 0) return [];
  const more = silent.length > NAMED ? ` and ${String(silent.length - NAMED)} more` : '';
  return [`no quote yet of ${silent.slice(0, NAMED).join(', ')}${more}: check the spelling`];
}
