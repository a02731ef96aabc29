import { TestScheduler } from 'rxjs/testing';
import { quoteFeed } from '../../src/feed/quoteFeed.js';
import type { QuoteFeedConfig } from '../../src/feed/feedConfig.js';
import type { QuoteFeed } from '../../src/feed/feedTypes.js';
import {
  fakeTransport,
  type FakeTransport,
  type FakeTransportOptions,
  virtualClock,
  type VirtualClock,
} from '../../src/testing/index.js';
import { type TextEvent, textVenue } from './textVenue.js';

/** A feed of the text venue in virtual time, with the far side in the test's hands. */
export interface VirtualFeed {
  readonly feed: QuoteFeed<TextEvent>;
  readonly fake: FakeTransport;
  readonly clock: VirtualClock;
  /** Takes `ms` ms of the thread, by the clock that measures spans. */
  spend(ms: number): void;
  /** Does something at a time, in ms. */
  at(time: number, work: () => void): void;
}

/** Options of a virtual feed. */
export interface VirtualFeedConfig extends Partial<QuoteFeedConfig<TextEvent>> {
  readonly broker?: FakeTransportOptions;
}

/** Runs a script on a feed from its first ms to its last, and closes the feed at `end` ms. */
export function runFeed(end: number, script: (virtual: VirtualFeed) => void, config: VirtualFeedConfig = {}): void {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const { broker, ...settings } = config;
    const fake = fakeTransport({ latency: 5, scheduler, ...broker });
    let spent = 0;
    const clock = { ...virtualClock(scheduler), monotonic: () => scheduler.now() + spent };
    const spend = (ms: number): void => {
      spent += ms;
    };
    const feed = quoteFeed({ venue: textVenue(), transport: fake.transport, clock, ...settings });
    const at = (time: number, work: () => void): void => {
      scheduler.schedule(work, time);
    };
    script({ feed, fake, clock, at, spend });
    at(end, () => {
      void feed.close();
    });
    scheduler.flush();
  });
}
