import { coversTopic, isWildcard } from '../../model/topicFilter.js';
import type { TopicLedger } from './topicLedger.js';
import type { TopicRequests } from './topicRequests.js';

/** The parts that `CoveredTopics` works with. */
export interface CoveredTopicsConfig {
  readonly ledger: TopicLedger;
  readonly requests: TopicRequests;
  /** Whether a SUBSCRIBE for this wildcard brings the same messages as a SUBSCRIBE for each topic that it covers. */
  readonly mayCover: (wildcard: string) => boolean;
  /** Whether the broker refused the topic before: then it gets a SUBSCRIBE of its own, so that its state is shown. */
  readonly wasRefused: (topic: string) => boolean;
  /** Whether the broker may refuse the topic, so that no other topic may wait for its answer. */
  readonly isDoubtful: (topic: string) => boolean;
  /** Sends an UNSUBSCRIBE. */
  readonly unsubscribe: (topics: readonly string[]) => void;
}

/** A wildcard that covers wanted topics. */
interface Cover {
  readonly filter: string;
  /** Whether the wildcard's own SUBSCRIBE is granted. */
  readonly state: 'awaited' | 'granted';
  /** `literalEnd` of the filter. */
  readonly end: string;
}

/** The levels of a filter before its first wildcard: each filter that it covers begins with them. */
function literalLevels(filter: string): string {
  return filter.split(/[+#]/, 1)[0] ?? '';
}

/** The text of a filter after its last wildcard: each filter that it covers ends with it. */
function literalEnd(filter: string): string {
  return filter.slice(Math.max(filter.lastIndexOf('+'), filter.lastIndexOf('#')) + 1);
}

/** Whether a filter begins with these levels. A filter that is one level shorter than `#` is covered, too. */
function beginsWith(filter: string, levels: string): boolean {
  return filter.startsWith(levels) || (levels.length === filter.length + 1 && levels.startsWith(filter));
}

/** All beginnings of a filter that end with a level. */
function beginnings(filter: string): string[] {
  let beginning = '';
  return ['', ...filter.split('/').map((level) => (beginning += `${level}/`))];
}

/**
 * Decides which wanted topics of a connection need a SUBSCRIBE of their own. A topic that a wider wanted filter covers
 * needs none. A broker may send a copy of a message for each filter that matches it (OASIS MQTT 3.1.1, section 3.3.5),
 * and such copies can't be distinguished from two messages.
 *
 * A topic waits for the answer to a filter that covers it, and that filter brings it once it is granted. A topic is subscribed
 * to by itself when no filter covers it any more: refused, without an answer in time, or not wanted. A filter that is not
 * wanted any more stays subscribed until the broker has answered for each topic that only this filter brings.
 */
export class CoveredTopics {
  private readonly config: CoveredTopicsConfig;
  /** The wildcards that cover others, by their literal levels. */
  private readonly covers = new Map<string, Map<string, Cover>>();
  /** The filter that brings a topic, and the topics that a filter brings. */
  private readonly bringers = new Map<string, string>();
  private readonly brought = new Map<string, Set<string>>();
  /** Topics without a request of their own, while the filters that cover them have no answer. */
  private readonly waiting = new Set<string>();
  /** Subscribed filters that are not wanted any more, and still bring wanted topics. */
  private readonly leaving = new Set<string>();
  /** Topics that keep a subscription of their own. */
  private readonly alone = new Set<string>();

  constructor(config: CoveredTopicsConfig) {
    this.config = config;
  }

  /** Called when these topics are wanted: wildcards among them may cover others, unless a refusal is likely. */
  offer(topics: readonly string[]): void {
    const { mayCover, isDoubtful } = this.config;
    for (const topic of topics) {
      if (isWildcard(topic) && mayCover(topic) && !isDoubtful(topic)) this.note(topic, 'awaited');
    }
  }

  /** Whether a wanted topic needs a SUBSCRIBE of its own, waits for the answer to a filter, or is granted by one now. */
  place(topic: string): 'own' | 'waiting' | 'brought' {
    const { ledger, wasRefused } = this.config;
    const cover = wasRefused(topic) || ledger.isForgotten(topic) ? undefined : this.coverOf(topic);
    if (cover?.state === 'granted') {
      this.bring(topic, cover.filter);
      return 'brought';
    }
    ledger.want(topic);
    if (cover === undefined) return 'own';
    this.waiting.add(topic);
    return 'waiting';
  }

  /**
   * The broker granted these topics by answers of their own. Unsubscribes from topics that need no subscription of
   * their own any more, and returns topics that these topics bring from now on.
   */
  granted(topics: readonly string[]): readonly string[] {
    const { ledger, requests, mayCover, unsubscribe } = this.config;
    const newly: string[] = [];
    const needless: string[] = [];
    const bring = (topic: string, filter: string): void => {
      if (requests.renew(topic)) needless.push(topic);
      if (!ledger.isGranted(topic)) newly.push(topic);
      this.bring(topic, filter);
    };
    for (const topic of topics) {
      this.release(topic);
      this.leaving.delete(topic);
      const cover = this.coverOf(topic);
      if (cover?.state === 'granted') bring(topic, cover.filter);
      else if (this.isCover(topic) || (isWildcard(topic) && mayCover(topic))) {
        this.note(topic, 'granted');
        const [levels, end] = [literalLevels(topic), literalEnd(topic)];
        // A quick check first: there may be thousands of wildcards, and the literal levels of most differ.
        for (const other of ledger.names())
          if (other.endsWith(end) && beginsWith(other, levels) && this.isBroughtBy(topic, other)) bring(other, topic);
      }
    }
    if (needless.length > 0) unsubscribe(needless);
    this.leave();
    return newly;
  }

  /** Called when these topics are refused. Returns topics that need a SUBSCRIBE of their own from now on. */
  refused(topics: readonly string[]): readonly string[] {
    for (const topic of topics) {
      this.release(topic);
      this.note(topic, undefined);
      for (const other of [...(this.brought.get(topic) ?? [])]) {
        this.letGo(other);
        if (!this.bringOtherwise(other)) this.config.ledger.want(other);
      }
    }
    this.leave();
    return this.uncovered();
  }

  /** Called when these topics have no answer in time. Returns topics that need a SUBSCRIBE of their own from now on. */
  overdue(topics: readonly string[]): readonly string[] {
    for (const topic of topics) this.note(topic, undefined);
    return this.uncovered();
  }

  /**
   * Called when these topics are not wanted any more; `sent` has those with a SUBSCRIBE of their own. Unsubscribes, and
   * returns topics that need a SUBSCRIBE of their own from now on.
   */
  drop(topics: readonly string[], sent: readonly string[]): readonly string[] {
    for (const topic of topics) {
      this.release(topic);
      this.alone.delete(topic);
      this.note(topic, undefined);
    }
    for (const topic of sent) {
      for (const other of [...(this.brought.get(topic) ?? [])]) this.bringOtherwise(other);
      this.leaving.add(topic);
    }
    this.leave();
    return this.uncovered();
  }

  /** Called when these topics count as refused without a request: no filter brings them. */
  settle(topics: readonly string[]): void {
    for (const topic of topics) this.release(topic);
    this.leave();
  }

  /** The topic keeps a subscription of its own, since the filter that covers it does not seem to bring it. */
  keep(topic: string): void {
    this.alone.add(topic);
  }

  /** The topic waits for no filter any more, and no filter brings it. */
  private release(topic: string): void {
    this.waiting.delete(topic);
    this.letGo(topic);
  }

  /**
   * Whether a granted filter brings the topic from now on. A topic that waits for its own answer is handled with that
   * answer.
   */
  private isBroughtBy(filter: string, topic: string): boolean {
    const { ledger, requests } = this.config;
    if (topic === filter || this.alone.has(topic) || !coversTopic(filter, topic)) return false;
    return ledger.get(topic)?.status !== 'refused' && !requests.isAwaited(topic);
  }

  /**
   * Lets another granted filter bring the topic. Without such a filter the topic waits, unless it has a request of its
   * own.
   */
  private bringOtherwise(topic: string): boolean {
    const cover = this.coverOf(topic);
    if (cover?.state === 'granted') {
      this.bring(topic, cover.filter);
      return true;
    }
    if (this.config.requests.last(topic) === undefined) this.waiting.add(topic);
    return false;
  }

  /** Returns waiting topics that no filter covers any more; they no longer wait. */
  private uncovered(): readonly string[] {
    const own = [...this.waiting].filter((topic) => this.coverOf(topic) === undefined);
    for (const topic of own) this.waiting.delete(topic);
    return own;
  }

  /** Unsubscribes from filters that bring no wanted topic any more, unless they are wanted again. */
  private leave(): void {
    const { requests } = this.config;
    const done = [...this.leaving].filter((filter) => !this.brought.has(filter) && !requests.isAwaited(filter));
    for (const filter of done) this.leaving.delete(filter);
    if (done.length > 0) this.config.unsubscribe(done);
  }

  private isCover(topic: string): boolean {
    return this.covers.get(literalLevels(topic))?.has(topic) === true;
  }

  /** A filter that covers the topic, if possible a granted one. */
  private coverOf(topic: string): Cover | undefined {
    if (this.covers.size === 0 || this.alone.has(topic)) return undefined;
    let found: Cover | undefined;
    for (const beginning of beginnings(topic)) {
      for (const cover of this.covers.get(beginning)?.values() ?? []) {
        if (!topic.endsWith(cover.end) || cover.filter === topic || !coversTopic(cover.filter, topic)) continue;
        if (cover.state === 'granted') return cover;
        found = cover;
      }
    }
    return found;
  }

  /** Notes whether the wildcard's own SUBSCRIBE is granted; with `undefined` it covers nothing. */
  private note(wildcard: string, state: Cover['state'] | undefined): void {
    if (!isWildcard(wildcard)) return;
    const levels = literalLevels(wildcard);
    const alike = this.covers.get(levels) ?? new Map<string, Cover>();
    if (state === undefined) alike.delete(wildcard);
    else alike.set(wildcard, { filter: wildcard, state, end: literalEnd(wildcard) });
    if (alike.size === 0) this.covers.delete(levels);
    else this.covers.set(levels, alike);
  }

  /** Notes that the filter brings the topic, which then needs no SUBSCRIBE of its own. */
  private bring(topic: string, filter: string): void {
    this.release(topic);
    // The wider filter brings all topics of a narrower wildcard, which covers topics again when its own SUBSCRIBE is
    // granted.
    for (const other of [...(this.brought.get(topic) ?? [])]) this.bring(other, filter);
    if (this.isCover(topic)) this.note(topic, 'awaited');
    this.bringers.set(topic, filter);
    const all = this.brought.get(filter) ?? new Set<string>();
    this.brought.set(filter, all.add(topic));
    this.config.ledger.bring(topic, filter);
  }

  private letGo(topic: string): void {
    const filter = this.bringers.get(topic) ?? '';
    const all = this.brought.get(filter);
    all?.delete(topic);
    if (all?.size === 0) this.brought.delete(filter);
    this.bringers.delete(topic);
  }
}
