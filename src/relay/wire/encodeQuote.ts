import { outOfRange } from '../../../operators/support/argument.js';
import type { Book, TopOfBook } from '../../model/events.js';
import type { QuoteTags } from '../../model/quote.js';
import { changes, dataStates, flags, marketStates, marks, type QuoteHead } from './messages.js';
import { WireWriter } from './wireWriter.js';

type AnyBook = (TopOfBook | Book) & Pick<QuoteTags, 'implausible'>;

const writer = new WireWriter();

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isVolume = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isSide = (isOne: (value: unknown) => boolean, list: unknown): boolean =>
  Array.isArray(list) && list.length === 10 && list.every(isOne);

/** Whether an event is a book that the fields of the message can hold exactly. */
function isBook(event: { readonly [name in keyof Book]?: unknown }): boolean {
  const { depth, bidFlag, askFlag, bid, ask, bidVolume, askVolume } = event;
  if (!flags.includes(bidFlag as Book['bidFlag']) || !flags.includes(askFlag as Book['askFlag'])) return false;
  if (depth === 10) {
    const { bidPrices, askPrices, bidVolumes, askVolumes } = event;
    const hasPrices = isSide(isNumber, bidPrices) && isSide(isNumber, askPrices);
    return hasPrices && isSide(isVolume, bidVolumes) && isSide(isVolume, askVolumes);
  }
  return depth === 1 && isNumber(bid) && isNumber(ask) && isVolume(bidVolume) && isVolume(askVolume);
}

/**
 * Writes a message `RelayedQuote` of relay.proto.
 *
 * @throws RangeError with code `RXQ_ARGUMENT` for an event that is no book, or has a volume that is no whole number
 */
export function encodeQuote(head: QuoteHead, event: object | undefined): Uint8Array {
  if (event !== undefined && !isBook(event)) {
    const remedy =
      "pass format: 'json', since an event of this feed is no book, or has a volume that is no whole number";
    throw outOfRange('startRelay.format', 'protobuf', remedy);
  }
  writer.fixed32(1, head.run);
  writer.unsigned(2, head.epoch);
  writer.unsigned(3, head.counter);
  writer.unsigned(4, dataStates.indexOf(head.state));
  writer.unsigned(5, marketStates.indexOf(head.market));
  writer.unsigned(6, changes.indexOf(head.change));
  writer.unsigned(7, head.age);
  writer.double(8, head.receivedAt);
  if (event !== undefined) writeBook(event as AnyBook);
  return writer.finish();
}

function writeBook(book: AnyBook): void {
  const isDeep = book.depth === 10;
  writer.doubles(9, isDeep ? book.bidPrices : [book.bid]);
  writer.doubles(10, isDeep ? book.askPrices : [book.ask]);
  writer.unsignedList(11, isDeep ? book.bidVolumes : [book.bidVolume]);
  writer.unsignedList(12, isDeep ? book.askVolumes : [book.askVolume]);
  writer.unsigned(13, flags.indexOf(book.bidFlag));
  writer.unsigned(14, flags.indexOf(book.askFlag));
  writer.unsigned(15, marks.indexOf(book.implausible ?? 'none'));
}
