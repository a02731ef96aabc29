import { requiredFunction } from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { systemClock } from '../model/systemClock.js';
import { playbookEntries } from './entries.js';

/** A problem of a feed, with its remedies. */
export interface Finding {
  /** Stable identifier, `RXP_…`. */
  readonly code: string;
  /** Chapter of the playbook. */
  readonly section: 'connection' | 'data' | 'health';
  /** How urgent it is. */
  readonly severity: 'warning' | 'critical';
  /** The problem, with its figures. */
  readonly symptom: string;
  /** Remedies, most likely first. */
  readonly fixes: readonly string[];
}

/**
 * Finds the problems of a feed by its own state and counts; empty when there are none. A finding that another one explains is left out.
 * Opens nothing and leaves nothing behind.
 *
 * States are those of this moment. Losses and delays are counted since the feed was made, and stay findings.
 *
 * @example
 * ```ts
 * for (const { symptom, fixes } of findings(feed)) console.log(symptom, fixes);
 * ```
 *
 * @param feed - a feed, open or not
 * @param clock - the feed's own clock, if it has one
 * @throws TypeError with code `RXQ_ARGUMENT` for a value that is no feed
 * @since 0.1.0
 */
export function findings(
  feed: Pick<QuoteFeed, 'state$' | 'stats'> & Partial<Pick<QuoteFeed, 'delays'>>,
  clock: Pick<Clock, 'now'> = systemClock,
): readonly Finding[] {
  requiredFunction('findings.feed.stats', (feed as Partial<QuoteFeed> | undefined)?.stats);
  let state: ConnectionState | undefined;
  feed.state$
    .subscribe((current) => {
      state = current;
    })
    .unsubscribe();
  if (state === undefined) return [];
  const delays = feed.delays?.();
  const evidence = { state, stats: feed.stats(), at: clock.now(), ...(delays === undefined ? {} : { delays }) };
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
