/**
 * Kinds of messages of a simulated venue: books, prices with totals and status, and bars of one minute of a symbol; status and
 * index of the market, status and totals of the derivatives market.
 */
export type VenueMessageKind = 'quote' | 'info' | 'candle' | 'market' | 'derivatives';

/** Topics by kind. Source: settrade-v2 2.2.1 on PyPI, `realtime`. */
const prefixes: Readonly<Record<VenueMessageKind, string>> = {
  quote: 'proto/topic/bidofferv3/',
  info: 'proto/topic/infov3/',
  candle: 'proto/topic/cdlv3/',
  market: 'proto/topic/exchinfoeqv3/',
  derivatives: 'proto/topic/exchinfodvv3/',
};

/** The topic on which the broker reports refused subscriptions, with the reason. Source: as above. */
export const refusalTopic = '$sys/u/_broker/_uref/error/subscribe';

/** The topic of a symbol's or a market's messages; a bar's key is `{symbol}/{interval}`. */
export function venueTopic(kind: VenueMessageKind, key: string): string {
  return `${prefixes[kind]}${key}`;
}
