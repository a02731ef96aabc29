import {
  concat,
  concatMap,
  defer,
  endWith,
  ignoreElements,
  interval,
  map,
  type Observable,
  of,
  startWith,
  takeUntil,
} from 'rxjs';
import { knownOptions, outOfRange, requiredFunction } from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import { systemClock } from '../model/systemClock.js';
import { type Finding, findings } from './findings.js';
import type { ObservedFeed } from './snapshot.js';

/** A change among the findings of a feed. */
export interface FindingChange {
  /** `changed`: its severity, names or remedies are others. */
  readonly type: 'raised' | 'changed' | 'cleared';
  /** The finding; for `cleared` as it last was. */
  readonly finding: Finding;
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
    const read$ = interval(every, clock.background).pipe(
      startWith(0),
      map(() => findings(feed, clock)),
      takeUntil(closed$),
    );
    return concat(read$, of([])).pipe(
      concatMap((now) => {
        const changed = changes(before, now);
        before = now;
        return changed;
      }),
    );
  });
}

/**
 * The changes from one reading to the next. A cleared finding comes before a raised one, so that a cause that another one takes the
 * place of is not seen beside it.
 */
export function changes(before: readonly Finding[], now: readonly Finding[]): readonly FindingChange[] {
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

/** The parts of a finding whose change is reported. Its figures change all the time. */
function essence({ severity, names, fixes }: Finding): string {
  return JSON.stringify([severity, names, fixes]);
}
