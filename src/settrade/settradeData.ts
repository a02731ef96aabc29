import { DecodeError } from '../model/errors.js';
import type { Book, Candle, MarketStatus, PriceInfo, TopOfBook } from '../model/events.js';
import type { TopicDecoder, Venue } from '../model/venue.js';
import { decodeBidOfferV3, decodeBidOfferV3Top } from './decodeBidOfferV3.js';
import { decodeCandlestickV3 } from './decodeCandlestickV3.js';
import { decodeDerivExchangeInfoV3, decodeEquityExchangeInfoV3 } from './decodeExchangeInfoV3.js';
import { decodeInfoV3 } from './decodeInfoV3.js';
import { decodeRefusals } from './decodeRefusals.js';
import { settradeTimetable } from './settradeTimetable.js';

/** An event of Settrade. Its quotes have ten levels a side, or the best level where the venue was made with `depth: 1`. */
export type SettradeEvent<D extends 1 | 10 = 10> =
  | Extract<TopOfBook | Book, { readonly depth: D }>
  | PriceInfo
  | Candle
  | MarketStatus;

/** The data side of the venue: its topics and their decoders. */
export type SettradeData<D extends 1 | 10 = 10> = Pick<
  Venue<SettradeEvent<D>>,
  'topic' | 'symbol' | 'marketTopics' | 'decoder' | 'market' | 'marketOf' | 'notices'
>;

const prefix = 'proto/topic/';

/** Decoders by the level of a topic that names its message. Source: settrade-v2 2.2.1 on PyPI, `realtime`. */
const others: Readonly<Record<string, TopicDecoder<PriceInfo | Candle | MarketStatus>>> = {
  infov3: { kind: 'info', delivery: 'image', decode: decodeInfoV3 },
  cdlv3: {
    kind: 'candle',
    delivery: 'series',
    decode: decodeCandlestickV3,
    seriesKey: (event) => ('time' in event ? event.time : undefined),
  },
  exchinfoeqv3: { kind: 'market', delivery: 'event', decode: decodeEquityExchangeInfoV3 },
  exchinfodvv3: { kind: 'market', delivery: 'event', decode: decodeDerivExchangeInfoV3 },
};

/** The status of markets of the Thailand Futures Exchange comes on a topic of its own. */
const isDerivatives = (market: string): boolean => market.startsWith('TFEX');

/** Settrade's symbols are in upper case; its broker grants topics with other spellings, but never sends on them. */
const spelling = (symbol: string): string => symbol.toUpperCase();

/** The spelling of an interval stays as it is: `1m` and `1M` are two intervals. */
function candleKey(key: string): string {
  const slash = key.lastIndexOf('/');
  if (slash < 0) throw new DecodeError('topic', `${key}: a bar is of a symbol and an interval, as AOT/1m`);
  return spelling(key.slice(0, slash)) + key.slice(slash);
}

/**
 * Topics and their meaning.
 *
 * The status of a symbol comes with its price info, so a quote's market state comes from that topic. The wire does not
 * show which symbols belong to a market, so the status of a market does not change that of its symbols.
 */
function dataOf<D extends 1 | 10>(decodeQuote: TopicDecoder<SettradeEvent<D>>['decode']): SettradeData<D> {
  const decoders = new Map<string, TopicDecoder<SettradeEvent<D>>>([
    ['bidofferv3', { kind: 'quote', delivery: 'image', decode: decodeQuote }],
    ...Object.entries(others as Readonly<Record<string, TopicDecoder<SettradeEvent<D>>>>),
  ]);
  return {
    topic: (kind, key) => {
      switch (kind) {
        case 'quote':
          return `${prefix}bidofferv3/${spelling(key)}`;
        case 'info':
          return `${prefix}infov3/${spelling(key)}`;
        case 'candle':
          return `${prefix}cdlv3/${candleKey(key)}`;
        case 'market':
          return `${prefix}${isDerivatives(key) ? 'exchinfodvv3' : 'exchinfoeqv3'}/${key}`;
      }
    },
    symbol: spelling,
    marketTopics: (symbols) => symbols.map((symbol) => `${prefix}infov3/${spelling(symbol)}`),
    decoder: (topic) =>
      topic.startsWith(prefix)
        ? decoders.get(topic.slice(prefix.length, topic.indexOf('/', prefix.length)))
        : undefined,
    market: (event) =>
      'kind' in event && event.kind === 'info' ? { symbol: event.symbol, market: event.market } : undefined,
    // No message names a symbol's exchange, but series of TFEX have a form of their own.
    marketOf: settradeTimetable,
    notices: { topics: ['$sys/u/_broker/_uref/error/subscribe'], decode: decodeRefusals },
  };
}

/** Quotes with ten levels a side. */
export const settradeData: SettradeData = dataOf(decodeBidOfferV3);

/** Quotes with the best level only. */
export const settradeBestLevel: SettradeData<1> = dataOf(decodeBidOfferV3Top);
