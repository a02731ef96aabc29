import { DecodeError } from '../model/errors.js';

/** Wire types of protobuf. 3 and 4, the groups, are only ever skipped. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** How deep groups may nest: the limit protobuf's own parsers have. */
const deepestGroup = 100;

/** `ignoreBOM` keeps a byte order mark, so that a symbol with one is not taken for the symbol without. */
const utf8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Walks the bytes of one protobuf message. Reads nothing before or beyond them, keeps nothing of them.
 *
 * **Errors** with `DecodeError`: `truncated` where a field goes on beyond the end of its message, `schema` where the
 * bytes are no protobuf at all.
 */
export class WireReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private end: number;
  private low = 0;
  private high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** The next field's tag, `number * 8 + wire type`; 0 at the end of the message. */
  tag(): number {
    if (this.at >= this.end) return 0;
    const tag = this.uint32(0x0f, 'a tag');
    if (tag < 8) throw new DecodeError('schema', `field number 0 at byte ${String(this.at)}`);
    return tag;
  }

  /** An int64 as the nearest double: exact if and only if it is a safe integer. */
  int64(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    this.varint(first);
    return this.high * 4_294_967_296 + (this.low >>> 0);
  }

  /** An int32 or an enum: the low 32 bits of a varint, as protobuf has it. */
  int32(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    this.varint(first);
    return this.low | 0;
  }

  /** A string; bytes that are not UTF-8 are a `schema` error. */
  string(): string {
    const start = this.bounded();
    const { bytes, at } = this;
    let text = '';
    // Symbols are short and ASCII: calling TextDecoder costs more than they do.
    for (let i = start; i < at; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80) return this.decoded(start);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Passes over a string; bytes that are not UTF-8 are a `schema` error all the same. */
  skipString(): void {
    const start = this.bounded();
    for (let i = start; i < this.at; i++) {
      if ((this.bytes[i] as number) >= 0x80) {
        this.decoded(start);
        return;
      }
    }
  }

  /** Goes into a sub-message: from here `tag()` is 0 at its end. Give what it returns to `leave`. */
  enter(): number {
    const start = this.bounded();
    const outer = this.end;
    this.end = this.at;
    this.at = start;
    return outer;
  }

  /** Goes back to the message around, when `tag()` has said 0. */
  leave(outer: number): void {
    this.end = outer;
  }

  /** Passes over the field of `tag`, whatever it is. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case wireType.varint:
        this.varint(this.byte());
        return;
      case wireType.fixed64:
        this.advance(8);
        return;
      case wireType.bytes:
        this.bounded();
        return;
      case wireType.groupStart:
        this.skipGroup(tag >>> 3, depth + 1);
        return;
      case wireType.fixed32:
        this.advance(4);
        return;
      case wireType.groupEnd:
        throw new DecodeError('schema', `end of a group that never began before byte ${String(this.at)}`);
      default:
        throw new DecodeError('schema', `wire type ${String(tag & 7)} before byte ${String(this.at)}: there is none`);
    }
  }

  private skipGroup(number: number, depth: number): void {
    if (depth > deepestGroup) throw new DecodeError('schema', `groups nested deeper than ${String(deepestGroup)}`);
    for (;;) {
      const tag = this.tag();
      if (tag === 0) throw new DecodeError('truncated', `the message ends inside group ${String(number)}`);
      if ((tag & 7) !== wireType.groupEnd) {
        this.skip(tag, depth);
        continue;
      }
      if (tag >>> 3 === number) return;
      throw new DecodeError('schema', `group ${String(number)} ends as group ${String(tag >>> 3)}`);
    }
  }

  /** Passes over a length and as many bytes; returns where they began. */
  private bounded(): number {
    const length = this.uint32(0x07, 'a length');
    const start = this.at;
    this.advance(length);
    return start;
  }

  private advance(count: number): void {
    if (count > this.end - this.at) {
      const left = String(this.end - this.at);
      throw new DecodeError(
        'truncated',
        `a field of ${String(count)} bytes at byte ${String(this.at)}, ${left} are left`,
      );
    }
    this.at += count;
  }

  private byte(): number {
    if (this.at >= this.end)
      throw new DecodeError('truncated', `the message ends at byte ${String(this.at)} inside a field`);
    return this.bytes[this.at++] as number;
  }

  /** A varint of 32 bits; of its fifth byte only the bits of `top` may be set. */
  private uint32(top: number, what: string): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    byte = this.byte();
    if (byte > top) throw new DecodeError('schema', `${what} too large before byte ${String(this.at)}`);
    return (value | (byte << 28)) >>> 0;
  }

  /** The rest of a varint into `low` and `high`, both signed. Bits beyond the 64th are dropped, as protobuf has it. */
  private varint(first: number): void {
    let byte = first;
    this.low = byte & 0x7f;
    this.high = 0;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 63) throw new DecodeError('schema', `a varint of more than 10 bytes at byte ${String(this.at)}`);
      byte = this.byte();
      const bits = byte & 0x7f;
      if (shift < 28) this.low |= bits << shift;
      else if (shift === 28) {
        this.low |= bits << 28;
        this.high = bits >>> 4;
      } else this.high |= bits << (shift - 32);
    }
  }

  private decoded(start: number): string {
    try {
      return utf8.decode(this.bytes.subarray(start, this.at));
    } catch (cause) {
      throw new DecodeError('schema', `text that is not UTF-8 at byte ${String(start)}`, { cause });
    }
  }
}
