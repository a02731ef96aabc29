import type { Said } from './record.js';

/** Emissions with an older image after a newer one of their topic. */
export function regressions(said: readonly Said[]): readonly Said[] {
  const newest = new Map<string, number>();
  return said.filter(({ topic, number }) => {
    const known = newest.get(topic) ?? -Infinity;
    newest.set(topic, Math.max(known, number));
    return number < known;
  });
}
