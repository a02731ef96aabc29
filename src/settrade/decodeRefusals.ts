import { DecodeError } from '../model/errors.js';
import type { RefusedTopic } from '../model/venue.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch (cause) {
    throw new DecodeError('schema', 'a notice that is no JSON', { cause });
  }
}

/** A property of any value; `undefined` if it has none. */
function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/**
 * Reads a notice of refused subscriptions: JSON, `{ "rejectSubscriptions": [{ "topicFilter", "errorMessage" }, …] }`.
 * Source: settrade-v2 2.2.1 on PyPI, `realtime`. Other fields are ignored.
 *
 * @throws DecodeError with reason `schema` unless it is a list of topic filters
 */
export function decodeRefusals(payload: Uint8Array): readonly RefusedTopic[] {
  const list = property(parsed(payload), 'rejectSubscriptions');
  if (!Array.isArray(list)) throw new DecodeError('schema', 'a notice without a list of refused subscriptions');
  return list.map((entry: unknown) => {
    const [topic, message] = [property(entry, 'topicFilter'), property(entry, 'errorMessage')];
    if (typeof topic !== 'string') throw new DecodeError('schema', 'a refused subscription without its topic filter');
    return { topic, message: typeof message === 'string' ? message : '' };
  });
}
