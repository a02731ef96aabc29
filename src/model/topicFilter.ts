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

/** Whether a broker can take this as a topic filter (OASIS MQTT 3.1.1, sections 1.5.3 and 4.7). */
export function isTopicFilter(filter: string): boolean {
  if (filter === '' || filter.includes('\0') || new TextEncoder().encode(filter).length > 0xffff) return false;
  const levels = filter.split('/');
  const last = levels.length - 1;
  return levels.every((level, index) => level === '+' || (level === '#' && index === last) || !/[+#]/.test(level));
}
