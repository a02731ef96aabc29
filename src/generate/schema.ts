import type { Field as ProtoField, Type } from 'protobufjs';

export type Scalar =
  | ('int32' | 'uint32' | 'sint32' | 'int64' | 'uint64' | 'sint64' | 'bool' | 'enum')
  | ('fixed32' | 'sfixed32' | 'float' | 'fixed64' | 'sfixed64' | 'double')
  | ('string' | 'bytes');

/** The part of a field that a decoder needs. */
export interface Field {
  /** The name in the form of protobufjs: `bid_price1` is `bidPrice1`. */
  readonly name: string;
  readonly number: number;
  /** Its type: a scalar, a `google.type.Money`, or another message. */
  readonly type: Scalar | 'money' | Message;
  readonly repeated: boolean;
  /** Whether a value that is left out differs from the default: the field is in a oneof, or `optional`. */
  readonly presence: boolean;
  /** The other fields of its oneof: a field clears those that came before it. */
  readonly rivals: readonly { readonly name: string; readonly number: number }[];
  readonly comment: string | undefined;
}

/** A message of a schema; its fields in the order of their numbers, which is the order that encoders write. */
export interface Message {
  /** Its name without the package; a nested message has the name of the outer one as a prefix. */
  readonly name: string;
  readonly comment: string | undefined;
  readonly fields: readonly Field[];
}

/** Whether a field's type is another message. */
export const isMessage = (type: Field['type']): type is Message => typeof type !== 'string';

/** A decoder can't be generated: the schema can't be read, or it has a feature that generated decoders lack. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

const money = ['currency_code string 1', 'units int64 2', 'nanos int32 3'].join();

/** Whether a message has the name and layout of `google.type.Money`. */
function isMoney(type: Type): boolean {
  const layout = type.fieldsArray.map((field) => `${snakeCase(field.name)} ${field.type} ${String(field.id)}`);
  return type.name === 'Money' && layout.join() === money;
}

/** `bidPrice1` is `bid_price1` in the schema. */
export const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Types of TypeScript and types that generated decoders use, which can't be names of messages. */
const reserved = new Set(
  'any bigint boolean never null number object string symbol undefined unknown void DecodeError Uint8Array'.split(' '),
);

/** The largest number of a field (protobuf language guide, "Assigning Field Numbers"). */
const LARGEST_NUMBER = 536_870_911;

function nameOf(type: Type): string {
  const { parent } = type;
  return parent !== null && 'fieldsArray' in parent ? nameOf(parent as Type) + type.name : type.name;
}

/** A message with its nested messages, as far as a decoder needs them. */
export function messageOf(type: Type, seen: Map<Type, Message> = new Map()): Message {
  const known = seen.get(type);
  if (known !== undefined) return known;
  const name = nameOf(type);
  const other = [...seen].find(([, message]) => message.name === name)?.[0];
  if (other !== undefined) {
    throw new SchemaError(`${type.fullName} and ${other.fullName} would both be ${name}: rename one of them`);
  }
  if (reserved.has(name)) {
    throw new SchemaError(
      `${type.fullName} would be ${name}, which has a meaning in TypeScript or its decoder: rename it`,
    );
  }
  const fields: Field[] = [];
  const message: Message = { name, comment: type.comment ?? undefined, fields };
  seen.set(type, message);
  const inOrder = [...type.fieldsArray].sort((a, b) => a.id - b.id);
  for (const field of inOrder) fields.push(fieldOf(field.resolve(), seen));
  return message;
}

function fieldOf(field: ProtoField, seen: Map<Type, Message>): Field {
  const refuse = (what: string, remedy: string): SchemaError =>
    new SchemaError(`field ${field.name} of ${field.parent?.fullName ?? '?'} is ${what}: ${remedy}`);
  if (field.name.startsWith('.')) {
    throw refuse('an extension', 'leave it out of the schema, or declare it as a field of the message');
  }
  if (field.id < 1 || field.id > LARGEST_NUMBER) {
    throw refuse(`given the number ${field.id}`, `a field has a number from 1 to ${LARGEST_NUMBER}`);
  }
  if (field.map) {
    throw refuse(
      'a map',
      'declare it as a repeated message with the fields key = 1 and value = 2, which has the same bytes',
    );
  }
  if (field.delimited) throw refuse('a group', 'leave it out of the schema, and the decoder passes over it');
  if (field.required) throw refuse('required', 'declare it optional, and check it where the message is used');
  if (field.getOption('default') !== undefined) {
    throw refuse('given a default of its own', 'leave the default out, and set it where the message is used');
  }
  const type = typeOf(field, seen);
  const isOptional = field.getOption('proto3_optional') === true;
  const isScalar = typeof type === 'string' && type !== 'money';
  const oneof = isOptional ? undefined : (field.partOf ?? undefined);
  return {
    name: field.name,
    number: field.id,
    type,
    repeated: field.repeated,
    presence: oneof !== undefined || (isScalar && field.hasPresence),
    rivals: (oneof?.fieldsArray ?? []).filter((one) => one !== field).map(({ name, id }) => ({ name, number: id })),
    comment: field.comment ?? undefined,
  };
}

function typeOf(field: ProtoField, seen: Map<Type, Message>): Field['type'] {
  const { resolvedType } = field;
  if (resolvedType === null) return field.type as Scalar;
  if (!('fieldsArray' in resolvedType)) return 'enum';
  return isMoney(resolvedType) ? 'money' : messageOf(resolvedType, seen);
}
