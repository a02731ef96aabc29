import { requiredFunction } from '../../operators/support/argument.js';
import { shownName } from '../feed/diagnostics/logLines.js';
import type { Clock } from '../model/clock.js';
import { systemClock } from '../model/systemClock.js';
import { causes } from './registry.js';
import { Samples } from './samples.js';
import { type ObservedFeed, takeSnapshot } from './snapshot.js';
import { type Standing, Tracker } from './tracker.js';
import { Window } from './window.js';
import { inWords, type Wording } from './words.js';

/** A problem of a feed, with its remedies. It is about now, or about a span that its symptom names. */
export interface Finding {
  /** Stable identifier, `RXP_…`. */
  readonly code: string;
  /** Chapter of docs/playbook.md. */
  readonly chapter:
    | 'connection'
    | 'reconnects'
    | 'no-events'
    | 'delayed'
    | 'dropped'
    | 'feed-stale'
    | 'symbol-stale'
    | 'not-tradable'
    | 'consumers'
    | 'cpu'
    | 'memory'
    | 'expiry';
  /**
   * `critical`: the feed as a whole gives no price to trade on, although a market is open or of unknown state. Everything else is a
   * `warning`.
   */
  readonly severity: 'warning' | 'critical';
  /** The problem, with its figures. */
  readonly symptom: string;
  /** Remedies, most likely first. */
  readonly fixes: readonly string[];
  /** Wall time in ms since the Unix epoch at which it began, or was first found. */
  readonly since: number;
  /** Wall time in ms at which its evidence was last seen. */
  readonly last: number;
  /** How many symbols, topics or events are concerned; 1 where there is nothing to count. */
  readonly count: number;
  /** The first five names of what is concerned: symbols, topics, consumers or queues. */
  readonly names: readonly string[];
  /** Its place in the documentation, e.g. `docs/playbook.md#rxp-dns`. */
  readonly doc: string;
}

/** The most names in a finding. */
const named = 5;

/** The past of a feed: its samples, and since when its findings stand. */
interface Memory {
  readonly samples: Samples;
  readonly tracker: Tracker;
}

/** One memory for each feed, so that all who ask get the same findings. */
const memories = new WeakMap<object, Memory>();

function memoryOf(feed: object): Memory {
  const known = memories.get(feed);
  if (known !== undefined) return known;
  const memory = { samples: new Samples(), tracker: new Tracker(causes) };
  memories.set(feed, memory);
  return memory;
}

/**
 * Finds the problems of a feed by its state and its counts; empty when there are none. A finding that another one explains is left
 * out. A closed feed has none. Opens nothing.
 *
 * A finding is about now, or about the last 10 s to 10 min, and it clears when its cause is gone. Spans begin at earlier calls, so
 * ask regularly, e.g. at each scrape, or use `findings$`. The first call has no earlier one, and looks at the whole life of the feed.
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
export function findings(feed: ObservedFeed, clock: Pick<Clock, 'now'> = systemClock): readonly Finding[] {
  return findingsIn('api', feed, clock);
}

/** As `findings`, with remedies in the words of the API or of the command line. */
export function findingsIn(wording: Wording, feed: ObservedFeed, clock: Pick<Clock, 'now'>): readonly Finding[] {
  requiredFunction('findings.feed.stats', (feed as Partial<ObservedFeed> | undefined)?.stats);
  const now = clock.now();
  const snapshot = takeSnapshot(feed, now);
  if (snapshot === undefined || snapshot.state.status === 'closed') return [];
  const { samples, tracker } = memoryOf(feed);
  const standing = tracker.update(new Window(snapshot, samples.before(now)));
  samples.add(snapshot);
  return standing.map((one) => finding(one, wording));
}

function finding({ cause, detected, severity, since, last }: Standing, wording: Wording): Finding {
  const { symptom, fixes = cause.fixes } = detected;
  const names = (detected.names ?? []).slice(0, named);
  // A wildcard brings names that a peer made.
  const shown = names.reduce((text, name) => text.replaceAll(name, shownName(name)), symptom);
  return {
    code: cause.code,
    chapter: cause.chapter,
    severity,
    symptom: inWords(shown, wording),
    fixes: fixes.map((fix) => inWords(fix, wording)),
    since,
    last,
    count: detected.count ?? Math.max(1, detected.names?.length ?? 0),
    names: names.map(shownName),
    doc: `docs/playbook.md#${anchorOf(cause.code)}`,
  };
}

/** The anchor of a code in docs/playbook.md. */
export function anchorOf(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}
