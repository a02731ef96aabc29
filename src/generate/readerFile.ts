import type { Reader } from './reader.js';
import { checkerText, hasChecks, interfaceText } from './messageText.js';
import { ReaderText } from './readerText.js';
import type { Message } from './schema.js';
import { wireFunctions, withCalls } from './wireText.js';

/** Where a generated file comes from, and what it imports. */
export interface FileOptions {
  /** The comment at the top: what wrote the file, and what to change instead of it. */
  readonly header: readonly string[];
  /** The module that exports `DecodeError`. */
  readonly errors: string;
  /** A module of wire functions, `wireFile()`. @defaultValue none: the file has those that it calls itself */
  readonly wire?: string;
}

/** Every message inside a message, itself first. */
function messagesOf(message: Message, seen: Set<Message> = new Set()): Set<Message> {
  if (seen.has(message)) return seen;
  seen.add(message);
  for (const { type } of message.fields) if (typeof type !== 'string') messagesOf(type, seen);
  return seen;
}

const readerName = (message: Message): string => `read${message.name}`;

function resultImports(readers: readonly Reader[]): readonly string[] {
  const names = new Map<string, Set<string>>();
  for (const { result } of readers) {
    if (result !== undefined) names.set(result.from, (names.get(result.from) ?? new Set()).add(result.call));
  }
  return [...names].map(([from, calls]) => `import { ${[...calls].join(', ')} } from '${from}';`);
}

/** The text of a module with readers of whole payloads, and with what they need. */
export function readerFile(readers: readonly Reader[], options: FileOptions): string {
  const all = new Set(readers.flatMap(({ message }) => [...messagesOf(message)]));
  const inner = new Set(
    [...all].flatMap(({ fields }) => fields.map(({ type }) => type)).filter((type) => typeof type !== 'string'),
  );
  const whole = readers.flatMap(({ message, result }) => (result === undefined ? [message] : []));
  const interfaces = new Set([...whole, ...inner]);
  const texts = [
    ...readers.map((reader) => new ReaderText(reader, true, readerName)),
    ...[...inner].map((message) => new ReaderText({ name: readerName(message), message }, false, readerName)),
  ];
  const bodies = texts.map((text) => indented(text.text()));
  const called = new Set(texts.flatMap(({ calls }) => [...calls]));
  const checkers = [...interfaces]
    .filter((message) => hasChecks(message))
    .map((message) => indented(checkerText(message, called)));
  const functions =
    options.wire === undefined ? withCalls(called).map((name) => wireFunctions[name]?.text.trim() ?? '') : [];
  const code = [
    ...[...interfaces].map((message) => indented(interfaceText(message))),
    ...bodies,
    ...checkers,
    ...functions,
  ];
  const imports = [
    ...(code.some((text) => text.includes('new DecodeError'))
      ? [`import { DecodeError } from '${options.errors}';`]
      : []),
    ...resultImports(readers),
    ...(options.wire === undefined ? [] : [`import { ${[...called].join(', ')} } from '${options.wire}';`]),
  ];
  return `${[options.header.map((line) => `// ${line}`).join('\n'), imports.join('\n'), ...code].join('\n\n')}\n`;
}

/** The text of a module of all wire functions, for several files of readers. */
export function wireFile({ header, errors }: Pick<FileOptions, 'header' | 'errors'>): string {
  const functions = Object.values(wireFunctions).map(({ text }) =>
    text.trim().replaceAll(/^function /gm, 'export function '),
  );
  return (
    [header.map((line) => `// ${line}`).join('\n'), `import { DecodeError } from '${errors}';`, ...functions].join(
      '\n\n',
    ) + '\n'
  );
}

/** Lines with two spaces for each bracket that is open. */
function indented(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      if (/^[})\]]/.test(line)) depth -= 1;
      const shown = line === '' ? '' : '  '.repeat(depth) + line;
      if (/[{([]$/.test(line)) depth += 1;
      return shown;
    })
    .join('\n');
}
