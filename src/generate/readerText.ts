import type { Levels, Reader } from './reader.js';
import { fieldTypeText } from './messageText.js';
import { type Field, isMessage, type Message, type Scalar, snakeCase } from './schema.js';
import { int64Lines, lengthLines, moneyValue, moneyWalk, wireFunctions } from './wireText.js';

type Lines = readonly string[];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const wireTypes: Readonly<Record<Scalar | 'money', number>> = {
  ...{ int32: VARINT, uint32: VARINT, sint32: VARINT, int64: VARINT, uint64: VARINT, sint64: VARINT },
  ...{ bool: VARINT, enum: VARINT },
  ...{ fixed32: FIXED32, sfixed32: FIXED32, float: FIXED32, fixed64: FIXED64, sfixed64: FIXED64, double: FIXED64 },
  ...{ string: BYTES, bytes: BYTES, money: BYTES },
};

/** Names that a reader uses itself, and reserved words of the language. */
const taken = new Set(
  (
    'again at begin message bytes count depth end fields from left level nanos next number payload price stop tag topic ' +
    'units value whole ' +
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof undefined var void while with yield NaN Infinity ' +
    'Number String Math Uint8Array DecodeError TextDecoder DataView ArrayBuffer'
  ).split(' '),
);

/** The local variable of a field. A name that could collide with a function or with another variable gets a suffix. */
const local = (name: string): string =>
  taken.has(name) || name in wireFunctions || /^read.+At$|_$/.test(name) ? `${name}_` : name;

/**
 * The depth that a sub-message in parts adds. Each part is first read alone, so parts within parts double the time at
 * each level: without this limit, a message of a hundred bytes could take for ever.
 */
const DEPTH_OF_PARTS = 20;

const hex = (tag: number): string => `0x${tag.toString(16).padStart(2, '0')}`;

const wireTypeOf = ({ type }: Field): number => (isMessage(type) ? BYTES : wireTypes[type]);

const tagOf = (field: Field): number => field.number * 8 + wireTypeOf(field);

function defaultText(field: Field): string {
  const { type } = field;
  if (field.repeated) return '[]';
  if (field.presence || isMessage(type)) return 'null';
  if (type === 'money') return 'NaN';
  if (type === 'bool') return 'false';
  if (type === 'string') return "''";
  return type === 'bytes' ? 'new Uint8Array(0)' : '0';
}

/** The text that computes the value of a varint of one byte, and of more. */
const varints: Readonly<Record<string, readonly [one: string, more: string]>> = {
  int32: ['bytes[at]!', 'low32(bytes, at, next)'],
  enum: ['bytes[at]!', 'low32(bytes, at, next)'],
  uint32: ['bytes[at]!', 'low32(bytes, at, next) >>> 0'],
  sint32: ['zigzag(bytes[at]!)', 'zigzag(low32(bytes, at, next))'],
  int64: ['bytes[at]!', 'int64(bytes, at, next)'],
  uint64: ['bytes[at]!', 'uint64(bytes, at, next)'],
  sint64: ['zigzag(bytes[at]!)', 'sint64(bytes, at, next)'],
  bool: ['bytes[at]! !== 0', 'int64(bytes, at, next) !== 0'],
};

/** The text of one reader. Collects the names of the wire functions that it calls. */
export class ReaderText {
  readonly calls: Set<string> = new Set();
  private readonly reader: Reader;
  private readonly readerOf: (message: Message) => string;
  private readonly read: readonly Field[];
  private readonly levels: readonly Levels[];
  private readonly spans: ReadonlySet<string>;
  /**
   * A reader with a result of its own is for a busy topic: it calls no function for a message in the usual form of
   * encoders.
   */
  private readonly isBusy: boolean;

  constructor(reader: Reader, readerOf: (message: Message) => string) {
    this.reader = reader;
    this.readerOf = readerOf;
    const { message, levels = [], spans = [] } = reader;
    const fields = reader.fields ?? message.fields.map(({ name }) => name);
    this.read = fields.map((name) => this.field(name));
    this.levels = levels;
    this.spans = new Set(spans);
    this.isBusy = reader.result !== undefined;
  }

