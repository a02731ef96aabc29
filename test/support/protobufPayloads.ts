import protobuf from 'protobufjs';

type Random = () => number;

const wireTypes: Readonly<Record<string, number>> = {
  ...{ string: 2, bytes: 2, double: 1, fixed64: 1, sfixed64: 1, float: 5, fixed32: 5, sfixed32: 5 },
};

function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** A whole number of at most the given number of bits, small ones as often as large ones. */
function bits(random: Random, most: number): bigint {
  return BigInt.asUintN(
    below(random, most + 1),
    (BigInt(below(random, 2 ** 32)) << 32n) | BigInt(below(random, 2 ** 32)),
  );
}

/** Writes a value of a scalar type, without its tag. `isWild`: also one that a decoder may refuse. */
function writeScalar(writer: protobuf.Writer, type: string, random: Random, isWild: boolean): void {
  const signed = (value: bigint): bigint => (isWild && random() < 0.3 ? -value : value);
  const wide = isWild && random() < 0.1;
  if (type === 'string')
    writer.string(oneOf(random, ['', 'AOT', 'S & J', 'หุ้น', 'a long text, longer than a symbol is', '😀']));
  else if (type === 'bytes') writer.bytes(Uint8Array.from({ length: below(random, 5) }, () => below(random, 256)));
  else if (type === 'bool') writer.bool(random() < 0.5);
  else if (type === 'double') writer.double(oneOf(random, [0, -0, 62.25, NaN, Infinity, random() * 1e9]));
  else if (type === 'float') writer.float(oneOf(random, [0, 1.5, -3.25, random() * 1000]));
  else if (type === 'uint32' || type === 'fixed32') writer[type](Number(bits(random, 32)));
  else if (type === 'int32' || type === 'sint32' || type === 'sfixed32') writer[type](Number(signed(bits(random, 31))));
  else if (type === 'uint64' || type === 'fixed64') writer[type](bits(random, wide ? 64 : 53).toString());
  else if (type === 'int64' || type === 'sint64' || type === 'sfixed64') {
    writer[type](signed(bits(random, wide ? 63 : 53)).toString());
  } else writer.int32(below(random, 5));
}

/** A Money as encoders write it, mostly; prices of a few units with hundredths above all. */
function writeMoney(writer: protobuf.Writer, random: Random, isWild: boolean): void {
  if (random() < 0.9) writer.uint32(10).string(oneOf(random, ['THB', 'THB', 'THB', '', 'US']));
  const sign = random() < 0.1 ? -1 : 1;
  if (random() < 0.95) writer.uint32(16).int64(sign * Number(bits(random, oneOf(random, [7, 10, 14, 21, 53]))));
  if (random() < 0.7) writer.uint32(24).int32(sign * below(random, 100) * 10_000_000);
  else if (random() < 0.2) writer.uint32(24).int32(sign * below(random, isWild ? 1_100_000_000 : 1_000_000_000));
}

/** Writes some of the fields of a message, in the order of their numbers or, sometimes, in any. */
function writeMessage(writer: protobuf.Writer, type: protobuf.Type, random: Random, isWild: boolean, depth = 0): void {
  if (type.name === 'Money') {
    writeMoney(writer, random, isWild);
    return;
  }
  const given = oneOf(random, [1, 1, 0.9, 0.5, 0.2]);
  const fields = type.fieldsArray.filter(() => random() < given).sort((a, b) => a.id - b.id);
  if (random() < 0.2) fields.sort(() => random() - 0.5);
  for (const field of fields) writeField(writer, field.resolve(), random, isWild, depth);
}

function writeField(
  writer: protobuf.Writer,
  field: protobuf.Field,
  random: Random,
  isWild: boolean,
  depth: number,
): void {
  const { id, type, repeated, resolvedType } = field;
  const count = repeated ? below(random, 4) : 1;
  if (resolvedType instanceof protobuf.Type) {
    if (depth > 3 || (depth > 0 && random() < 0.5)) return;
    for (let one = 0; one < count; one++) {
      writer.uint32(((id << 3) | 2) >>> 0).fork();
      writeMessage(writer, resolvedType, random, isWild, depth + 1);
      writer.ldelim();
    }
    return;
  }
  const wireType = wireTypes[type] ?? 0;
  if (repeated && wireType !== 2 && random() < 0.5) {
    writer.uint32(((id << 3) | 2) >>> 0).fork();
    for (let one = 0; one < count; one++) writeScalar(writer, type, random, isWild);
    writer.ldelim();
    return;
  }
  for (let one = 0; one < count; one++) {
    writer.uint32(((id << 3) | wireType) >>> 0);
    writeScalar(writer, type, random, isWild);
  }
}

