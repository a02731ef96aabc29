import { concatMap, defer, endWith, ignoreElements, interval, map, type Observable, startWith, takeUntil } from 'rxjs';
import { knownOptions, outOfRange, requiredFunction } from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import { systemClock } from '../model/systemClock.js';
import type { Cause } from './cause.js';
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
  readonly chapter: Cause['chapter'];
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

/** A change among the findings of a feed. */
export interface FindingChange {
  /** `changed`: its severity, names or remedies are others. */
  readonly type: 'raised' | 'changed' | 'cleared';
  /** The finding; for `cleared` as it last was. */
  readonly finding: Finding;
}

/** The most names in a finding. */
const named = 5;

/** What is remembered of a feed: its samples, and since when its findings stand. */
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
 * out. Opens nothing.
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
  if (snapshot === undefined) return [];
  const { samples, tracker } = memoryOf(feed);
  const standing = tracker.update(new Window(snapshot, samples.before(now)));
  samples.add(snapshot);
  return standing.map((one) => finding(one, wording));
}

function finding({ cause, detected, severity, since, last }: Standing, wording: Wording): Finding {
  const { names = [], symptom, fixes = cause.fixes } = detected;
  return {
    code: cause.code,
    chapter: cause.chapter,
    severity,
    symptom: inWords(symptom, wording),
    fixes: fixes.map((fix) => inWords(fix, wording)),
    since,
    last,
    count: detected.count ?? Math.max(1, names.length),
    names: names.slice(0, named),
    doc: `docs/playbook.md#${anchorOf(cause.code)}`,
  };
}

/** The anchor of a code in docs/playbook.md. */
export function anchorOf(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}

/**
 * The changes among the findings of a feed: each finding as it is raised, changed and cleared.
 *
 * **Emits** the present findings at once, as `raised`, then each change. **Completes** when the feed closes; what still stands is
 * cleared before. **Errors** never. While subscribed, the feed is read every `every` ms; several subscribers share what is remembered
 * of the feed.
 *
 * @example
 * ```ts
 * findings$(feed).subscribe(({ type, finding }) => console.log(type, finding.code, finding.symptom));
 * ```
 *
 * @param options - `every`: ms between two readings, at least 100, 1,000 unless set; `clock`: the feed's own clock, if it has one
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function findings$(
  feed: ObservedFeed,
  options: { readonly every?: number; readonly clock?: Pick<Clock, 'now' | 'background'> } = {},
): Observable<FindingChange> {
  requiredFunction('findings$.feed.stats', (feed as Partial<ObservedFeed> | undefined)?.stats);
  knownOptions('findings$', options, ['every', 'clock']);
  const { every = 1_000, clock = systemClock } = options;
  if (!(typeof every === 'number' && every >= 100 && every < Infinity))
    throw outOfRange('findings$.every', every, 'pass a number of ms, at least 100');
  const closed$ = feed.state$.pipe(ignoreElements(), endWith(undefined));
  return defer(() => {
    let before: readonly Finding[] = [];
    return interval(every, clock.background).pipe(
      startWith(0),
      takeUntil(closed$),
      map(() => findings(feed, clock)),
      endWith([]),
      concatMap((now) => {
        const changed = changes(before, now);
        before = now;
        return changed;
      }),
    );
  });
}

/** Clears before it raises, so that a cause that another one takes the place of is not seen beside it. */
function changes(before: readonly Finding[], now: readonly Finding[]): readonly FindingChange[] {
  const raised = new Map(now.map((one) => [one.code, one]));
  const known = new Map(before.map((one) => [one.code, one]));
  return [
    ...before.filter(({ code }) => !raised.has(code)).map((one) => ({ type: 'cleared' as const, finding: one })),
    ...now.flatMap((one): readonly FindingChange[] => {
      const earlier = known.get(one.code);
      if (earlier === undefined) return [{ type: 'raised', finding: one }];
      return essence(earlier) === essence(one) ? [] : [{ type: 'changed', finding: one }];
    }),
  ];
}

/** What makes a finding another one; its figures change all the time. */
function essence({ severity, names, fixes }: Finding): string {
  return JSON.stringify([severity, names, fixes]);
}
