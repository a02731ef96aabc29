/** The name of a day: its kind, and its law unless it has several. */
export function nameOf({ kind, laws }: { readonly kind: string; readonly laws: readonly string[] }): string {
  return `${kind}, ${laws.length === 1 ? laws[0]! : 'mixed'}`;
}
