import { encodeQuote } from './encodeQuote.js';
import { encodeStatus } from './encodeStatus.js';
import type { MessageFormat } from './messages.js';

const utf8 = new TextEncoder();

/** The tags of a feed. The mark of an implausible book is not in the list, because it stays with the book. */
const TAGS: ReadonlySet<string> = new Set([
  ...['kind', 'epoch', 'state', 'market', 'change', 'replayed', 'receivedAt', 'monotonicAt', 'upstream'],
]);

const withoutTags = (event: object): object =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !TAGS.has(name)));

const json = (value: object): Uint8Array => utf8.encode(JSON.stringify(value));

/** The forms of a relay's messages, by the value of the option `format`. */
export const formats: Readonly<Record<'protobuf' | 'json', MessageFormat>> = {
  protobuf: {
    quote: (head, _, event) => encodeQuote(head, event),
    status: encodeStatus,
  },
  // JSON has no NaN: it becomes null.
  json: {
    quote: (head, symbol, event) => json({ ...head, quote: event === undefined ? { symbol } : withoutTags(event) }),
    status: json,
  },
};
