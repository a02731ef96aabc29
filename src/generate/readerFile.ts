import { indented } from './indented.js';
import type { Reader } from './reader.js';
import { checkerName, checkerText, docComment, hasChecks, interfaceText, messagesOf } from './messageText.js';
import { ReaderText } from './readerText.js';
import type { Message } from './schema.js';
import { wireFunctions, withCalls } from './wireText.js';

/** The header and the imports of a generated file. */
export interface FileOptions {
  /** The comment at the top: the command that wrote the file, and the source to change instead of it. */
  readonly header: readonly string[];
  /** The module that exports `DecodeError`. */
  readonly errors: string;
  /** A module of wire functions, `wireFile()`. @defaultValue none: the file has those that it calls itself */
  readonly wire?: string;
}

const readerName = (message: Message): string => `read${message.name}At`;

function resultImports(readers: readonly Reader[]): readonly string[] {
  const names = new Map<string, Set<string>>();
  for (const { result } of readers) {
    if (result !== undefined) names.set(result.from, (names.get(result.from) ?? new Set()).add(result.call));
  }
  return [...names].map(([from, calls]) => `import { ${[...calls].join(', ')} } from '${from}';`);
}

/** The decoder of a whole payload as an object of all fields. It checks the structure first, then the numbers. */
function wholeText({ name, message, comment }: Reader): string {
  return [
    ...(comment === undefined ? [] : docComment(comment)),
    `export function ${name}(payload: Uint8Array): ${message.name} {`,
    `const message = ${readerName(message)}(payload, 0, payload.length, 0);`,
    ...(hasChecks(message) ? [`${checkerName(message)}(message);`] : []),
    'return message;',
    '}',
  ].join('\n');
}

/** The code of readers, without the wire functions, whose names are in `called`. */
function codeOf(readers: readonly Reader[], called: Set<string>): readonly string[] {
  const own = readers.filter(({ result }) => result !== undefined);
  const whole = readers.filter(({ result }) => result === undefined);
  const messages = [
    ...new Set([
      ...whole.flatMap(({ message }) => [...messagesOf(message)]),
      ...own.flatMap(({ message }) => [...messagesOf(message)].filter((inner) => inner !== message)),
    ]),
  ];
  const texts = [
    ...own.map((reader) => new ReaderText(reader, readerName)),
    ...messages.map((message) => new ReaderText({ name: readerName(message), message }, readerName)),
  ];
  const bodies = texts.map((text) => text.text());
  for (const { calls } of texts) for (const name of calls) called.add(name);
  const checkers = messages.filter((message) => hasChecks(message)).map((message) => checkerText(message, called));
  return [...messages.map(interfaceText), ...whole.map(wholeText), ...bodies, ...checkers].map(indented);
}

/** The text of a module with readers of whole payloads, and with what they need. */
export function readerFile(readers: readonly Reader[], options: FileOptions): string {
  const { header, errors, wire } = options;
  const called = new Set<string>();
  const code = codeOf(readers, called);
  const functions = wire === undefined ? withCalls(called).map((name) => wireFunctions[name]?.text.trim() ?? '') : [];
  const needsError = [...code, ...functions].some((text) => text.includes('new DecodeError'));
  const imports = [
    ...(needsError ? [`import { DecodeError } from '${errors}';`] : []),
    ...resultImports(readers),
    ...(wire === undefined ? [] : [`import { ${[...called].join(', ')} } from '${wire}';`]),
  ];
  return moduleText(header, imports, [...code, ...functions]);
}

/** The text of a module of the wire functions that several files of readers need. */
export function wireFile(files: readonly (readonly Reader[])[], { header, errors }: FileOptions): string {
  const called = new Set<string>();
  for (const readers of files) codeOf(readers, called);
  const functions = withCalls(called).map((name) => {
    const text = wireFunctions[name]?.text.trim() ?? '';
    return called.has(name) ? text.replace(new RegExp(`^function ${name}\\b`, 'm'), `export function ${name}`) : text;
  });
  return moduleText(header, [`import { DecodeError } from '${errors}';`], functions);
}

function moduleText(header: readonly string[], imports: readonly string[], code: readonly string[]): string {
  const comments = header.map((line) => (line.startsWith('/*') ? line : `// ${line}`));
  return `${[comments.join('\n'), imports.join('\n'), ...code].join('\n\n')}\n`;
}
