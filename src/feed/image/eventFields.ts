import { DecodeError } from '../../model/errors.js';
import type { TopicKind } from '../../model/venue.js';

/**
 * The names of the tags that a feed adds to every event. A field of the event with such a name would be overwritten.
 */
const TAGS = ['epoch', 'state', 'change', 'replayed', 'receivedAt', 'monotonicAt', 'upstream'] as const;

/** The inherited fields of each prototype. */
const inherited = new WeakMap<object, readonly string[]>();

function inheritedFields(prototype: object): readonly string[] {
  const known = inherited.get(prototype);
  if (known !== undefined) return known;
  const fields = new Set<string>();
  let level: object | null = prototype;
  // The loop ends at `Object.prototype`, also that of another realm.
  while (level !== null && !Object.hasOwn(level, 'isPrototypeOf')) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const isField = property.get !== undefined || !['undefined', 'function'].includes(typeof property.value);
      // A message of protobufjs has its reflection object in `$type`, which is no field of the message.
      if (isField && !name.startsWith('$')) fields.add(name);
    }
    level = Object.getPrototypeOf(level) as object | null;
  }
  const names = [...fields];
  inherited.set(prototype, names);
  return names;
}

/**
 * An event with all its values as own fields. A protobuf message has its defaults on a prototype, and a class its
 * getters; a spread does not copy them. Methods are left out. A plain object is returned as it is.
 */
export function eventFields<E extends object>(event: E): E {
  const prototype = Object.getPrototypeOf(event) as object | null;
  if (prototype === Object.prototype || prototype === null) return event;
  const names = inheritedFields(prototype);
  const fields: Record<string, unknown> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(event, name);
    if (typeof value !== 'function') fields[name] = value;
  }
  return Object.assign(fields, event);
}

/** Whether an event may have a field with the name of a tag: a quick first check, since hardly any event has one. */
function mayHaveTags(event: object): boolean {
  if ('epoch' in event || 'state' in event || 'change' in event) return true;
  if ('replayed' in event || 'receivedAt' in event) return true;
  return 'monotonicAt' in event || 'upstream' in event;
}

/** The name of a tag that an event has as an own field. */
function tagAmong(fields: object, kind: TopicKind): string | undefined {
  if ('kind' in fields && fields.kind !== kind && Object.hasOwn(fields, 'kind')) return 'kind';
  // A price info and a market's status have a market of their own.
  const hasMarket = (kind === 'quote' || kind === 'candle') && 'market' in fields;
  if (hasMarket && Object.hasOwn(fields, 'market')) return 'market';
  return mayHaveTags(fields) ? TAGS.find((tag) => Object.hasOwn(fields, tag)) : undefined;
}

/**
 * Refuses an event with a field that the feed's tags would overwrite.
 *
 * @param fields - what `eventFields` made of the event
 */
export function refuseTags(fields: object, kind: TopicKind, topic: string): void {
  const name = tagAmong(fields, kind);
  if (name === undefined) return;
  const what = name === 'kind' ? `a kind other than ${kind}` : `a field named ${name}`;
  const why = `the feed adds ${name} to every event itself`;
  throw new DecodeError('schema', `the decoder of ${topic} returned ${what}: ${why}; rename it in your decoder`);
}
