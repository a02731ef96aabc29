import type { Clock } from '../../model/clock.js';
import type { Gap, GapCause } from '../../model/gap.js';
import type { Journal } from '../diagnostics/journal.js';
import type { Consumer, Topic } from '../topics/topic.js';
import type { Emissions } from './ports.js';

/** The one gap that may be open. Every consumer gets it when it opens and when it closes. */
export class Gaps<E extends { readonly symbol: string }> {
  /** Gaps opened so far. */
  opened = 0;
  private readonly clock: Clock;
  private readonly emissions: Pick<Emissions<E>, 'gap'>;
  private readonly journal: Pick<Journal, 'gap'>;
  private gap: Gap | undefined;

  constructor(clock: Clock, emissions: Pick<Emissions<E>, 'gap'>, journal: Pick<Journal, 'gap'>) {
    this.clock = clock;
    this.emissions = emissions;
    this.journal = journal;
  }

  /** Opens a gap; one that is open ends with it, for the new one covers what follows. */
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

  /** Forgets the open gap and emits nothing: it concerns no consumer any more. */
  forget(): void {
    this.gap = undefined;
  }

  /** Hands the open gap to a new consumer. */
  replay(consumer: Consumer<E>): void {
    if (this.gap !== undefined && consumer.seesGaps) consumer.subscriber.next(this.gap);
  }

  private emit(gap: Gap): void {
    // First: a consumer that gets the gap may read the journal.
    this.journal.gap(gap);
    this.emissions.gap(gap);
  }
}
