import type { RelayedState } from '../../model/venue.js';

/** The counter of a topic's last message. */
interface Last {
  readonly epoch: number;
  readonly run: number;
  readonly counter: number;
}

/** Follows the counters of a relay's topics: they show messages that did not arrive, and messages that come too late. */
export class RelayCounters {
  /** Messages that did not arrive. */
  lost = 0;
  private readonly last = new WeakMap<object, Last>();

  /**
   * Notes the counter of a message. Returns the number of messages that are missing before it, or `outdated` if a newer message of
   * its run came before.
   *
   * @param epoch - the epoch of the connection that read it
   * @param mayBeGappy - whether messages before this one may have been replaced while they waited
   */
  take(topic: object, { run, counter }: RelayedState, epoch: number, mayBeGappy: boolean): number | 'outdated' {
    const last = this.last.get(topic);
    const isContinued = last?.epoch === epoch && last.run === run;
    if (isContinued && counter <= last.counter) return 'outdated';
    this.last.set(topic, { epoch, run, counter });
    if (!isContinued || mayBeGappy) return 0;
    const missing = counter - last.counter - 1;
    this.lost += missing;
    return missing;
  }
}
