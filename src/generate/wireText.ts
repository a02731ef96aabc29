import { indented } from './indented.js';

/**
 * The functions that generated decoders call for strings, and for messages that are not in the usual form of encoders.
 * They are here as text, because a decoder that is generated for a user imports only `DecodeError`.
 */
interface WireFunction {
  /** Other functions that its text calls. */
  readonly calls: readonly string[];
  readonly text: string;
}

/** The value of a varint of four or five bytes, each with seven bits, that begins after `next`. */
function nanosOf(bytes: 4 | 5): string {
  const septets = Array.from({ length: bytes }, (_, index) => {
    const byte = index === bytes - 1 ? `bytes[next + ${index + 1}]!` : `(bytes[next + ${index + 1}]! & 0x7f)`;
    return index === 0 ? byte : `(${byte} << ${7 * index})`;
  });
  return septets.join(' | ');
}

/**
 * Reads a Money from `at` to `stop` in the usual form of encoders: a currency of three letters, units of one or two
 * bytes, nanos of four or five. If `next` ends elsewhere than at `stop`, the Money has another form.
 */
export const moneyWalk: readonly string[] = [
  'let next = at;',
  'let units = 0;',
  'let nanos = 0;',
  'if (stop - at >= 5 && bytes[at]! === 0x0a && bytes[at + 1]! === 3) {',
  'if ((bytes[at + 2]! | bytes[at + 3]! | bytes[at + 4]!) < 0x80) next += 5;',
  '}',
  'if (stop - next >= 2 && bytes[next]! === 0x10) {',
  'if (bytes[next + 1]! < 0x80) {',
  'units = bytes[next + 1]!;',
  'next += 2;',
  '} else if (stop - next >= 3 && bytes[next + 2]! < 0x80) {',
  'units = (bytes[next + 1]! & 0x7f) | (bytes[next + 2]! << 7);',
  'next += 3;',
  '}',
  '}',
  'const left = stop - next;',
  'if (left >= 5 && bytes[next]! === 0x18 && (bytes[next + 1]! & bytes[next + 2]! & bytes[next + 3]!) >= 0x80) {',
  'if (left === 5 && bytes[next + 4]! < 0x80) {',
  `nanos = ${nanosOf(4)};`,
  'next = stop;',
  '} else if (left === 6 && bytes[next + 4]! >= 0x80 && bytes[next + 5]! < 0x80) {',
  `nanos = ${nanosOf(5)};`,
  'next = stop;',
  '}',
  '}',
];

/** Reads a length: the content is from `at` to `stop`. */
export const lengthLines: readonly string[] = [
  'if (at === end) throw cut(at);',
  'let stop = bytes[at++]!;',
  'if (stop >= 0x80) {',
  'const next = headEnd(bytes, at - 1, end, 0x07);',
  'stop = head(bytes, at - 1, next);',
  'at = next;',
  '}',
  'stop += at;',
  'if (stop > end) throw cut(end);',
];

/** The amount of the Money from `at` to `stop` as `value`. It is inline because a call would allocate an object. */
export const moneyValue: readonly string[] = [
  ...moneyWalk,
  'const value =',
  'next === stop && nanos >= 0 && nanos < 1_000_000_000',
  '? (units * 1e9 + nanos) / 1e9',
  ': amount(moneyPart(bytes, at, stop, 2), moneyPart(bytes, at, stop, 3));',
];

/** The int64 at `at` as `value`. Up to three bytes are read without a call; after a longer one, `rare` runs. */
export const int64Lines = (...rare: readonly string[]): readonly string[] => [
  'if (at === end) throw cut(at);',
  'let value = bytes[at++]!;',
  'if (value >= 0x80) {',
  'if (at < end && bytes[at]! < 0x80) value = (value & 0x7f) | (bytes[at++]! << 7);',
  'else if (end - at >= 2 && bytes[at + 1]! < 0x80) {',
  'value = (value & 0x7f) | ((bytes[at]! & 0x7f) << 7) | (bytes[at + 1]! << 14);',
  'at += 2;',
  '} else {',
  'const next = varintEnd(bytes, at - 1, end);',
  'value = int64(bytes, at - 1, next);',
  'at = next;',
  ...rare,
  '}',
  '}',
];

