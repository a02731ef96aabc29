/** Whether an update is a quote, and not a gap or a status: for `filter(isQuote)`. */
export function isQuote<U extends { readonly kind: string }>(
  update: U,
): update is Extract<U, { readonly kind: 'quote' }> {
  return update.kind === 'quote';
}
