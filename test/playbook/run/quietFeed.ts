import type { Venue } from '../../../src/model/venue.js';
import { quoteFeed } from '../../../src/feed/quoteFeed.js';
import { causes } from '../../../src/playbook/registry.js';
import { Samples } from '../../../src/playbook/samples.js';
import { takeSnapshot } from '../../../src/playbook/snapshot.js';
import { Tracker } from '../../../src/playbook/tracker.js';
import { Window } from '../../../src/playbook/window.js';
import { type FakeTransport, fakeTransport, virtualClock } from '../../../src/testing/index.js';
import { FastScheduler } from '../../support/fastScheduler.js';
import type { TextEvent } from '../../support/textVenue.js';
import { idleProcess } from '../faults.js';

/** The result of a run that must raise nothing. */
export interface QuietResult {
  readonly name: string;
  /** Its length in words. */
  readonly span: string;
  readonly messages: number;
  readonly readings: number;
  /** The findings: the first of each code. */
  readonly raised: readonly { readonly code: string; readonly time: string; readonly symptom: string }[];
}

/** A healthy feed in virtual time, whose findings are read again and again. */
export class QuietFeed {
  readonly scheduler: FastScheduler = new FastScheduler();
  readonly fake: FakeTransport = fakeTransport({ latency: 5, scheduler: this.scheduler });
  readonly feed: ReturnType<typeof quoteFeed<TextEvent>>;
  messages = 0;
  private readings = 0;
  private readonly raised = new Map<string, QuietResult['raised'][number]>();
  private readonly samples = new Samples();
  private readonly tracker = new Tracker(causes);
  private readonly clock = virtualClock(this.scheduler);
  private readonly every: number;

  /** @param every - the time between two readings, in ms */
  constructor(venue: Venue<TextEvent>, symbols: readonly string[], every: number) {
    this.every = every;
    this.feed = quoteFeed({ venue, transport: this.fake.transport, clock: this.clock });
    this.feed.quotes(symbols).subscribe();
    this.read();
  }

  publish(topic: string, text: string): void {
    this.messages += 1;
    this.fake.publish(topic, text);
  }

  /** Does something at a time, in ms. */
  at(time: number, work: () => void): void {
    this.scheduler.schedule(work, time - this.scheduler.now());
  }

  /** Does something again and again until a time, each time as many ms later as `gap` gives. */
  repeat(gap: () => number, until: number, work: () => void): void {
    const next = (): void => {
      const delay = gap();
      if (this.scheduler.now() + delay >= until) return;
      this.scheduler.schedule(() => {
        work();
        next();
      }, delay);
    };
    next();
  }

  /** Plays until a time, and ends the feed. */
  end(name: string, time: number): QuietResult {
    this.scheduler.advance(time - this.scheduler.now());
    void this.feed.close();
    const hours = time / 3_600_000;
    return {
      name,
      span: `${hours.toLocaleString('en-US', { maximumFractionDigits: 1 })} h`,
      messages: this.messages,
      readings: this.readings,
      raised: [...this.raised.values()],
    };
  }

  private read(): void {
    const now = this.clock.now();
    const taken = takeSnapshot(this.feed, now);
    if (taken !== undefined) {
      const snapshot = { ...taken, process: idleProcess(now) };
      for (const { cause, detected } of this.tracker.update(new Window(snapshot, this.samples.before(now)))) {
        if (!this.raised.has(cause.code))
          this.raised.set(cause.code, { code: cause.code, time: timeText(now), symptom: detected.symptom });
      }
      this.samples.add(snapshot);
      this.readings += 1;
    }
    this.scheduler.schedule(() => {
      this.read();
    }, this.every);
  }
}

function timeText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${part(Math.floor(seconds / 3_600))}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}
