import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { publishPacket } from '../../test/support/mqttPackets.js';
import { stampBytes, stampNow, writeStamp } from './stamp.js';

/** One PUBLISH a topic, of equal layout, ready to be sent. */
export interface Messages {
  readonly packets: readonly Buffer[];
  /** Where the stamp is, counted from a packet's end, which is the payload's end too. */
  readonly stampFromEnd: number;
}

interface Golden {
  readonly name: string;
  readonly symbol: string;
  readonly hex: string;
  readonly expected?: { readonly bidFlag: string; readonly askFlag: string };
}

interface Template {
  readonly bytes: Buffer;
  /** The offset of the stamp. */
  readonly at: number;
}

/** Field numbers of `BidOfferV3`. The stamp is the volume of the best bid, which every depth has. */
const symbolField = 1;
const stampField = 12;
const paddingField = 1_000;

export const topicPrefix = 'proto/topic/bidofferv3/';

/** Symbols of equal length. */
export function symbolsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `SYM${String(index).padStart(5, '0')}`);
}

/** Reads a varint below 2^32; the value and the place after it. */
function varint(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

/** A recorded payload with a symbol of another length and with room for a stamp; its fields stay in their order. */
function template(payload: Uint8Array, symbol: string): Template {
  const parts: Uint8Array[] = [];
  let [length, at] = [0, 0];
  const push = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  for (let next = 0, begin = 0; begin < payload.length; begin = next) {
    const [tag, afterTag] = varint(payload, begin);
    const [value, afterValue] = varint(payload, afterTag);
    next = (tag & 7) === 2 ? afterValue + value : afterValue;
    if (tag >>> 3 === symbolField) push(Buffer.from([tag, symbol.length, ...Buffer.from(symbol)]));
    else if (tag >>> 3 === stampField) {
      push(payload.subarray(begin, afterTag));
      at = length;
      push(new Uint8Array(stampBytes));
    } else push(payload.subarray(begin, next));
  }
  return { bytes: Buffer.concat(parts), at };
}

/** The largest group of recorded books that have their stamps at the same place and are equally long. */
function templates(symbol: string): readonly Template[] {
  const golden = JSON.parse(readFileSync('test/golden/bidofferv3.json', 'utf8')) as readonly Golden[];
  const layouts = new Map<string, Template[]>();
  for (const { name, symbol: recorded, hex, expected } of golden) {
    if (!name.startsWith(`${recorded}/`) || expected?.bidFlag !== 'normal' || expected.askFlag !== 'normal') continue;
    const made = template(Buffer.from(hex, 'hex'), symbol);
    if (made.at === 0) continue;
    const layout = `${String(made.bytes.length)} ${String(made.at)}`;
    layouts.set(layout, [...(layouts.get(layout) ?? []), made]);
  }
  return [...layouts.values()].sort((a, b) => b.length - a.length)[0]!;
}

/** An unknown field, which decoders pass over, that makes a packet `bytes` longer: at least 4. */
function padding(bytes: number): Buffer {
  const tag = (paddingField << 3) | 2;
  return Buffer.concat([Buffer.from([(tag & 0x7f) | 0x80, tag >> 7, bytes - 3]), Buffer.alloc(bytes - 3)]);
}

/** Recorded books of ten levels a side for so many symbols; each packet of `packetLength` bytes where that is set. */
export function messagesOf(symbols: readonly string[], packetLength?: number): Messages {
  const books = templates(symbols[0]!);
  let stampFromEnd = 0;
  const packets = symbols.map((symbol, index) => {
    const { bytes, at } = books[index % books.length]!;
    let payload = Buffer.from(bytes);
    payload.set(Buffer.from(symbol), 2);
    writeStamp(payload, at, stampNow());
    const topic = `${topicPrefix}${symbol}`;
    if (packetLength !== undefined) {
      const { length } = publishPacket({ topic, payload, qos: 0 });
      payload = Buffer.concat([payload, padding(packetLength - length)]);
    }
    stampFromEnd = payload.length - at;
    return publishPacket({ topic, payload, qos: 0 });
  });
  return { packets, stampFromEnd };
}
