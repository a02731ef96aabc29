/** Whether an update is a quote, not a gap or a status. For `filter(isQuote)`, and for what is left of an update. */
export function isQuote<U extends { readonly kind: string }>(
  update: U,
): update is Extract<U, { readonly kind: 'quote' }> {
  return update.kind === 'quote';
}