export const wireFunctions: Readonly<Record<string, WireFunction>> = {
  cut: {
    calls: [],
    text: `
function cut(at: number): DecodeError {
  return new DecodeError('truncated', \`the message ends at byte \${at} inside a field\`);
}`,
  },

  varintEnd: {
    calls: ['cut'],
    text: `
/** Where the varint at \`at\` ends. */
function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let next = at; next < end; next++) {
    if (bytes[next]! < 0x80) return next + 1;
    if (next - at === 9) throw new DecodeError('schema', \`a varint of more than 10 bytes at byte \${at}\`);
  }
  throw cut(end);
}`,
  },

  low32: {
    calls: [],
    text: `
/** The low 32 bits of the varint from \`at\` to \`stop\`, signed. */
function low32(bytes: Uint8Array, at: number, stop: number): number {
  let low = 0;
  for (let next = at, shift = 0; next < stop && shift < 32; next++, shift += 7) low |= (bytes[next]! & 0x7f) << shift;
  return low;
}`,
  },

  high32: {
    calls: [],
    text: `
/** Bits 32 to 63 of the varint from \`at\` to \`stop\`, signed. Bits beyond the 64th are dropped, as protobuf has it. */
function high32(bytes: Uint8Array, at: number, stop: number): number {
  if (stop - at < 5) return 0;
  let high = (bytes[at + 4]! & 0x7f) >> 4;
  for (let next = at + 5, shift = 3; next < stop; next++, shift += 7) high |= (bytes[next]! & 0x7f) << shift;
  return high;
}`,
  },

  int64: {
    calls: ['low32', 'high32'],
    text: `
/** The int64 of the varint from \`at\` to \`stop\` as the nearest double: exact if and only if it is a safe integer. */
function int64(bytes: Uint8Array, at: number, stop: number): number {
  return high32(bytes, at, stop) * 4_294_967_296 + (low32(bytes, at, stop) >>> 0);
}`,
  },

  uint64: {
    calls: ['low32', 'high32'],
    text: `
/** The same for a uint64. */
function uint64(bytes: Uint8Array, at: number, stop: number): number {
  return (high32(bytes, at, stop) >>> 0) * 4_294_967_296 + (low32(bytes, at, stop) >>> 0);
}`,
  },

  sint64: {
    calls: ['low32', 'high32'],
    text: `
/** The same for a sint64, whose lowest bit is its sign. */
function sint64(bytes: Uint8Array, at: number, stop: number): number {
  const low = low32(bytes, at, stop);
  const high = high32(bytes, at, stop);
  const half = (high >>> 1) * 4_294_967_296 + (((low >>> 1) | (high << 31)) >>> 0);
  return (low & 1) === 0 ? half : -half - 1;
}`,
  },

  headEnd: {
    calls: ['cut'],
    text: `
/** Where the tag or length at \`at\` ends: at most 5 bytes, of the fifth only the bits of \`top\`. */
function headEnd(bytes: Uint8Array, at: number, end: number, top: number): number {
  for (let next = at; next < end; next++) {
    if (next - at === 4 && bytes[next]! > top) {
      throw new DecodeError('schema', \`a tag or length too large at byte \${at}\`);
    }
    if (bytes[next]! < 0x80) return next + 1;
  }
  throw cut(end);
}`,
  },

  head: {
    calls: ['low32'],
    text: `
/** The value of a tag or length from \`at\` to \`stop\`. */
function head(bytes: Uint8Array, at: number, stop: number): number {
  return low32(bytes, at, stop) >>> 0;
}`,
  },

  afterBytes: {
    calls: [],
    text: `
/** Where a field of \`count\` bytes at \`at\` ends. */
function afterBytes(at: number, count: number, end: number): number {
  if (count <= end - at) return at + count;
  throw new DecodeError('truncated', \`a field of \${count} bytes at byte \${at}, \${end - at} are left\`);
}`,
  },

  skip: {
    calls: ['varintEnd', 'headEnd', 'head', 'afterBytes'],
    text: `
/** Passes over the field of \`tag\`, whose content begins at \`at\`: returns where the field ends. */
function skip(bytes: Uint8Array, at: number, end: number, tag: number, depth: number): number {
  if (tag < 8) throw new DecodeError('schema', \`field number 0 before byte \${at}\`);
  switch (tag & 7) {
    case 0:
      return varintEnd(bytes, at, end);
    case 1:
      return afterBytes(at, 8, end);
    case 2: {
      const next = headEnd(bytes, at, end, 0x07);
      return afterBytes(next, head(bytes, at, next), end);
    }
    case 3:
      return skipGroup(bytes, at, end, tag >>> 3, depth + 1);
    case 5:
      return afterBytes(at, 4, end);
    case 4:
      throw new DecodeError('schema', \`the end of a group that never began before byte \${at}\`);
    default:
      throw new DecodeError('schema', \`wire type \${tag & 7} before byte \${at}: there is none\`);
  }
}

function skipGroup(bytes: Uint8Array, start: number, end: number, field: number, depth: number): number {
  if (depth > 100) throw new DecodeError('schema', 'groups nested deeper than 100');
  let at = start;
  while (at < end) {
    const next = headEnd(bytes, at, end, 0x0f);
    const tag = head(bytes, at, next);
    if ((tag & 7) !== 4) at = skip(bytes, next, end, tag, depth);
    else if (tag >>> 3 === field) return next;
    else throw new DecodeError('schema', \`group \${field} ends as group \${tag >>> 3}\`);
  }
  throw new DecodeError('truncated', \`the message ends inside group \${field}\`);
}`,
  },

  wrongType: {
    calls: [],
    text: `
function wrongType(message: string, tag: number): DecodeError {
  return new DecodeError('schema', \`field \${tag >>> 3} of \${message} has wire type \${tag & 7}\`);
}`,
  },

  text: {
    calls: [],
    text: `
/** \`ignoreBOM\` keeps a byte order mark, so that a text with one is not taken for the text without. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text from \`at\` to \`stop\`; bytes that are not UTF-8 are a \`schema\` error. */
function text(bytes: Uint8Array, at: number, stop: number): string {
  let ascii = '';
  // Short ASCII, as symbols are, costs less than a call of TextDecoder.
  if (stop - at < 32) {
    let next = at;
    while (next < stop && bytes[next]! < 0x80) ascii += String.fromCharCode(bytes[next++]!);
    if (next === stop) return ascii;
  }
  try {
    return utf8.decode(bytes.subarray(at, stop));
  } catch (cause) {
    throw new DecodeError('schema', \`text that is not UTF-8 at byte \${at}\`, { cause });
  }
}`,
  },

  checkText: {
    calls: ['text'],
    text: `
/** Refuses bytes that are not UTF-8; makes no string of ASCII. */
function checkText(bytes: Uint8Array, at: number, stop: number): void {
  let next = at;
  while (next < stop && bytes[next]! < 0x80) next += 1;
  if (next < stop) text(bytes, next, stop);
}`,
  },

  fixed: {
    calls: [],
    text: `
/** Numbers of 4 and 8 bytes are read from here: the bytes of a message may begin anywhere. */
const fixed = new DataView(new ArrayBuffer(8));

function setFixed(bytes: Uint8Array, at: number, size: number): void {
  for (let next = 0; next < size; next++) fixed.setUint8(next, bytes[at + next]!);
}`,
  },

  checkExact: {
    calls: [],
    text: `
/** Refuses a whole number that may not be the one that was sent, since no double holds that exactly. */
function checkExact(value: number, field: string): void {
  if (Number.isSafeInteger(value)) return;
  throw new DecodeError('number', \`\${field} is about \${value}: no double holds it exactly\`);
}`,
  },

  joined: {
    calls: ['headEnd', 'head', 'skip'],
    text: `
/**
 * The content of all parts of a sub-message from \`start\` to \`end\`, which is how protobuf joins a sub-message that comes
 * in parts. A field among \`rivals\`, which are of the same oneof, clears the parts before it.
 */
function joined(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  rivals: readonly number[],
): Uint8Array {
  let parts: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    const content = headEnd(bytes, at, end, 0x0f);
    const tag = head(bytes, at, content);
    const next = skip(bytes, content, end, tag, 0);
    if (rivals.includes(tag >>> 3)) parts = [];
    if (tag >>> 3 === field) parts.push(bytes.subarray(headEnd(bytes, content, next, 0x07), next));
    at = next;
  }
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}`,
  },

  amount: {
    calls: [],
    text: `
/**
 * The double nearest to the decimal amount \`units.nanos\` of a \`google.type.Money\`; \`Infinity\` when there is none: the
 * nanos are a whole unit or more, the signs are mixed, or no double holds the units exactly.
 *
 * One division of two exact doubles is rounded once, to the nearest; \`units + nanos / 1e9\` is rounded twice and is
 * wrong for about one two-decimal price in 2,000. Where no such division is at hand the decimal text is parsed.
 */
function amount(units: number, nanos: number): number {
  if (nanos <= -1_000_000_000 || nanos >= 1_000_000_000) return Infinity;
  if ((units > 0 && nanos < 0) || (units < 0 && nanos > 0)) return Infinity;
  // Below it the amount in nanos is a safe integer, whatever the nanos: 9,007,199 × 10^9 is less than 2^53.
  if (units > -9_007_199 && units < 9_007_199) return (units * 1e9 + nanos) / 1e9;
  if (!Number.isSafeInteger(units)) return Infinity;
  // Below it the amount in hundredths is a safe integer.
  if (nanos % 10_000_000 === 0 && units > -9e13 && units < 9e13) return (units * 100 + nanos / 1e7) / 100;
  return Number(\`\${units}.\${String(Math.abs(nanos)).padStart(9, '0')}\`);
}`,
  },

  moneyPart: {
    calls: ['varintEnd', 'low32', 'int64', 'headEnd', 'head', 'checkText', 'skip'],
    text: `
/** The units (field 2) or nanos (field 3) of the \`google.type.Money\` from \`start\` to \`stop\`, whose layout is checked. */
function moneyPart(bytes: Uint8Array, start: number, stop: number, field: 2 | 3): number {
  let value = 0;
  for (let at = start; at < stop; ) {
    const content = headEnd(bytes, at, stop, 0x0f);
    const tag = head(bytes, at, content);
    if (tag === 0x08) {
      const layout = 'the layout is { units = 1, nanos = 2 }, not that of google.type.Money';
      throw new DecodeError('money-layout', \`field 1 of Money has wire type 0: \${layout}\`);
    }
    if (tag >= 8 && tag < 32 && tag !== 0x0a && tag !== 0x10 && tag !== 0x18) {
      const layout = 'not the layout of google.type.Money';
      throw new DecodeError('schema', \`field \${tag >>> 3} of Money has wire type \${tag & 7}: \${layout}\`);
    }
    at = skip(bytes, content, stop, tag, 0);
    if (tag === 0x0a) checkText(bytes, headEnd(bytes, content, at, 0x07), at);
    else if (tag >>> 3 === field) value = field === 2 ? int64(bytes, content, at) : low32(bytes, content, at);
  }
  return value;
}`,
  },

  moneyAt: {
    calls: ['moneyPart', 'amount'],
    text: indented(
      [
        '',
        '/** The amount of the Money from `at` to `stop`; `Infinity` when there is none. */',
        'function moneyAt(bytes: Uint8Array, at: number, stop: number): number {',
        ...moneyWalk,
        'if (next === stop) return amount(units, nanos);',
        'return amount(moneyPart(bytes, at, stop, 2), moneyPart(bytes, at, stop, 3));',
        '}',
      ].join('\n'),
    ),
  },

  checkMoney: {
    calls: [],
    text: `
/** Refuses a Money that has no amount. */
function checkMoney(value: number, field: string): void {
  if (value !== Infinity) return;
  const reasons = 'its nanos are a whole unit or more, its signs are mixed, or no double holds its units exactly';
  throw new DecodeError('number', \`\${field} is no amount of money: \${reasons}\`);
}`,
  },

  priceOfParts: {
    calls: ['joined', 'moneyAt', 'checkMoney'],
    text: `
/** The price of a Money that may come in parts; \`NaN\` when it is zero or left out. */
function priceOfParts(bytes: Uint8Array, begin: number, end: number, field: number, name: string): number {
  const whole = joined(bytes, begin, end, field, []);
  const price = moneyAt(whole, 0, whole.length);
  checkMoney(price, name);
  return price === 0 ? NaN : price;
}`,
  },

  checkCount: {
    calls: [],
    text: `
/** Refuses what is no count. */
function checkCount(count: number, field: string): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new DecodeError('number', \`\${field} is about \${count}: a count is a whole number from 0 to 2^53 - 1\`);
}`,
  },

  zigzag: {
    calls: [],
    text: `
/** A sint32, whose lowest bit is its sign. */
function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}`,
  },

  ...fixedFunctions({
    fixed32At: 'fixed.getUint32(0, true)',
    sfixed32At: 'fixed.getInt32(0, true)',
    floatAt: 'fixed.getFloat32(0, true)',
    fixed64At: 'fixed.getUint32(4, true) * 4_294_967_296 + fixed.getUint32(0, true)',
    sfixed64At: 'fixed.getInt32(4, true) * 4_294_967_296 + fixed.getUint32(0, true)',
    doubleAt: 'fixed.getFloat64(0, true)',
  }),
};

/** Readers of numbers of 4 and 8 bytes. */
function fixedFunctions(values: Readonly<Record<string, string>>): Record<string, WireFunction> {
  const functionOf = (name: string, value: string): WireFunction => ({
    calls: ['fixed'],
    text: `
function ${name}(bytes: Uint8Array, at: number): number {
  setFixed(bytes, at, ${/64|double/.test(name) ? 8 : 4});
  return ${value};
}`,
  });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, functionOf(name, value)]));
}

/** The names of functions with all functions that they call, in the order of the file. */
export function withCalls(names: Iterable<string>): readonly string[] {
  const all = new Set(names);
  // Iteration over a set includes names that the loop adds.
  for (const name of all) for (const called of wireFunctions[name]?.calls ?? []) all.add(called);
  return Object.keys(wireFunctions).filter((name) => all.has(name));
}
