import { BehaviorSubject, type Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { WantedTopics } from '../../mqtt/subscriptions/wantedTopics.js';

/** The parts that reference counting works with. */
export interface TopicRefCountConfig {
  /** How long a topic stays wanted after its last subscriber has left, in ms; called when that happens. */
  linger(): number;
  /** Runs the linger timers. */
  readonly scheduler: SchedulerLike;
  /** Called with topics that have no subscriber any more, before they leave the set. */
  onGone(topics: readonly string[]): void;
}

/** Counts the subscribers of each topic, and emits the wanted topics to the link. */
export class TopicRefCount {
  /**
   * The highest number of topics that were wanted at one time: images of removed topics may still wait in the queue.
   */
  most = 0;
  /** The wanted topics: at once, then after every change. */
  readonly topics$: Observable<WantedTopics>;
  private readonly config: TopicRefCountConfig;
  private readonly counts = new Map<string, number>();
  private readonly leaving = new Map<string, symbol>();
  private readonly all = new Set<string>();
  private readonly topics = new BehaviorSubject<WantedTopics>({ all: this.all, added: [], gone: [] });
  private readonly lingering = new Subscription();

  constructor(config: TopicRefCountConfig) {
    this.config = config;
    this.topics$ = this.topics.asObservable();
  }

  /** Keeps topics until the returned subscription ends, and `linger` ms longer. */
  retain(topics: readonly string[]): Subscription {
    for (const topic of topics) {
      this.counts.set(topic, (this.counts.get(topic) ?? 0) + 1);
      this.leaving.delete(topic);
    }
    return new Subscription(() => {
      this.release(topics);
    });
  }

  /** Makes retained topics wanted, so that the link subscribes to them. */
  want(topics: readonly string[]): void {
    const added = topics.filter((topic) => this.counts.has(topic) && !this.all.has(topic));
    if (added.length === 0) return;
    for (const topic of added) this.all.add(topic);
    this.most = Math.max(this.most, this.all.size);
    this.topics.next({ all: this.all, added, gone: [] });
  }

  /** Releases retained topics, each as often as it is in the list. */
  release(topics: readonly string[]): void {
    if (this.lingering.closed) return;
    for (const topic of topics) this.counts.set(topic, (this.counts.get(topic) ?? 0) - 1);
    const left = [...new Set(topics)].filter((topic) => this.counts.get(topic) === 0);
    if (left.length === 0) return;
    const leave = Symbol('leave');
    for (const topic of left) this.leaving.set(topic, leave);
    const linger = this.config.linger();
    // A topic that was retained and released again meanwhile has a linger timer of its own.
    const go = (): void => {
      this.drop(left.filter((topic) => this.leaving.get(topic) === leave));
    };
    if (linger === 0) {
      go();
      return;
    }
    const timer: Subscription = this.config.scheduler.schedule(() => {
      this.lingering.remove(timer);
      go();
    }, linger);
    this.lingering.add(timer);
  }

  /** Wants nothing, at once. */
  close(): void {
    this.lingering.unsubscribe();
    this.drop([...new Set([...this.counts.keys(), ...this.all])]);
  }

  private drop(topics: readonly string[]): void {
    if (topics.length === 0) return;
    this.config.onGone(topics);
    for (const topic of topics) {
      this.counts.delete(topic);
      this.leaving.delete(topic);
    }
    for (const topic of topics) this.all.delete(topic);
    this.topics.next({ all: this.all, added: [], gone: topics });
  }
}
