import type { Book, BookFlag, PriceInfo, TopOfBook } from '../../model/events.js';
import type { QuoteTags, Tagged } from '../../model/quote.js';
import type { MarketState } from '../../model/state.js';
import type { Kind } from '../../model/venue.js';
import type { Image, Topic } from '../topics/topic.js';
import { implausibleIn } from './implausibleIn.js';
import { topOfBook } from './topOfBook.js';

type Emitted = { -readonly [K in keyof QuoteTags<Kind>]: QuoteTags<Kind>[K] };
type Change = QuoteTags['change'];
type Replayed = QuoteTags['replayed'];
type BestLevel = Omit<TopOfBook, 'depth' | 'implausible'>;

/** The number of an event's fields; an event of a known shape inherits none. */
function fieldCount(event: object): number {
  let count = 0;
  for (const field in event) count += field === '' ? 0 : 1;
  return count;
}

function isFlag(value: unknown): value is BookFlag {
  return typeof value === 'string';
}

function hasBestLevel(event: Partial<BestLevel>): event is BestLevel {
  const { symbol, bidFlag, askFlag, bid, ask, bidVolume, askVolume } = event;
  const hasFlags = isFlag(bidFlag) && isFlag(askFlag);
  const hasPrices = typeof bid === 'number' && typeof ask === 'number';
  return symbol !== undefined && hasFlags && hasPrices && bidVolume !== undefined && askVolume !== undefined;
}

/** Whether an event has the fields of a `Book` and no others. */
function isBook(event: Partial<Book>): event is Book {
  const { depth, bidPrices, askPrices, bidVolumes, askVolumes } = event;
  if (depth !== 10 || bidPrices === undefined || askPrices === undefined) return false;
  if (bidVolumes === undefined || askVolumes === undefined) return false;
  return hasBestLevel(event) && fieldCount(event) === 12;
}

/** Whether an event has the fields of a `TopOfBook` and no others. */
function isTop(event: Partial<TopOfBook>): event is TopOfBook {
  return event.depth === 1 && hasBestLevel(event) && fieldCount(event) === 8;
}

/** Whether an event has the fields of a `PriceInfo` and no others. */
function isInfo(event: Partial<PriceInfo>): event is PriceInfo {
  const { kind, symbol, high, low, last, netChange, totalVolume, totalValue } = event;
  const { projectedOpenPrice, projectedOpenVolume, market, status } = event;
  if (kind !== 'info' || symbol === undefined || market === undefined || status === undefined) return false;
  const hasPrices = high !== undefined && low !== undefined && last !== undefined && netChange !== undefined;
  const hasProjection = projectedOpenPrice !== undefined && projectedOpenVolume !== undefined;
  const hasTotals = totalVolume !== undefined && totalValue !== undefined;
  return hasPrices && hasProjection && hasTotals && fieldCount(event) === 12;
}

// Each known shape is one literal without a spread: a spread, and fields added behind it, cost a hundred times as much.

function taggedBook<E>(event: Book, topic: Topic<E>, image: Image<E>, epoch: number, change: Change): Emitted & Book {
  return {
    depth: 10,
    symbol: event.symbol,
    bidFlag: event.bidFlag,
    askFlag: event.askFlag,
    bid: event.bid,
    ask: event.ask,
    bidVolume: event.bidVolume,
    askVolume: event.askVolume,
    bidPrices: event.bidPrices,
    askPrices: event.askPrices,
    bidVolumes: event.bidVolumes,
    askVolumes: event.askVolumes,
    kind: topic.decoder.kind,
    epoch,
    state: topic.state,
    market: topic.market,
    change,
    receivedAt: image.receivedAt,
    monotonicAt: image.monotonicAt,
  };
}

function taggedBestLevel<E>(
  event: BestLevel,
  topic: Topic<E>,
  image: Image<E>,
  epoch: number,
  change: Change,
): Emitted & TopOfBook {
  return {
    depth: 1,
    symbol: event.symbol,
    bidFlag: event.bidFlag,
    askFlag: event.askFlag,
    bid: event.bid,
    ask: event.ask,
    bidVolume: event.bidVolume,
    askVolume: event.askVolume,
    kind: topic.decoder.kind,
    epoch,
    state: topic.state,
    market: topic.market,
    change,
    receivedAt: image.receivedAt,
    monotonicAt: image.monotonicAt,
  };
}

function taggedInfo<E>(
  event: PriceInfo,
  topic: Topic<E>,
  image: Image<E>,
  epoch: number,
  change: Change,
): Emitted & Omit<PriceInfo, 'kind'> {
  return {
    symbol: event.symbol,
    high: event.high,
    low: event.low,
    last: event.last,
    netChange: event.netChange,
    totalVolume: event.totalVolume,
    totalValue: event.totalValue,
    projectedOpenPrice: event.projectedOpenPrice,
    projectedOpenVolume: event.projectedOpenVolume,
    status: event.status,
    kind: topic.decoder.kind,
    epoch,
    state: topic.state,
    market: topic.market,
    change,
    receivedAt: image.receivedAt,
    monotonicAt: image.monotonicAt,
  };
}

/**
 * An event of any other shape. Its fields follow the tags, which is faster than the other order. They are copied by a spread,
 * since an assignment of a field named `__proto__` would set the prototype.
 */
function taggedOther<E extends object>(topic: Topic<E>, image: Image<E>, epoch: number, change: Change): Emitted {
  const { state, market, decoder } = topic;
  const { event, receivedAt, monotonicAt } = image;
  const emitted: Emitted = { kind: decoder.kind, epoch, state, market, change, receivedAt, monotonicAt, ...event };
  // An event may have a `market` of its own; the feed's replaces it. An event with any other tag as a field was rejected.
  emitted.market = market;
  return emitted;
}

/** Adds the tags that few emissions have, so that most emissions have one shape without them. */
function complete(emitted: Emitted, event: object, market: MarketState, replayed: Replayed): void {
  const implausible = implausibleIn(market, event);
  if (implausible !== undefined) emitted.implausible = implausible;
  else if (emitted.implausible !== undefined) delete emitted.implausible;
  if (replayed !== undefined) emitted.replayed = replayed;
}

/** A topic's image with the feed's tags, as one literal. */
export function tagged<E extends object>(
  topic: Topic<E>,
  image: Image<E>,
  epoch: number,
  change: Change,
  replayed: Replayed,
): Tagged<E> {
  const { event } = image;
  const emitted = isBook(event)
    ? taggedBook(event, topic, image, epoch, change)
    : isTop(event)
      ? taggedBestLevel(event, topic, image, epoch, change)
      : isInfo(event)
        ? taggedInfo(event, topic, image, epoch, change)
        : taggedOther(topic, image, epoch, change);
  complete(emitted, event, topic.market, replayed);
  // The compiler can't see that a topic's kind is the kind of its events.
  return emitted as Tagged<E>;
}

/** The same for a book of ten levels, with its best level only. */
export function taggedTop<E extends object>(
  topic: Topic<E>,
  image: Image<E>,
  epoch: number,
  change: Change,
  replayed: Replayed,
): Tagged<E> {
  const { event } = image;
  if (!isBook(event)) return topOfBook(tagged(topic, image, epoch, change, replayed));
  const emitted = taggedBestLevel(event, topic, image, epoch, change);
  complete(emitted, event, topic.market, replayed);
  return emitted as unknown as Tagged<E>;
}
