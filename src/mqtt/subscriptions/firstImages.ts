import { Subscription, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { isWildcard } from '../../model/topicFilter.js';
import type { OnSubscribe } from '../../model/venue.js';
import { FIRST_IMAGE_TIMEOUT, IMAGES_PROMPT } from '../retry/retryRules.js';
import type { TopicLedger } from './topicLedger.js';

/** The parts that `FirstImages` works with. */
export interface FirstImagesConfig {
  readonly clock: Clock;
  readonly ledger: TopicLedger;
  firstImage(topic: string): OnSubscribe;
  /** Called with topics without data: they are granted, but the expected image did not come in time. */
  onNoData(topics: readonly string[]): void;
}

/**
 * Waits for the first image of every granted topic of one connection. A topic without one is reported if the venue
 * sends images on SUBSCRIBE: by its setting `snapshot`, or because nine of ten topics of this connection had one.
 * Otherwise silence is normal.
 *
 * Has a timer only while an image is due.
 */
export class FirstImages {
  private readonly config: FirstImagesConfig;
  /** When the image of each topic is due, on the monotonic clock; the earliest first. */
  private readonly due = new Map<string, number>();
  private readonly overdue = new Set<string>();
  private prompt = 0;
  private late = 0;
  private wait = new Subscription();
  private armed = false;

  constructor(config: FirstImagesConfig) {
    this.config = config;
  }

  granted(topics: readonly string[]): void {
    const { ledger, clock } = this.config;
    for (const topic of topics) {
      const { status, through } = ledger.get(topic) ?? {};
      // A wildcard has no image of its own.
      if (isWildcard(topic) || this.config.firstImage(topic) === 'nothing') continue;
      // Another filter brought the topic before, so its message does not show what comes on SUBSCRIBE.
      if (status === 'seen' && through !== undefined) continue;
      this.due.delete(topic);
      // The image may have overtaken the grant. A topic without data stays so after another SUBSCRIBE, until an image
      // comes.
      if (status === 'seen') this.prompt += 1;
      else if (status === 'granted') this.due.set(topic, clock.monotonic() + FIRST_IMAGE_TIMEOUT);
    }
    this.arm();
  }

  onMessage(topic: string): void {
    this.overdue.delete(topic);
    if (!this.due.delete(topic)) return;
    this.prompt += 1;
    if (this.overdue.size > 0) this.judge();
    if (this.due.size === 0) this.stop();
  }

  stop(): void {
    this.wait.unsubscribe();
    this.armed = false;
  }

  private arm(): void {
    const [first] = this.due.values();
    if (this.armed || first === undefined) return;
    const { clock } = this.config;
    this.armed = true;
    this.wait = new Subscription();
    this.wait.add(
      timer(Math.max(0, first - clock.monotonic()), clock.background).subscribe(() => {
        // After a block of the thread the image may wait in the socket, so the sockets are read once more.
        this.wait.add(
          clock.io.schedule(() => {
            this.stop();
            this.expire();
          }),
        );
      }),
    );
  }

  private expire(): void {
    const { clock, ledger } = this.config;
    const now = clock.monotonic();
    for (const [topic, due] of this.due) {
      if (due > now) break;
      this.due.delete(topic);
      if (ledger.get(topic)?.status !== 'granted') continue;
      this.late += 1;
      this.overdue.add(topic);
    }
    this.judge();
    this.arm();
  }

  private judge(): void {
    const { config } = this;
    const isSeenToSend = this.prompt >= IMAGES_PROMPT * (this.prompt + this.late);
    const noData: string[] = [];
    for (const topic of this.overdue) {
      const isGranted = config.ledger.get(topic)?.status === 'granted';
      if (isGranted && !isSeenToSend && config.firstImage(topic) !== 'snapshot') continue;
      this.overdue.delete(topic);
      if (isGranted) noData.push(topic);
    }
    if (noData.length > 0) config.onNoData(noData);
  }
}
