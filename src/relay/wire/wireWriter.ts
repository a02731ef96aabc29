const utf8 = new TextEncoder();

/** The wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The most bytes of a varint of a safe integer, and of a tag with a number. */
const LONGEST_VARINT = 8;
const LONGEST_NUMBER = 16;

/** How many bytes a varint has. */
function varintSize(value: number): number {
  let size = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) size += 1;
  return size;
}

/** Writes the fields of one protobuf message after another. As in proto3, a field with its default is left out. */
export class WireWriter {
  private bytes = new Uint8Array(512);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  /** Returns the written message in memory of its own, and starts the next. */
  finish(): Uint8Array {
    const written = this.bytes.slice(0, this.at);
    this.at = 0;
    return written;
  }

  fixed32(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, FIXED32);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, VARINT);
    this.varint(value);
  }

  double(field: number, value: number): void {
    // -0 is no default.
    if (Object.is(value, 0)) return;
    this.tag(field, FIXED64);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  text(field: number, value: string): void {
    if (value !== '') this.chunk(field, utf8.encode(value));
  }

  message(field: number, message: Uint8Array): void {
    this.chunk(field, message);
  }

  doubles(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    this.head(field, 8 * values.length);
    for (const value of values) {
      this.view.setFloat64(this.at, value, true);
      this.at += 8;
    }
  }

  /** Whole numbers from 0 to 2^53 - 1. */
  unsignedList(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    let size = 0;
    for (const value of values) size += varintSize(value);
    this.head(field, size);
    for (const value of values) this.varint(value);
  }

  private chunk(field: number, content: Uint8Array): void {
    this.head(field, content.length);
    this.bytes.set(content, this.at);
    this.at += content.length;
  }

  /** The tag and the length of a field of bytes, with room for them. */
  private head(field: number, length: number): void {
    this.tag(field, BYTES);
    this.varint(length);
    this.reserve(length + LONGEST_VARINT);
  }

  private tag(field: number, type: number): void {
    this.reserve(LONGEST_NUMBER);
    this.varint(field * 8 + type);
  }

  private varint(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.bytes[this.at++] = (left % 0x80) | 0x80;
    this.bytes[this.at++] = left;
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + count));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
