import { isObservable, map, type Observable, of } from 'rxjs';
import { outOfRange, wrongType } from '../../../operators/support/argument.js';
import { isTopicFilter, specialSubscription } from '../../model/topicFilter.js';

/**
 * The topics to subscribe to, with the last change, so that the work grows with the change and not with the number of
 * topics.
 */
export interface WantedTopics {
  /** All topics that are wanted right now; the same Set object at every change. */
  readonly all: ReadonlySet<string>;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** Checks that each value of a list is a topic filter that can be subscribed to; throws `RXQ_ARGUMENT`. */
export function checkFilters(option: string, filters: readonly unknown[]): asserts filters is readonly string[] {
  for (const filter of filters) {
    if (typeof filter !== 'string' || !isTopicFilter(filter))
      throw wrongType(option, filter, "pass topic filters of MQTT, e.g. 'px/+/book'");
    const why = specialSubscription(filter);
    if (why !== undefined) throw outOfRange(option, filter, why);
  }
}

function checkedList(topics: unknown): readonly string[] {
  if (!Array.isArray(topics))
    throw wrongType('fromMqtt.topics', topics, 'pass a list of topic filters, or an Observable of lists');
  const filters: readonly unknown[] = topics;
  checkFilters('fromMqtt.topics[]', filters);
  return filters;
}

/** Compares each list with the list before it. */
function changes(): (topics: unknown) => WantedTopics {
  const all = new Set<string>();
  return (topics) => {
    const wanted = new Set(checkedList(topics));
    const added = [...wanted].filter((topic) => !all.has(topic));
    const gone = [...all].filter((topic) => !wanted.has(topic));
    for (const topic of added) all.add(topic);
    for (const topic of gone) all.delete(topic);
    return { all, added, gone };
  };
}

function isChange(value: unknown): value is WantedTopics {
  return typeof value === 'object' && value !== null && 'all' in value;
}

function checkedChange(change: WantedTopics): WantedTopics {
  const { all, added, gone } = change;
  if (typeof (all as Partial<ReadonlySet<string>> | null)?.has !== 'function' || ![added, gone].every(Array.isArray))
    throw wrongType('fromMqtt.topics', change, 'pass { all, added, gone }: a Set of topics, and lists of what changed');
  return change;
}

/**
 * The `topics` of a config as changes. The first value that a connection gets has all wanted topics in `all`.
 *
 * @throws TypeError with code `RXQ_ARGUMENT` for a value that is not a list of topic filters
 */
export function wantedTopics(
  topics: readonly string[] | Observable<readonly string[] | WantedTopics>,
): Observable<WantedTopics> {
  if (!isObservable(topics)) {
    const all = new Set(checkedList(topics));
    return of({ all, added: [...all], gone: [] });
  }
  const change = changes();
  return topics.pipe(map((value) => (isChange(value) ? checkedChange(value) : change(value))));
}
