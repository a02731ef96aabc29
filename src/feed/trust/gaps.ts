import type { Clock } from '../../model/clock.js';
import type { Gap, GapCause } from '../../model/gap.js';
import type { Dispatcher } from '../delivery/dispatcher.js';
import type { Consumer, Topic } from '../topics/topic.js';

/** The one gap that may be open: told to everyone when it opens and when it closes. */
export class Gaps<E extends { readonly symbol: string }> {
  /** Gaps opened so far. */
  opened = 0;
  private readonly clock: Clock;
  private readonly dispatcher: Dispatcher<E>;
  private gap: Gap | undefined;

  constructor(clock: Clock, dispatcher: Dispatcher<E>) {
    this.clock = clock;
    this.dispatcher = dispatcher;
  }

  /** Opens a gap; one that is open ends with it, for what follows is told by the new one. */
  open(cause: GapCause, fromEpoch: number, topics: readonly Topic<E>[]): void {
    this.close(fromEpoch);
    this.opened += 1;
    const names = topics.map(({ name }) => name);
    this.gap = { kind: 'gap', phase: 'open', cause, fromEpoch, lostAt: this.clock.now(), topics: names };
    this.dispatcher.gap(this.gap);
  }

  /** Closes the open gap, if there is one. */
  close(toEpoch: number): void {
    const gap = this.gap;
    this.gap = undefined;
    if (gap !== undefined) {
      this.dispatcher.gap({ ...gap, phase: 'closed', toEpoch, recoveredAt: this.clock.now() });
    }
  }

  /** Forgets the open gap without a word: it concerns no one any more. */
  forget(): void {
    this.gap = undefined;
  }

  /** Tells a newcomer of the open gap. */
  tell(consumer: Consumer<E>): void {
    if (this.gap !== undefined) consumer.subscriber.next(this.gap);
  }
}
