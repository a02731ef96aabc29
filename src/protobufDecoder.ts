import { wrongType } from '../operators/support/argument.js';
import { DecodeError } from './model/errors.js';

/** The part of protobufjs's `Type` that `protobufDecoder` reads. */
type ProtobufType = Parameters<typeof protobufDecoder>[0];

type ProtobufField = ProtobufType['fieldsArray'][number];

/** Turns the value of a field into a plain one. */
type Plain = (value: unknown) => unknown;

interface PlainField {
  readonly name: string;
  readonly id: number;
  readonly isList: boolean;
  readonly isMap: boolean;
  /** The value of a field that is left out. */
  readonly empty: unknown;
  /** The wire types that the field may have. */
  readonly wireTypes: readonly number[];
  /** The fields of the message that it holds. */
  readonly inner: readonly PlainField[] | undefined;
  readonly plain: Plain;
}

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

const wireTypes: Readonly<Record<string, number>> = {
  ...{ fixed64: FIXED64, sfixed64: FIXED64, double: FIXED64, fixed32: FIXED32, sfixed32: FIXED32, float: FIXED32 },
  ...{ string: BYTES, bytes: BYTES },
};

/** A message and a map have bytes; any other type that is not listed has a varint. */
function wireTypeOf({ type, map, resolvedType }: ProtobufField): number {
  return map || isType(resolvedType) ? BYTES : (wireTypes[type] ?? VARINT);
}

const OWNER = 'protobufDecoder';
const INT64 = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);

/** protobufjs returns an int64 as a number or as an object of one of its libraries; both print as decimal text. */
function exact(value: unknown, name: string): number {
  const text = String(value);
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new DecodeError('number', `${name} is ${text}: no double holds it exactly`);
}

function isType(type: object | null): type is ProtobufType {
  return type !== null && 'fieldsArray' in type;
}

/** Fields by type, because a message may contain its own type. */
type Fields = Map<ProtobufType, PlainField[]>;

function fieldsOf(type: ProtobufType, known: Fields): readonly PlainField[] {
  const fields = known.get(type) ?? [];
  if (known.has(type)) return fields;
  known.set(type, fields);
  for (const field of type.fieldsArray) {
    field.resolve();
    const { name, id, repeated, map, hasPresence, defaultValue, resolvedType } = field;
    const wireType = wireTypeOf(field);
    fields.push({
      name,
      id,
      isList: repeated,
      isMap: map,
      empty: hasPresence ? null : defaultValue,
      // A list of numbers may be packed even if the schema declares it otherwise.
      wireTypes: repeated && wireType !== BYTES ? [wireType, BYTES] : [wireType],
      inner: isType(resolvedType) && !map ? fieldsOf(resolvedType, known) : undefined,
      plain: plainOf(field, known),
    });
  }
  return fields;
}

function plainOf({ name, type, resolvedType }: ProtobufField, known: Fields): Plain {
  if (isType(resolvedType)) {
    const inner = fieldsOf(resolvedType, known);
    return (value) => (value === null ? null : plainMessage(value as object, inner));
  }
  if (INT64.has(type)) return (value) => (value === null ? null : exact(value, name));
  // Bytes may be a view into the payload.
  if (type === 'bytes') return (value) => (value === null ? null : Uint8Array.from(value as ArrayLike<number>));
  return (value) => value;
}

/** The value of the varint at `start`, exact up to 2^53, and its end; a cut varint ends after `end`. */
function varint(bytes: Uint8Array, start: number, end: number): readonly [value: number, next: number] {
  let [value, scale] = [0, 1];
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) return [value, at + 1];
  }
  return [value, end + 1];
}

/**
 * Throws for a field whose wire type is not the schema's, since protobufjs would skip it as unknown. Stops at a group
 * or a cut field, which protobufjs handles.
 */
function checkWireTypes(bytes: Uint8Array, start: number, end: number, fields: readonly PlainField[]): void {
  let at = start;
  while (at < end) {
    const [tag, content] = varint(bytes, at, end);
    const wireType = tag % 8;
    const field = fields.find(({ id }) => id === Math.floor(tag / 8));
    if (field !== undefined && !field.wireTypes.includes(wireType)) {
      throw new DecodeError('schema', `${field.name} has wire type ${String(wireType)}, which is not the schema's`);
    }
    const [value, next] = varint(bytes, content, end);
    if (wireType === BYTES) {
      at = next + value;
      if (field?.inner !== undefined && at <= end) checkWireTypes(bytes, next, at, field.inner);
    } else if (wireType === VARINT) at = next;
    else if (wireType === FIXED64) at = content + 8;
    else if (wireType === FIXED32) at = content + 4;
    else return;
  }
}

