import type { Clock } from '../../model/clock.js';
import type { Gap, GapCause } from '../../model/gap.js';
import type { FeedLog } from '../diagnostics/feedLog.js';
import type { Journal } from '../diagnostics/journal.js';
import { namedTopics } from '../diagnostics/logLines.js';
import type { Consumer, Topic } from '../topics/topic.js';
import type { Emissions } from './ports.js';

/**
 * Opens and closes gaps; at most one is open. Every consumer with `seesGaps` gets a gap when it opens and when it
 * closes.
 */
export class Gaps<E extends { readonly symbol: string }> {
  /** Gaps opened so far. */
  opened = 0;
  private readonly clock: Clock;
  private readonly emissions: Pick<Emissions<E>, 'gap'>;
  private readonly journal: Pick<Journal, 'gap'>;
  private readonly log: FeedLog;
  private gap: Gap | undefined;

  constructor(clock: Clock, emissions: Pick<Emissions<E>, 'gap'>, journal: Pick<Journal, 'gap'>, log: FeedLog) {
    this.clock = clock;
    this.emissions = emissions;
    this.journal = journal;
    this.log = log;
  }

  /** Opens a gap, and closes the one that was open: the new gap covers all that follows. */
  open(cause: GapCause, fromEpoch: number, topics: readonly Topic<E>[]): void {
    this.close(fromEpoch);
    this.opened += 1;
    const names = topics.map(({ name }) => name);
    this.gap = { kind: 'gap', phase: 'open', cause, fromEpoch, lostAt: this.clock.now(), topics: names };
    this.emit(this.gap);
  }

  /** Closes the open gap, if there is one. */
  close(toEpoch: number): void {
    const gap = this.gap;
    this.gap = undefined;
    if (gap !== undefined) {
      this.emit({ ...gap, phase: 'closed', toEpoch, recoveredAt: this.clock.now() });
    }
  }

  /** Forgets the open gap without emitting it, because there is no consumer. */
  forget(): void {
    this.gap = undefined;
  }

  /** Hands the open gap to a new consumer. */
  replay(consumer: Consumer<E>): void {
    if (this.gap !== undefined && consumer.seesGaps) consumer.subscriber.next(this.gap);
  }

  private emit(gap: Gap): void {
    // The journal comes first, because a consumer of the gap may read it.
    this.journal.gap(gap);
    this.write(gap);
    this.emissions.gap(gap);
  }

  private write({ cause, fromEpoch, toEpoch, lostAt, recoveredAt, topics }: Gap): void {
    const fields = { cause, fromEpoch, ...namedTopics(topics) };
    if (toEpoch === undefined || recoveredAt === undefined) this.log.limited('gap-open', cause, fields);
    else this.log.limited('gap-closed', cause, { ...fields, toEpoch, lasted: Math.round(recoveredAt - lostAt) });
  }
}
