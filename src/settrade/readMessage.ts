import { DecodeError } from '../model/errors.js';
import { money } from './money.js';
import { readMoney } from './readMoney.js';
import { WireReader, wireType } from './wireReader.js';

/** What a field holds. */
export type FieldType = 'string' | 'int64' | 'int32' | 'money' | 'timestamp' | MessageSchema;

/** A message as data: its fields by number. */
export interface MessageSchema {
  readonly name: string;
  readonly fields: Readonly<Record<number, readonly [name: string, type: FieldType]>>;
}

interface Timestamp {
  seconds: number;
  nanos: number;
}

/** What was read of a message, by field name; a field that was left out has the default of proto3. */
export class MessageFields {
  readonly texts: Map<string, string> = new Map();
  readonly numbers: Map<string, number> = new Map();
  readonly times: Map<string, Timestamp> = new Map();
  readonly messages: Map<string, MessageFields> = new Map();
  private readonly units = new Map<string, Float64Array>();
  private readonly nanos = new Map<string, Int32Array>();

  /** Reads a Money; one that comes in parts is one. */
  readMoney(name: string, reader: WireReader): void {
    const units = this.units.get(name) ?? new Float64Array(1);
    const nanos = this.nanos.get(name) ?? new Int32Array(1);
    this.units.set(name, units);
    this.nanos.set(name, nanos);
    readMoney(reader, units, nanos, 0);
  }

  text(name: string): string {
    return this.texts.get(name) ?? '';
  }

  /** An enum's number. */
  number(name: string): number {
    return this.numbers.get(name) ?? 0;
  }

  /** A count: a whole number from 0 to 2^53 - 1. */
  count(name: string): number {
    const value = this.number(name);
    if (value >= 0 && Number.isSafeInteger(value)) return value;
    throw new DecodeError('number', `${name} ${String(value)}: it is a whole number from 0 to 2^53 - 1`);
  }

  /** An amount of which 0 is one like any other. */
  amount(name: string): number {
    return money(this.units.get(name)?.[0] ?? 0, this.nanos.get(name)?.[0] ?? 0);
  }

  /** A change of a price: 0 is a change like any other, but the change is `NaN` while there is no price. */
  change(name: string, price: number): number {
    const amount = this.amount(name);
    return Number.isNaN(price) && amount === 0 ? NaN : amount;
  }

  /** A price: 0 is none, and is `NaN`. */
  price(name: string): number {
    const amount = this.amount(name);
    return amount === 0 ? NaN : amount;
  }
}

/**
 * Reads a protobuf message by its schema: fields in any order, the last of a repeated one, unknown ones passed over. Text
 * is checked to be UTF-8.
 *
 * @throws DecodeError with reason `truncated`, `schema` or `money-layout`
 */
export function readMessage(payload: Uint8Array, schema: MessageSchema): MessageFields {
  const fields = new MessageFields();
  readInto(fields, new WireReader(payload), schema);
  return fields;
}

function readInto(into: MessageFields, reader: WireReader, schema: MessageSchema): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const field = schema.fields[tag >>> 3];
    if (field === undefined) {
      reader.skip(tag);
      continue;
    }
    const [name, type] = field;
    const expected = type === 'int64' || type === 'int32' ? wireType.varint : wireType.bytes;
    if ((tag & 7) !== expected) {
      throw new DecodeError('schema', `${name} of ${schema.name} has wire type ${String(tag & 7)}`);
    }
    if (type === 'string') into.texts.set(name, reader.string());
    else if (type === 'int64') into.numbers.set(name, reader.int64());
    else if (type === 'int32') into.numbers.set(name, reader.int32());
    else if (type === 'money') into.readMoney(name, reader);
    else if (type === 'timestamp') into.times.set(name, readTimestamp(reader, into.times.get(name)));
    else {
      const inner = into.messages.get(name) ?? new MessageFields();
      into.messages.set(name, inner);
      const outer = reader.enter();
      readInto(inner, reader, type);
      reader.leave(outer);
    }
  }
}

/** `google.protobuf.Timestamp`: seconds int64 = 1, nanos int32 = 2. */
function readTimestamp(reader: WireReader, before: Timestamp = { seconds: 0, nanos: 0 }): Timestamp {
  const time = { ...before };
  const outer = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const field = tag >>> 3;
    if (field > 2) reader.skip(tag);
    else if ((tag & 7) !== wireType.varint) {
      throw new DecodeError('schema', `field ${String(field)} of Timestamp has wire type ${String(tag & 7)}`);
    } else if (field === 1) time.seconds = reader.int64();
    else time.nanos = reader.int32();
  }
  reader.leave(outer);
  return time;
}