  text(): string {
    const { reader } = this;
    const blocks = this.runs().flatMap((run) => ['', ...this.block(run)]);
    const rejoined = this.rejoined();
    const { name, message, result } = reader;
    const head =
      result === undefined
        ? [
            `function ${name}(bytes: Uint8Array, begin: number, end: number, depth: number): ${message.name} {`,
            `if (depth > 100) throw new DecodeError('schema', 'messages nested deeper than 100');`,
          ]
        : [
            `export function ${name}(bytes: Uint8Array, topic?: string): ReturnType<typeof ${result.call}> {`,
            'const begin = 0;',
            'const end = bytes.length;',
          ];
    const lines = [
      ...head,
      ...this.declarations(),
      ...(rejoined.length === 0
        ? []
        : [
            '// Whether a sub-message came in parts, or a value may be invalid: the end of the function reads these again.',
            'let again = false;',
          ]),
      'let at = begin;',
      '// The tag of the field that begins; -1 before the first.',
      'let tag = -1;',
      'fields: for (;;) {',
      'const from = at;',
      ...blocks,
      '',
      'if (at === from) {',
      '// No field of the schema begins here.',
      ...this.others(),
      ...this.nextTag(),
      '}',
      '}',
      ...(rejoined.length === 0 ? [] : ['if (again) {', ...rejoined, '}']),
      ...this.resultLines(),
      '}',
    ];
    return lines.join('\n');
  }

  private field(name: string): Field {
    const found = this.reader.message.fields.find((field) => field.name === name);
    if (found === undefined) throw new Error(`${this.reader.name}: ${this.reader.message.name} has no field ${name}`);
    return found;
  }

  private call(name: string): string {
    this.calls.add(name);
    return name;
  }

  private declarations(): Lines {
    const arrays = this.levels.flatMap(({ name, of, fields }) => {
      const empty = fields.map(() => (of === 'price' ? 'NaN' : '0')).join(', ');
      return [`const ${name} = [${empty}];`];
    });
    const locals = this.read.flatMap((field) => {
      const name = local(field.name);
      if (this.spans.has(field.name)) return [`let ${name}At = 0;`, `let ${name}Stop = 0;`];
      if (field.repeated) return [`const ${name}: ${fieldTypeText(field)} = [];`];
      const type =
        defaultText(field) === 'null' ? `: ${fieldTypeText(field)}` : field.type === 'bytes' ? ': Uint8Array' : '';
      return [`let ${name}${type} = ${defaultText(field)};`];
    });
    return [...locals, ...arrays];
  }

  /** Reads the next tag, or ends. A tag of two bytes is read here where the schema has one. */
  private nextTag(): Lines {
    this.call('headEnd');
    this.call('head');
    const hasLong = this.reader.message.fields.some(({ number }) => number > 15);
    const anyTag = [
      'const next = headEnd(bytes, at - 1, end, 0x0f);',
      'tag = head(bytes, at - 1, next);',
      'at = next;',
    ];
    return [
      'if (at === end) break fields;',
      'tag = bytes[at++]!;',
      ...(hasLong
        ? [
            'if (tag >= 0x80) {',
            'if (at < end && bytes[at]! < 0x80) tag = (tag & 0x7f) | (bytes[at++]! << 7);',
            'else {',
            ...anyTag,
            '}',
            '}',
          ]
        : ['if (tag >= 0x80) {', ...anyTag, '}']),
    ];
  }

  private length(): Lines {
    return this.lines(lengthLines, 'cut', 'headEnd', 'head');
  }

  private single(field: Field): Lines {
    const { repeated } = field;
    const name = local(field.name);
    const comment = `// ${snakeCase(field.name)} = ${field.number}`;
    const keep = (value: string): Lines => [
      ...(repeated ? [`${name}.push(${value});`] : [`${name} = ${value};`]),
      ...field.rivals.map((rival) => `${local(rival.name)} = null;`),
    ];
    const head = `${repeated ? 'while' : 'if'} (tag === ${hex(tagOf(field))}) {`;
    const tail = [...this.nextTag(), '}'];
    if (this.spans.has(field.name)) {
      const check = [
        'for (let next = at; next < stop; next++) {',
        `if (bytes[next]! >= 0x80) ${this.call('text')}(bytes, at, stop);`,
        '}',
      ];
      return [
        head,
        comment,
        ...this.length(),
        ...check,
        `${name}At = at;`,
        `${name}Stop = stop;`,
        'at = stop;',
        ...tail,
      ];
    }
    if (wireTypeOf(field) !== BYTES) {
      const one = [head, comment, ...this.number(field, keep), ...tail];
      if (!repeated) return one;
      const packed = [
        `while (tag === ${hex(field.number * 8 + BYTES)}) {`,
        `${comment}, packed`,
        ...this.length(),
        'while (at < stop) {',
        ...this.number(field, keep, 'stop'),
        '}',
        ...tail,
      ];
      return [...one, ...packed];
    }
    return [head, comment, ...this.length(), ...this.content(field, name, keep), 'at = stop;', ...tail];
  }