/** A payload of a message with random fields. */
export function randomPayload(type: protobuf.Type, random: Random): Uint8Array {
  const writer = protobuf.Writer.create();
  writeMessage(writer, type, random, random() < 0.2);
  return new Uint8Array(writer.finish());
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Where the fields of a message begin, and its end. */
function borders(payload: Uint8Array): readonly number[] {
  const reader = protobuf.Reader.create(payload);
  const found = [0];
  try {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      reader.skipType(tag & 7, 0, tag >>> 3);
      found.push(reader.pos);
    }
  } catch {
    // A payload that is no message keeps the borders before its fault.
  }
  return found;
}

const unknown = [
  [0xf8, 0x7f, 1],
  [0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8],
  [0xfa, 0x7f, 2, 1, 2],
  [0xfb, 0x7f, 0x08, 1, 0x0a, 1, 65, 0xfc, 0x7f],
  [0xfd, 0x7f, 1, 2, 3, 4],
];

/** Changes of a payload: some leave a message of the schema, most do not. */
const mutations: readonly ((payload: Uint8Array, random: Random, other: Uint8Array) => Uint8Array)[] = [
  // One bit, up to three times.
  (payload, random) => {
    const changed = payload.slice();
    for (let left = 1 + below(random, 3); left > 0; left--) {
      const at = below(random, changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    }
    return changed;
  },
  // One byte.
  (payload, random) => {
    const changed = payload.slice();
    changed[below(random, changed.length)] = oneOf(random, [0, 1, 0x7f, 0x80, 0xff, below(random, 256)]);
    return changed;
  },
  // A cut.
  (payload, random) => payload.subarray(0, below(random, payload.length)),
  // Bytes that are left out, or come twice.
  (payload, random) => {
    const [from, count] = [below(random, payload.length), 1 + below(random, 6)];
    return joined(payload.subarray(0, from), payload.subarray(from + count));
  },
  (payload, random) => {
    const [from, count] = [below(random, payload.length), 1 + below(random, 6)];
    return joined(payload.subarray(0, from + count), payload.subarray(from));
  },
  // A field that comes twice, fields in another order, a field that no schema has.
  (payload, random) => {
    const at = borders(payload);
    const from = below(random, at.length - 1);
    const field = payload.subarray(at[from], at[from + 1]);
    const to = oneOf(random, at);
    return joined(payload.subarray(0, to), field, payload.subarray(to));
  },
  (payload, random) => {
    const middle = oneOf(random, borders(payload));
    return joined(payload.subarray(middle), payload.subarray(0, middle));
  },
  (payload, random) => {
    const at = oneOf(random, borders(payload));
    return joined(payload.subarray(0, at), Uint8Array.from(oneOf(random, unknown)), payload.subarray(at));
  },
  // A field of another message, which may be here already.
  (payload, random, other) => {
    const [at, from] = [oneOf(random, borders(payload)), borders(other)];
    const index = below(random, from.length - 1);
    return joined(payload.subarray(0, at), other.subarray(from[index], from[index + 1]), payload.subarray(at));
  },
  // Two messages in a row, which are one.
  (payload, _random, other) => joined(payload, other),
  // The same number in more bytes, where it is a varint: a byte that announces another, then zeros.
  (payload, random) => {
    const at = below(random, payload.length);
    const more = Uint8Array.of(
      (payload[at] ?? 0) | 0x80,
      ...oneOf(random, [[0], [0x80, 0], [0x80, 0x80, 0x80, 0x80, 0]]),
    );
    return joined(payload.subarray(0, at), more, payload.subarray(at + 1));
  },
];

/** A payload that was changed in one way, or in two; `other` is one of the same message. */
export function mutatedPayload(payload: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (payload.length === 0) return Uint8Array.of(below(random, 256));
  const once = oneOf(random, mutations)(payload, random, other);
  return random() < 0.7 || once.length === 0 ? once : oneOf(random, mutations)(once, random, other);
}
