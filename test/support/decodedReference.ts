import protobuf, { Reader } from 'protobufjs';
import type { DecodeError } from '../../src/model/errors.js';
import { exactMoney } from './exactMoney.js';

const wireTypes: Readonly<Record<string, number>> = {
  ...{ string: 2, bytes: 2, double: 1, fixed64: 1, sfixed64: 1, float: 5, fixed32: 5, sfixed32: 5 },
};

/** One error for each reason, made once: it is thrown often, and a stack for each would take long. */
class Fault extends Error {
  readonly reason: DecodeError['reason'];
  constructor(reason: DecodeError['reason']) {
    super(reason);
    this.reason = reason;
  }
}
const schema = new Fault('schema');
const moneyLayout = new Fault('money-layout');

function skipScalar(reader: Reader, wireType: number): void {
  if (wireType === 0) reader.uint64();
  else reader.skipType(wireType, 0);
}

/** Walks a message as protobufjs reads it, but stops at a wire type other than the schema's. */
function walk(reader: Reader, type: protobuf.Type): void {
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (number === 0) throw schema;
    const field = type.fieldsById[number]?.resolve();
    if (field === undefined) {
      if (wireType === 0) reader.uint64();
      else reader.skipType(wireType, 0, number);
      continue;
    }
    const inner = field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
    const expected = inner === undefined ? (wireTypes[field.type] ?? 0) : 2;
    if (wireType === 2 && field.repeated && expected !== 2) {
      const packed = Reader.create(reader.bytes());
      while (packed.pos < packed.len) skipScalar(packed, expected);
    } else if (wireType !== expected) throw type.name === 'Money' && tag === 8 ? moneyLayout : schema;
    else if (inner !== undefined) walk(Reader.create(reader.bytes()), inner);
    else if (field.type === 'string') reader.stringVerify();
    else skipScalar(reader, wireType);
  }
}

/** Why protobufjs can't read a payload as the schema has it, at the first place where it can't; `undefined` when it can. */
function faultOf(payload: Uint8Array, type: protobuf.Type): DecodeError['reason'] | undefined {
  try {
    walk(Reader.create(payload), type);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.reason;
    return error instanceof RangeError ? 'truncated' : 'schema';
  }
}

/** A payload as protobufjs reads it: a value, or no value for a reason. */
export interface DecodedReference {
  readonly reason?: DecodeError['reason'];
  readonly value?: unknown;
  /** Whether two members of a oneof came: protobufjs keeps both, so their values are left out. */
  readonly hasRivals: boolean;
}

const wide = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);

/** Reads protobufjs's objects under the rules of generated decoders, written from their documentation. */
class Rules {
  isNumber = true;
  hasRivals = false;

  value(message: object, type: protobuf.Type): Record<string, unknown> {
    const read = message as Readonly<Record<string, unknown>>;
    return Object.fromEntries(type.fieldsArray.map((field) => [field.name, this.field(read, field.resolve())]));
  }

  private field(read: Readonly<Record<string, unknown>>, field: protobuf.Field): unknown {
    const { name, repeated, partOf } = field;
    if (repeated) return (read[name] as readonly unknown[]).map((one) => this.one(one, field));
    if (partOf === null) return this.one(read[name], field);
    const came = partOf.fieldsArray.filter((rival) => Object.hasOwn(read, rival.name));
    if (came.length > 1) {
      this.hasRivals = true;
      return undefined;
    }
    return came[0] === field ? this.one(read[name], field) : null;
  }

  private one(value: unknown, { type, resolvedType, partOf }: protobuf.Field): unknown {
    if (resolvedType instanceof protobuf.Type && resolvedType.name === 'Money')
      return this.money(value, partOf !== null);
    if (resolvedType instanceof protobuf.Type) return value === null ? null : this.value(value as object, resolvedType);
    if (type === 'bytes') return [...(value as Uint8Array)];
    if (!wide.has(type)) return value;
    const exact = Number(String(value));
    if (!Number.isSafeInteger(exact)) this.isNumber = false;
    return exact;
  }

  private money(value: unknown, isMember: boolean): number | null {
    if (value === null) return isMember ? null : NaN;
    const { units, nanos } = value as { readonly units: unknown; readonly nanos: number };
    const amount = exactMoney(BigInt(String(units)), nanos);
    if (amount === undefined) this.isNumber = false;
    return amount ?? NaN;
  }
}

/** protobufjs's reading of a payload. */
export function decodedReference(payload: Uint8Array, type: protobuf.Type): DecodedReference {
  const fault = faultOf(payload, type);
  if (fault !== undefined) return { reason: fault, hasRivals: false };
  const rules = new Rules();
  const value = rules.value(type.decode(payload), type);
  const { isNumber, hasRivals } = rules;
  return isNumber ? { value, hasRivals } : { reason: 'number', hasRivals };
}

/** A decoded message with its bytes as lists, and without the members of a oneof where the reference has none. */
export function comparable(value: unknown, reference: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) {
    return value.map((one, index) => comparable(one, (reference as readonly unknown[] | undefined)?.[index]));
  }
  if (typeof value !== 'object' || value === null) return value;
  const expected = (reference ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name in expected && expected[name] === undefined ? undefined : comparable(one, expected[name]),
    ]),
  );
}
