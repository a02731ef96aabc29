/** What a simulated venue publishes: books, prices with totals and status of a symbol, status and index of the market. */
export type VenueMessageKind = 'quote' | 'info' | 'market';

/** Topics by kind. Source: settrade-v2 2.2.1 on PyPI, `realtime`. */
const prefixes: Readonly<Record<VenueMessageKind, string>> = {
  quote: 'proto/topic/bidofferv3/',
  info: 'proto/topic/infov3/',
  market: 'proto/topic/exchinfoeqv3/',
};

/** On it the broker says which subscriptions it refused, and why. Source: as above. */
export const refusalTopic = '$sys/u/_broker/_uref/error/subscribe';

/** The topic of a symbol's or a market's messages. */
export function venueTopic(kind: VenueMessageKind, key: string): string {
  return `${prefixes[kind]}${key}`;
}