function plainMessage(message: object, fields: readonly PlainField[]): Record<string, unknown> {
  const read = message as Readonly<Record<string, unknown>>;
  const plain: Record<string, unknown> = {};
  for (const { name, isList, isMap, empty, plain: toPlain } of fields) {
    const value = Object.hasOwn(read, name) ? read[name] : empty;
    if (isList) plain[name] = (value as readonly unknown[]).map(toPlain);
    else if (isMap) {
      const entries = Object.entries(value as object).map(([key, one]) => [key, toPlain(one)]);
      plain[name] = Object.fromEntries(entries);
    } else plain[name] = toPlain(value);
  }
  return plain;
}

function failureOf(cause: unknown): DecodeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DecodeError(cause instanceof RangeError ? 'truncated' : 'schema', message, { cause });
}

/**
 * A decoder for messages of a type of protobufjs, for programs that load their schema at run time. A decoder that
 * `rx-quotes generate` writes is faster, checks more, and runs where code made from strings is forbidden.
 *
 * The result is a plain object with all fields of the schema. A missing field has its default; a missing message,
 * optional field or member of a oneof is `null`. An int64 is a number, whichever library for int64 is installed. The
 * decoder refuses an empty payload, which protobufjs reads as a message of defaults.
 *
 * protobufjs can't detect that a message was cut between two fields, and accepts most messages of other types. So check
 * the fields that a message must have, above all its symbol.
 *
 * @example
 * ```ts
 * // `root` is the root of a schema that protobufjs has loaded.
 * const decodeQuote = protobufDecoder(root.lookupType('Quote'));
 * ```
 *
 * @param type - a message type of protobufjs 8.8 or later, e.g. of `root.lookupType`
 * @returns a decoder for `mqttVenue`. It throws `DecodeError` with reason `truncated` for a payload that is empty or cut inside
 * a field, `schema` for a payload that is no protobuf or has a wire type other than the schema's, and `number` for an int64
 * that no double holds exactly.
 * @throws TypeError with code `RXQ_ARGUMENT` for a `type` that is no message type
 * @throws EvalError where the page's content security policy forbids code made from strings, which protobufjs needs
 * @since 0.1.0
 */
export function protobufDecoder<E extends object>(type: {
  readonly root: { resolveAll(): unknown };
  /** The fields of the message. */
  readonly fieldsArray: readonly {
    readonly id: number;
    readonly name: string;
    readonly type: string;
    readonly repeated: boolean;
    readonly map: boolean;
    /** Whether a value that is left out differs from the default: the field is `optional`, in a oneof, or a message. */
    readonly hasPresence: boolean;
    readonly defaultValue: unknown;
    /** The message or enum of the field, after it was resolved. */
    readonly resolvedType: object | null;
    resolve(): unknown;
  }[];
  decode(payload: Uint8Array): object;
}): (payload: Uint8Array) => E {
  const { root, decode, fieldsArray } = (type ?? {}) as Partial<ProtobufType>;
  if (root === undefined || typeof decode !== 'function' || !Array.isArray(fieldsArray)) {
    throw wrongType(`${OWNER}.type`, type, "pass a message type of protobufjs, e.g. root.lookupType('md.Quote')");
  }
  // Whether a field has presence depends on the syntax of its file, which protobufjs resolves from the root.
  type.root.resolveAll();
  // protobufjs makes its own decoder at the first call, so it is called now and not when the first message is read.
  type.decode(new Uint8Array(0));
  const fields = fieldsOf(type, new Map());
  return (payload) => {
    if (payload.length === 0) throw new DecodeError('truncated', 'an empty payload');
    let message: object;
    try {
      message = type.decode(payload);
    } catch (cause) {
      throw failureOf(cause);
    }
    checkWireTypes(payload, 0, payload.length, fields);
    return plainMessage(message, fields) as E;
  };
}
