import { type Field, isMessage, type Message } from './schema.js';

type Lines = readonly string[];

/** The lines of a doc comment. */
export function docComment(text: string): Lines {
  const lines = text.replaceAll('*/', '* /').split('\n');
  return lines.length === 1
    ? [`/** ${lines.join('')} */`]
    : ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

function typeText({ type }: Field): string {
  if (isMessage(type)) return type.name;
  if (type === 'bool') return 'boolean';
  if (type === 'string') return 'string';
  return type === 'bytes' ? 'Uint8Array' : 'number';
}

/** The type of a field in TypeScript. */
export function fieldTypeText(field: Field): string {
  if (field.repeated) return `${typeText(field)}[]`;
  return field.presence || isMessage(field.type) ? `${typeText(field)} | null` : typeText(field);
}

/** The interface of a message. */
export function interfaceText(message: Message): string {
  return [
    ...docComment(message.comment ?? `A message \`${message.name}\`.`),
    `export interface ${message.name} {`,
    ...message.fields.flatMap((field) => [
      ...docComment(
        field.comment ??
          (field.type === 'money' && !field.repeated && !field.presence
            ? 'An amount of money; `NaN` when it is left out.'
            : ''),
      ).filter((line) => line !== '/**  */'),
      `readonly ${field.name}: ${field.repeated ? 'readonly ' : ''}${fieldTypeText(field)};`,
    ]),
    '}',
  ].join('\n');
}

/** The name of the function that checks a message; no wire function has such a name. */
export const checkerName = (message: Message): string => `check${message.name}Fields`;

const isWide = ({ type }: Field): boolean =>
  ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'].some((wide) => wide === type);

/** Every message inside a message, itself first. */
export function messagesOf(message: Message, seen: Set<Message> = new Set()): Set<Message> {
  if (seen.has(message)) return seen;
  seen.add(message);
  for (const { type } of message.fields) if (isMessage(type)) messagesOf(type, seen);
  return seen;
}

/** Whether a message, or one inside it, has numbers that may be refused. */
export function hasChecks(message: Message): boolean {
  return [...messagesOf(message)].some(({ fields }) => fields.some((field) => field.type === 'money' || isWide(field)));
}

/**
 * The function that checks the numbers of a message after all of it was read, so that a fault of its structure is
 * reported first.
 */
export function checkerText(message: Message, calls: Set<string>): string {
  const checks = message.fields.flatMap((field) => {
    const { name, type, repeated, presence } = field;
    const place = `message.${name}`;
    const value = repeated ? 'value' : place;
    let check: string;
    if (isMessage(type)) {
      if (!hasChecks(type)) return [];
      check = `${checkerName(type)}(${value});`;
    } else {
      if (type !== 'money' && !isWide(field)) return [];
      const called = type === 'money' ? 'checkMoney' : 'checkExact';
      calls.add(called);
      check = `${called}(${value}, '${message.name}.${name}');`;
    }
    if (repeated) return [`for (const value of ${place}) ${check}`];
    return [presence || isMessage(type) ? `if (${place} !== null) ${check}` : check];
  });
  return [`function ${checkerName(message)}(message: ${message.name}): void {`, ...checks, '}'].join('\n');
}
