import type { Book, BookFlag, PriceInfo, TopOfBook } from '../../model/events.js';
import type { QuoteTags } from '../../model/quote.js';
import type { DataState, MarketState } from '../../model/state.js';
import type { TopicKind } from '../../model/venue.js';
import type { BestPrices } from '../../model/isCrossed.js';
import { implausibleIn } from './implausibleIn.js';
import { refuseTags } from './eventFields.js';
import { topOfBook } from './topOfBook.js';

/** The tags that a feed adds to an event. */
export type Tags = QuoteTags<TopicKind>;

type Writable = { -readonly [K in keyof Tags]: Tags[K] };

/** The last image of a topic: its event with the feed's tags, as its subscribers get it. */
export type Image<E> = E & Tags;

/** The shape of an event: one with exactly the fields of a type of this library, or `other`. */
export type Shape = 'book' | 'top' | 'info' | 'other';

type BestLevel = Omit<TopOfBook, 'depth' | 'implausible'>;

/** The number of an event's fields without its decoder's mark; an event of one of these types inherits none. */
function fieldCount(event: object): number {
  let count = 0;
  for (const field in event) count += field === 'implausible' ? 0 : 1;
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

function isBook(event: Partial<Book>): event is Book {
  const { depth, bidPrices, askPrices, bidVolumes, askVolumes } = event;
  if (depth !== 10 || bidPrices === undefined || askPrices === undefined) return false;
  if (bidVolumes === undefined || askVolumes === undefined) return false;
  return hasBestLevel(event) && fieldCount(event) === 12;
}

function isTop(event: Partial<TopOfBook>): event is TopOfBook {
  return event.depth === 1 && hasBestLevel(event) && fieldCount(event) === 8;
}

function isInfo(event: Partial<PriceInfo>): event is PriceInfo {
  const { kind, symbol, high, low, last, netChange, totalVolume, totalValue } = event;
  const { projectedOpenPrice, projectedOpenVolume, market, status } = event;
  if (kind !== 'info' || symbol === undefined || market === undefined || status === undefined) return false;
  const hasPrices = high !== undefined && low !== undefined && last !== undefined && netChange !== undefined;
  const hasProjection = projectedOpenPrice !== undefined && projectedOpenVolume !== undefined;
  const hasTotals = totalVolume !== undefined && totalValue !== undefined;
  return hasPrices && hasProjection && hasTotals && fieldCount(event) === 12;
}

/** The shape of an event from a topic of this kind; all its values are own fields, as `eventFields` makes them. */
export function shapeOf(event: object, kind: TopicKind): Shape {
  if (kind === 'quote') return isBook(event) ? 'book' : isTop(event) ? 'top' : 'other';
  return kind === 'info' && isInfo(event) ? 'info' : 'other';
}

/** When a message was read, as its image keeps it. */
type Reading = Pick<Tags, 'epoch' | 'receivedAt' | 'monotonicAt'>;

// An image of such a type is one literal without a spread: a spread with fields added after it costs a hundred times as
// much.

function bookImage(event: Book, kind: TopicKind, { epoch, receivedAt, monotonicAt }: Reading): Book & Tags {
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
    kind,
    epoch,
    state: 'awaiting',
    market: 'unknown',
    change: 'image',
    receivedAt,
    monotonicAt,
  };
}

function topImage(event: BestLevel, kind: TopicKind, { epoch, receivedAt, monotonicAt }: Reading): TopOfBook & Tags {
  return {
    depth: 1,
    symbol: event.symbol,
    bidFlag: event.bidFlag,
    askFlag: event.askFlag,
    bid: event.bid,
    ask: event.ask,
    bidVolume: event.bidVolume,
    askVolume: event.askVolume,
    kind,
    epoch,
    state: 'awaiting',
    market: 'unknown',
    change: 'image',
    receivedAt,
    monotonicAt,
  };
}

function infoImage(event: PriceInfo, { epoch, receivedAt, monotonicAt }: Reading): PriceInfo & Tags {
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
    kind: 'info',
    epoch,
    state: 'awaiting',
    market: 'unknown',
    change: 'image',
    receivedAt,
    monotonicAt,
  };
}

/**
 * Tags come before the event's fields, because this order is faster. A spread also copies a field named `__proto__`.
 */
function otherImage<E extends object>(
  event: E,
  kind: TopicKind,
  { epoch, receivedAt, monotonicAt }: Reading,
): E & Tags {
  const tags: Tags = {
    kind,
    epoch,
    state: 'awaiting',
    market: 'unknown',
    change: 'image',
    receivedAt,
    monotonicAt,
  };
  return { ...tags, ...event };
}

function imageWith<E extends object>(event: E, shape: Shape, kind: TopicKind, reading: Reading): Image<E> {
  // The compiler can't see that the shape is the event's own.
  const known = event as unknown;
  switch (shape) {
    case 'book':
      return bookImage(known as Book, kind, reading) as unknown as Image<E>;
    case 'top':
      return topImage(known as TopOfBook, kind, reading) as unknown as Image<E>;
    case 'info':
      return infoImage(known as PriceInfo, reading) as unknown as Image<E>;
    case 'other':
      return otherImage(event, kind, reading);
  }
}

/**
 * The image of a decoded event; `tag` fills its tags later. The event is copied only here, since a decoder may reuse
 * one object for all messages.
 *
 * @param event - its values are own fields, as `eventFields` makes them
 * @throws DecodeError for an event of shape `other` with a field that the tags would overwrite
 */
export function imageOf<E extends object>(
  event: E,
  shape: Shape,
  kind: TopicKind,
  topic: string,
  reading: Reading,
): Image<E> {
  if (shape === 'other') refuseTags(event, kind, topic);
  return imageWith(event, shape, kind, reading);
}

/** A copy of an image, to be tagged again. */
export function copyOf<E extends object>(image: Image<E>, shape: Shape): Image<E> {
  return imageWith<Image<E>>(image, shape, image.kind, image);
}

/** An image with its best level only; an image that is no book of ten levels is returned as it is. */
export function topOf<E extends object>(image: Image<E>, shape: Shape): Image<E> {
  if (shape !== 'book') return shape === 'other' ? topOfBook(image) : image;
  const book = image as unknown as Book & Tags;
  const top = topImage(book, book.kind, book);
  const tags: Writable = top;
  tags.state = book.state;
  tags.market = book.market;
  tags.change = book.change;
  if (book.implausible !== undefined) tags.implausible = book.implausible;
  if (book.replayed !== undefined) tags.replayed = book.replayed;
  if (book.upstream !== undefined) tags.upstream = book.upstream;
  return top as unknown as Image<E>;
}

/** Writes the tags of an emission: the state and market of the topic, and the decoder's mark. */
export function tag(
  image: Tags,
  topic: {
    readonly state: DataState;
    readonly market: MarketState;
    readonly mark: Tags['implausible'];
    readonly upstream: Tags['upstream'];
  },
  epoch: number,
  change: Tags['change'],
  replayed: Tags['replayed'],
): void {
  const tags: Writable = image;
  tags.epoch = epoch;
  tags.state = topic.state;
  tags.market = topic.market;
  tags.change = change;
  // Few emissions have these fields, so they are added only when set: most objects then share one shape.
  const implausible = implausibleIn(topic.market, topic.mark, image as BestPrices);
  if (implausible !== undefined) tags.implausible = implausible;
  else if (tags.implausible !== undefined) delete tags.implausible;
  if (replayed !== undefined) tags.replayed = replayed;
  else if (tags.replayed !== undefined) delete tags.replayed;
  if (topic.upstream !== undefined) tags.upstream = topic.upstream;
}
