import type { FeedJournal } from '../../feed/diagnostics/journal.js';
import type { QuoteFeed } from '../../feed/feedTypes.js';
import type { Clock } from '../../model/clock.js';
import { changes } from '../../playbook/findingChanges.js';
import { type Finding, findings } from '../../playbook/findings.js';

/** The parts of a feed that the server reads. */
export type ServedFeed = Pick<
  QuoteFeed,
  'stats' | 'delays' | 'symbols' | 'state$' | 'subscriptions$' | 'journal' | 'explain'
> & { last(symbol: string): object | undefined };

/** A finding was raised or cleared. */
interface FindingEntry extends Pick<Finding, 'code' | 'severity' | 'symptom' | 'doc'> {
  readonly type: 'finding';
  /** Wall time in ms of the request that saw the change. */
  readonly at: number;
  readonly change: 'raised' | 'cleared';
}

/** The last events of a feed: its journal, and the findings that were raised and cleared. */
export interface FeedEvents {
  /** In the order of their times, oldest first. */
  readonly entries: readonly (FeedJournal['entries'][number] | FindingEntry)[];
  /** The number of older entries that are left out. */
  readonly lost: number;
}

/** The most changes of findings that are kept. */
const capacity = 500;

/** A feed with the changes of its findings. Only requests read them, so without a request nothing is done. */
export class WatchedFeed {
  readonly feed: ServedFeed;
  private readonly clock: Pick<Clock, 'now'>;
  private last: readonly Finding[] = [];
  private entries: readonly FindingEntry[] = [];
  private lost = 0;

  constructor(feed: ServedFeed, clock: Pick<Clock, 'now'>) {
    this.feed = feed;
    this.clock = clock;
  }

  /** The findings of now. */
  findings(): readonly Finding[] {
    const found = findings(this.feed, this.clock);
    const at = this.clock.now();
    const news = changes(this.last, found).flatMap(({ type: change, finding }): FindingEntry[] => {
      const { code, severity, symptom, doc } = finding;
      return change === 'changed' ? [] : [{ type: 'finding', at, change, code, severity, symptom, doc }];
    });
    this.last = found;
    if (news.length > 0) {
      const all = [...this.entries, ...news];
      this.lost += Math.max(0, all.length - capacity);
      this.entries = all.slice(-capacity);
    }
    return found;
  }

  /** The newest `limit` events. */
  events(limit: number): FeedEvents {
    this.findings();
    const { entries, lost } = this.feed.journal();
    const all = [...entries, ...this.entries].sort((one, other) => one.at - other.at);
    const left = Math.max(0, all.length - limit);
    return { entries: all.slice(left), lost: lost + this.lost + left };
  }
}
