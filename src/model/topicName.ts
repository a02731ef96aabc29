/**
 * The longest topic in characters whose messages are read. Real feeds have shorter names, and memory for many long
 * names would have no bound.
 */
export const LONGEST_NAME = 1_024;

/**
 * Why a broker may not send this as the topic of a message (OASIS MQTT 3.1.1, sections 1.5.3, 4.7.1 and 4.7.3); `undefined` for a
 * topic that it may send.
 */
export function topicFault(topic: string): string | undefined {
  if (topic === '') return 'is empty';
  if (topic.includes('\0')) return 'holds NUL';
  return /[+#]/.test(topic) ? 'holds a wildcard' : undefined;
}
