import { schema } from './schema.js';

type Fields = Readonly<Record<string, unknown>>;

interface Field {
  readonly name: string;
  readonly tag: number;
  /** A number, text, or the fields of a message inside this one. */
  readonly type: 'varint' | 'string' | readonly Field[];
}

const VARINT = 0;
const BYTES = 2;

/** The fields of a message in the order of their numbers. */
function fieldsOf(message: string): readonly Field[] {
  return Object.entries(schema.nested[message]?.fields ?? {})
    .map(([name, { type, id }]): Field => {
      if (type === 'int64' || type === 'int32') return { name, tag: id * 8 + VARINT, type: 'varint' };
      return { name, tag: id * 8 + BYTES, type: type === 'string' ? type : fieldsOf(type) };
    })
    .sort((a, b) => a.tag - b.tag);
}

type MessageName = 'BidOfferV3' | 'InfoV3' | 'EquityExchangeInfoV3' | 'DerivExchangeInfoV3' | 'CandlestickV3';

const messages: Readonly<Record<MessageName, readonly Field[]>> = {
  BidOfferV3: fieldsOf('BidOfferV3'),
  InfoV3: fieldsOf('InfoV3'),
  EquityExchangeInfoV3: fieldsOf('EquityExchangeInfoV3'),
  DerivExchangeInfoV3: fieldsOf('DerivExchangeInfoV3'),
  CandlestickV3: fieldsOf('CandlestickV3'),
};

const utf8 = new TextEncoder();

/** Writes some or all fields of a message as protobuf; the parts of a message one after another are the message. */
class WireWriter {
  private bytes = new Uint8Array(1024);
  private at = 0;

  /** Returns the written bytes in memory of their own, and starts the next message. */
  finish(): Uint8Array {
    const written = this.bytes.slice(0, this.at);
    this.at = 0;
    return written;
  }

  message(fields: readonly Field[], values: Fields): void {
    for (const { name, tag, type } of fields) {
      const value = values[name];
      // proto3 leaves out what is the default.
      if (value === undefined || value === 0 || value === '') continue;
      this.varint(tag);
      if (type === 'varint') this.varint(value as number);
      else if (type === 'string') this.text(value as string);
      else this.inner(type, value as Fields);
    }
  }

  /** A safe integer; a negative one has 64 bits. */
  private varint(value: number): void {
    this.reserve(10);
    if (value < 0) {
      let left = BigInt.asUintN(64, BigInt(value));
      for (; left > 0x7fn; left >>= 7n) this.bytes[this.at++] = Number(left & 0x7fn) | 0x80;
      this.bytes[this.at++] = Number(left);
      return;
    }
    let left = value;
    for (; left >= 0x8000_0000; left = Math.floor(left / 0x80)) this.bytes[this.at++] = (left % 0x80) | 0x80;
    for (; left >= 0x80; left >>>= 7) this.bytes[this.at++] = left | 0x80;
    this.bytes[this.at++] = left;
  }

  private text(value: string): void {
    // A character is at most three bytes of UTF-8.
    this.reserve(1 + 3 * value.length);
    const start = this.at;
    this.at += 1;
    // For a short ASCII text such as a currency, a call costs more than the loop.
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.at = start + 1 + utf8.encodeInto(value, this.bytes.subarray(start + 1)).written;
        break;
      }
      this.bytes[this.at++] = code;
    }
    this.writeLength(start);
  }

  /** A message inside the one that is written. */
  private inner(fields: readonly Field[], values: Fields): void {
    this.reserve(1);
    const start = this.at;
    this.at += 1;
    this.message(fields, values);
    this.writeLength(start);
  }

  /** Writes the length of the bytes after `start`, where one byte was reserved for it. */
  private writeLength(start: number): void {
    const length = this.at - start - 1;
    if (length < 0x80) {
      this.bytes[start] = length;
      return;
    }
    const content = this.bytes.slice(start + 1, this.at);
    this.at = start;
    this.varint(length);
    this.reserve(content.length);
    this.bytes.set(content, this.at);
    this.at += content.length;
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + count));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Writes messages, and parts of them, as protobuf. A field that the message leaves out is left out of the bytes. */
export interface WireEncoder {
  encode(message: MessageName, fields: Fields): Uint8Array;
}

/** The encoder of a simulated venue. It shares no code with the decoders, so that it can't share their mistakes. */
export function wireEncoder(): WireEncoder {
  const writer = new WireWriter();
  return {
    encode: (message, fields) => {
      writer.message(messages[message], fields);
      return writer.finish();
    },
  };
}
