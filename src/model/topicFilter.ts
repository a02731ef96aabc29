import { LONGEST_NAME } from './topicName.js';

/** Whether a topic filter holds a wildcard. */
export function isWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** Whether a topic filter matches a topic (OASIS MQTT 3.1.1, section 4.7). */
export function matchesTopic(filter: string, topic: string): boolean {
  // Wildcards at the first level leave out the broker's own topics (4.7.2).
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/**
 * Whether a filter matches every topic that another filter matches. A filter covers itself. Two different filters never cover each
 * other: of `#` and `+/#`, which match the same topics, only the first covers the other.
 */
export function coversTopic(filter: string, other: string): boolean {
  // The other filter is read as if it were a topic: its `+` is one level, as each level that it matches is.
  if (!matchesTopic(filter, other)) return false;
  // Its `#` is any number of levels, also none: only a `#` of the same level or further to the left covers that.
  if (!other.endsWith('#')) return true;
  return filter.endsWith('#') && filter.split('/').length <= other.split('/').length;
}

/** Whether a text is a valid topic filter (OASIS MQTT 3.1.1, sections 1.5.3 and 4.7). */
export function isTopicFilter(filter: string): boolean {
  if (filter === '' || filter.includes('\0') || new TextEncoder().encode(filter).length > 0xffff) return false;
  const levels = filter.split('/');
  const last = levels.length - 1;
  return levels.every((level, index) => level === '+' || (level === '#' && index === last) || !/[+#]/.test(level));
}

const shared =
  'each process of a shared subscription gets only a part of the messages, so its newest image may be an old one';

/** First levels that make a filter a special subscription, with the reason why each is refused. */
const special: Readonly<Record<string, string>> = {
  $share: shared,
  $queue: shared,
  $exclusive: 'the messages of an exclusive subscription come on topics that this filter does not match',
};

/**
 * Why a valid topic filter is refused; `undefined` if it is not. Shared subscriptions (`$share/group/filter`, and
 * `$queue/filter` of EMQX), exclusive ones (`$exclusive/filter` of EMQX), and filters that are longer than any topic
 * that is read would be granted, and their messages would be missed.
 */
export function specialSubscription(filter: string): string | undefined {
  if (filter.length > LONGEST_NAME)
    return `messages of a topic of more than ${String(LONGEST_NAME)} characters are not read; pass a shorter one`;
  const [first = ''] = filter.split('/', 1);
  const why = Object.hasOwn(special, first) ? special[first] : undefined;
  if (why === undefined) return undefined;
  const prefix = first === '$share' ? '$share/<group>/' : `${first}/`;
  return `${why}; leave out ${prefix}, and to share the work give each process symbols of its own`;
}
