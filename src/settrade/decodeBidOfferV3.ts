import { DecodeError } from '../model/errors.js';
import type { Book, BookFlag } from '../model/events.js';
import { bidOfferV3Fields as fields } from './bidOfferV3Fields.js';
import { implausible } from './implausible.js';
import { money } from './money.js';
import { readMoney } from './readMoney.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';
import { WireReader, wireType } from './wireReader.js';

const flags: readonly BookFlag[] = ['undefined', 'normal', 'ato', 'atc'];

const symbolTag = (fields.symbol << 3) | wireType.bytes;
const bidFlagTag = (fields.bidFlag << 3) | wireType.varint;
const askFlagTag = (fields.askFlag << 3) | wireType.varint;
const lastField = 43;

/** Level fields by number: slots 0 to 9 are the bids, 10 to 19 the asks, best first. */
const noSlot = -1;
const priceSlots = slotsOf([...fields.bidPrices, ...fields.askPrices]);
const volumeSlots = slotsOf([...fields.bidVolumes, ...fields.askVolumes]);

function slotsOf(numbers: readonly number[]): Int8Array {
  const slots = new Int8Array(lastField + 1).fill(noSlot);
  numbers.forEach((number, slot) => (slots[number] = slot));
  return slots;
}

/** Scratch of the message being read: nothing is called in between that could read another. */
const units = new Float64Array(20);
const nanos = new Int32Array(20);
const volumes = new Float64Array(20);

/**
 * Reads a `BidOfferV3`: the full image of ten levels a side that Settrade publishes on
 * `proto/topic/bidofferv3/{symbol}`.
 *
 * Prices are the doubles nearest to the decimals sent. A price that is zero or left out is `NaN`, never 0; its level
 * keeps the volume sent with it (orders at the open or close have a volume and no price), so a missing level is `NaN`
 * with volume 0. A flag this version does not know is `undefined`. Unknown fields are passed over, a repeated field
 * holds what came last, and the order of fields does not matter. The currency is not looked at.
 *
 * A message cut exactly between two fields is a shorter message, and an `InfoV3` without totals reads as three bids:
 * protobuf can't tell. Only the frame's length and the topic do.
 *
 * @param payload - the bytes of one message; the book shares no memory with them
 * @param topic - the topic it came on: the message must name the symbol of its last segment, in any case, and the
 * book has the topic's spelling. Left out, the symbol is the message's own.
 * @throws DecodeError with reason `truncated` (cut inside a field), `schema` (not protobuf, or a wire type other than
 * the schema's), `money-layout` (a Money of another layout), `symbol` (none, or not the topic's) or `number` (a price or volume that no double holds exactly, a
 * Money out of its bounds, a negative volume)
 */
export function decodeBidOfferV3(payload: Uint8Array, topic?: string): Book {
  units.fill(0);
  nanos.fill(0);
  volumes.fill(0);
  let symbol = '';
  let bidFlag = 0;
  let askFlag = 0;
  const reader = new WireReader(payload);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const field = tag >>> 3;
    if (field > lastField) reader.skip(tag);
    else if ((tag & 7) === wireType.bytes && priceSlots[field] !== noSlot) {
      readMoney(reader, units, nanos, priceSlots[field] as number);
    } else if ((tag & 7) === wireType.varint && volumeSlots[field] !== noSlot) {
      volumes[volumeSlots[field] as number] = reader.int64();
    } else if (tag === symbolTag) symbol = reader.string();
    else if (tag === bidFlagTag) bidFlag = reader.int32();
    else if (tag === askFlagTag) askFlag = reader.int32();
    else throw new DecodeError('schema', `field ${String(field)} of BidOfferV3 has wire type ${String(tag & 7)}`);
  }
  const bidPrices = pricesFrom(0);
  const askPrices = pricesFrom(10);
  const bidVolumes = volumesFrom(0);
  const askVolumes = volumesFrom(10);
  const book: Book = {
    depth: 10,
    symbol: topicSymbol(symbol, lastLevel(topic)),
    bidFlag: flags[bidFlag] ?? 'undefined',
    askFlag: flags[askFlag] ?? 'undefined',
    bid: bidPrices[0] as number,
    ask: askPrices[0] as number,
    bidVolume: bidVolumes[0] as number,
    askVolume: askVolumes[0] as number,
    bidPrices,
    askPrices,
    bidVolumes,
    askVolumes,
  };
  const mark = implausible(book);
  return mark === undefined ? book : { ...book, implausible: mark };
}

function pricesFrom(first: number): number[] {
  const prices = [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN];
  for (let level = 0; level < 10; level++) {
    const whole = units[first + level] as number;
    const fraction = nanos[first + level] as number;
    if (whole !== 0 || fraction !== 0) prices[level] = money(whole, fraction);
  }
  return prices;
}

function volumesFrom(first: number): number[] {
  const side = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let level = 0; level < 10; level++) {
    const volume = volumes[first + level] as number;
    if (volume < 0 || !Number.isSafeInteger(volume)) {
      throw new DecodeError('number', `volume ${String(volume)}: a volume is a whole number from 0 to 2^53 - 1`);
    }
    side[level] = volume;
  }
  return side;
}