  private content(field: Field, name: string, keep: (value: string) => Lines): Lines {
    const { type, repeated } = field;
    if (type === 'string') return keep(`${this.call('text')}(bytes, at, stop)`);
    if (type === 'bytes') return keep('new Uint8Array(bytes.subarray(at, stop))');
    if (type === 'money') {
      const came = field.presence ? `${name} !== null` : `!Number.isNaN(${name})`;
      const again = repeated ? [] : [`again ||= ${came};`];
      if (this.isBusy) return [...again, ...this.lines(moneyValue, 'amount', 'moneyPart'), ...keep('value')];
      return [...again, ...keep(`${this.call('moneyAt')}(bytes, at, stop)`)];
    }
    const value = `${this.readerOf(type as Message)}(bytes, at, stop, ${this.isBusy ? '1' : 'depth + 1'})`;
    return repeated ? keep(value) : [`again ||= ${name} !== null;`, ...keep(value)];
  }

  /** Reads a number at `at`. */
  private number(field: Field, keep: (value: string) => Lines, end = 'end'): Lines {
    const type = field.type as Scalar;
    if (this.isBusy && type === 'int64') return [...this.int64(), ...keep('value')];
    const varint = varints[type];
    if (varint === undefined) {
      const size = wireTypeOf(field) === FIXED64 ? 8 : 4;
      return [
        `at = ${this.call('afterBytes')}(at, ${size}, ${end});`,
        ...keep(`${this.call(`${type}At`)}(bytes, at - ${size})`),
      ];
    }
    this.call('cut');
    this.call('varintEnd');
    for (const text of varint) for (const [, name] of text.matchAll(/(\w+)\(/g)) this.call(name ?? '');
    const [one, more] = varint;
    return [
      `if (at === ${end}) throw cut(at);`,
      'if (bytes[at]! < 0x80) {',
      ...keep(one.replace('bytes[at]!', 'bytes[at++]!')),
      '} else {',
      `const next = varintEnd(bytes, at, ${end});`,
      ...keep(more),
      'at = next;',
      '}',
    ];
  }

  /** The fields in the order of encoders. Those whose numbers follow each other, and that are read alike, are one run. */
  private runs(): readonly (readonly Field[])[] {
    const { message } = this.reader;
    const order = this.reader.order ?? message.fields.map(({ name }) => name);
    const runs: Field[][] = [];
    for (const field of order.map((name) => this.field(name))) {
      const last = runs.at(-1)?.at(-1);
      if (last !== undefined && field.number === last.number + 1 && this.isAlike(last, field)) runs.at(-1)?.push(field);
      else runs.push([field]);
    }
    return runs;
  }

  private isAlike(one: Field, other: Field): boolean {
    const [levels, otherLevels] = [this.levelsOf(one), this.levelsOf(other)];
    if (levels !== undefined || otherLevels !== undefined) {
      const level = ({ name }: Field): number => levels?.fields.indexOf(name) ?? 0;
      return levels === otherLevels && level(other) === level(one) + 1;
    }
    if (this.read.includes(one) || this.read.includes(other)) return false;
    return wireTypeOf(one) === wireTypeOf(other);
  }

  private levelsOf({ name }: Field): Levels | undefined {
    return this.levels.find(({ fields }) => fields.includes(name));
  }

  private block(run: readonly Field[]): Lines {
    const first = run[0] as Field;
    const levels = this.levelsOf(first);
    if (levels !== undefined) return this.levelRun(levels, run);
    return this.read.includes(first) ? this.single(first) : this.passedRun(run);
  }

  private levelRun(levels: Levels, run: readonly Field[]): Lines {
    const first = run[0] as Field;
    const shift = first.number - levels.fields.indexOf(first.name);
    const place = `${levels.name}[(tag >>> 3) - ${shift}]`;
    if (levels.of === 'count') {
      return this.run(run, [
        ...this.int64('if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) again = true;'),
        `${place} = value;`,
      ]);
    }
    return this.run(run, [
      ...this.length(),
      ...moneyWalk,
      `const level = (tag >>> 3) - ${shift};`,
      `if (!Number.isNaN(${levels.name}[level]!)) again = true;`,
      'if (next === stop && nanos >= 0 && nanos < 1_000_000_000) {',
      '// No branch waits for the division.',
      `if ((units | nanos) !== 0) ${levels.name}[level] = (units * 1e9 + nanos) / 1e9;`,
      '} else {',
      `const price = ${this.call('amount')}(${this.call('moneyPart')}(bytes, at, stop, 2), moneyPart(bytes, at, stop, 3));`,
      'if (price === Infinity) again = true;',
      `if (price !== 0) ${levels.name}[level] = price;`,
      '}',
      'at = stop;',
    ]);
  }

  private run(run: readonly Field[], lines: Lines): Lines {
    const [first, last] = [run[0] as Field, run.at(-1) as Field];
    return [
      ...(first === last
        ? [`while (tag === ${hex(tagOf(first))}) {`, `// ${snakeCase(first.name)} = ${first.number}`]
        : [
            `while (tag >= ${hex(tagOf(first))} && tag <= ${hex(tagOf(last))} && (tag & 7) === ${wireTypeOf(first)}) {`,
            `// ${snakeCase(first.name)} to ${snakeCase(last.name)} = ${first.number} to ${last.number}`,
          ]),
      ...lines,
      ...this.nextTag(),
      '}',
    ];
  }

  private int64(...rare: Lines): Lines {
    return this.lines(int64Lines(...rare), 'cut', 'varintEnd', 'int64');
  }

  /** Lines of text; notes the functions that they call. */
  private lines(lines: Lines, ...calls: readonly string[]): Lines {
    for (const name of calls) this.call(name);
    return lines;
  }

  /** Fields that are not kept. Their wire types and lengths are checked; the content of a sub-message is not. */
  private passedRun(run: readonly Field[]): Lines {
    const first = run[0] as Field;
    const wireType = wireTypeOf(first);
    if (wireType === BYTES) return this.run(run, [...this.length(), 'at = stop;']);
    if (wireType !== VARINT) throw new Error(`${this.reader.name}: ${first.name} can't be passed over`);
    const varint = [
      'if (at === end) throw cut(at);',
      'if (bytes[at]! < 0x80) at += 1;',
      'else if (end - at >= 2 && bytes[at + 1]! < 0x80) at += 2;',
      'else if (end - at >= 3 && bytes[at + 2]! < 0x80) at += 3;',
      'else at = varintEnd(bytes, at, end);',
    ];
    return this.run(run, this.lines(varint, 'cut', 'varintEnd'));
  }

  /** Skips a field that the schema lacks; throws for a field of the schema with another wire type. */
  private others(): Lines {
    const numbers = this.reader.message.fields.map(({ number }) => number);
    const ranges: [number, number][] = [];
    for (const number of numbers) {
      const last = ranges.at(-1);
      if (last?.[1] === number - 1) last[1] = number;
      else ranges.push([number, number]);
    }
    const [skip, wrongType] = [this.call('skip'), this.call('wrongType')];
    const known = ranges.map(([first, last]) =>
      first === last ? `number === ${first}` : `number >= ${first} && number <= ${last}`,
    );
    const isKnown = known.length === 1 ? known : known.map((range) => `(${range})`);
    return [
      'if (tag !== -1) {',
      ...(isKnown.length === 0
        ? []
        : [
            'const number = tag >>> 3;',
            `if (${isKnown.join(' || ')}) throw ${wrongType}('${this.reader.message.name}', tag);`,
          ]),
      `at = ${skip}(bytes, at, end, tag, 0);`,
      '}',
    ];
  }

  /** Joins sub-messages that came in parts and reads them again; throws for invalid values. */
  private rejoined(): Lines {
    const levels = this.levels.flatMap((one) => {
      const fields = one.fields.map((name) => this.field(name).number);
      return fields.map((number, level) => {
        const value = `${one.name}[${level}]`;
        return one.of === 'price'
          ? `${value} = ${this.call('priceOfParts')}(bytes, begin, end, ${number}, '${value}');`
          : `${this.call('checkCount')}(${value}!, '${value}');`;
      });
    });
    const singles = this.read.flatMap((field) => {
      const { type } = field;
      if (field.repeated || !(type === 'money' || isMessage(type))) return [];
      const name = local(field.name);
      const rivals = `[${field.rivals.map(({ number }) => number).join(', ')}]`;
      const isSet = type === 'money' && !field.presence ? `!Number.isNaN(${name})` : `${name} !== null`;
      const value = isMessage(type)
        ? `${this.readerOf(type)}(whole, 0, whole.length, ${this.isBusy ? '' : 'depth + '}${DEPTH_OF_PARTS})`
        : `${this.call('moneyAt')}(whole, 0, whole.length)`;
      return [
        `if (${isSet}) {`,
        `const whole = ${this.call('joined')}(bytes, begin, end, ${field.number}, ${rivals});`,
        `${name} = ${value};`,
        '}',
      ];
    });
    return [...levels, ...singles];
  }

  private resultLines(): Lines {
    const { message, result } = this.reader;
    if (result !== undefined) {
      const fields = this.read.flatMap(({ name }) =>
        this.spans.has(name) ? [`${local(name)}At`, `${local(name)}Stop`] : [local(name)],
      );
      const checks = this.read.flatMap(({ name, type }) =>
        type === 'money' ? [`${this.call('checkMoney')}(${local(name)}, '${message.name}.${name}');`] : [],
      );
      const values = ['bytes', 'topic', ...fields, ...this.levels.map(({ name }) => name)];
      return [...checks, `return ${result.call}(${values.join(', ')});`];
    }
    const properties = this.read.map(({ name }) => (local(name) === name ? `${name},` : `${name}: ${local(name)},`));
    return ['return {', ...properties, '};'];
  }
}
