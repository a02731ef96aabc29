import { take } from 'rxjs';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { ConnectionState } from '../mqtt/connectionState.js';
import { type PlaybookEntry, playbookEntries } from './entries.js';

/** Something that is wrong, and what to do about it. */
export interface Finding extends Pick<PlaybookEntry, 'code' | 'section' | 'severity'> {
  /** What is wrong, with its figures. */
  readonly symptom: string;
  /** What to do about it, most likely first. */
  readonly fixes: readonly string[];
}

/**
 * What is wrong with a feed right now, by its own account; empty when nothing is. A finding that another one explains
 * is left out. Opens nothing.
 *
 * @example
 * ```ts
 * for (const { symptom, fixes } of findings(feed)) console.log(symptom, fixes);
 * ```
 *
 * @since 0.1.0
 */
export function findings(feed: Pick<QuoteFeed, 'state$' | 'stats'>): readonly Finding[] {
  let state: ConnectionState | undefined;
  feed.state$.pipe(take(1)).subscribe((current) => {
    state = current;
  });
  if (state === undefined) return [];
  const evidence = { state, stats: feed.stats() };
  const standing = new Set<string>();
  return playbookEntries.flatMap(({ code, section, severity, roots, symptom, fixes }) => {
    const found = symptom(evidence);
    if (found === undefined) return [];
    standing.add(code);
    return roots.some((root) => standing.has(root))
      ? []
      : [{ code, section, severity, symptom: found, fixes: fixes(evidence) }];
  });
}
