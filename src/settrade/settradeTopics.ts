/** Settrade's topics by kind, `{symbol}` in upper case. Source: settrade-v2 2.2.1 on PyPI, `realtime`. */
export const settradeTopics: { readonly quote: string } = {
  quote: 'proto/topic/bidofferv3/{symbol}',
};
