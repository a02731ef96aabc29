import type { ConnectionState } from '../session/connectionState.js';
import { LONGEST_NAME, topicFault } from '../../model/topicName.js';
import { isWildcard, matchesTopic } from '../../model/topicFilter.js';

/** The subscription of one topic on the present connection. */
export interface TopicSubscription {
  /** `no-data`: granted, but the image that this venue sends on SUBSCRIBE did not come; `seen`: a message came. */
  readonly status: 'wanted' | 'sent' | 'granted' | 'no-data' | 'refused' | 'seen';
  /** The SUBACK's return code: 0 to 2 granted, 128 refused (OASIS MQTT 3.1.1, section 3.9.3). */
  readonly code?: number;
  /** The reason of a refusal, from the venue's notice. */
  readonly message?: string;
  /** The wider topic filter that brings this topic; left out if the topic has a subscription of its own. */
  readonly through?: string;
}

/** The ledger as numbers, with the names of refused topics and of topics without data. */
export type LedgerSummary = Extract<ConnectionState, { readonly status: 'live' }>['ledger'];

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.join() === other.join();
}

/** Whether two summaries are equal. */
export function sameSummary(one: LedgerSummary, other: LedgerSummary): boolean {
  return (
    one.wanted === other.wanted &&
    one.granted === other.granted &&
    same(one.refused, other.refused) &&
    same(one.noData, other.noData)
  );
}

function isGranted(status: TopicSubscription['status'] | undefined): boolean {
  return status === 'granted' || status === 'no-data' || status === 'seen';
}

/**
 * The relation of a topic to a connection: a `wanted` topic, or a topic that a wanted filter matches; a topic on which
 * the venue reports refusals; a topic that no filter matches; or a name that is too long or that MQTT forbids, so that
 * its messages are not read.
 */
export type ReadTopicKind = 'wanted' | 'notice' | 'unasked' | 'unreadable';

/** A connection's record of a topic that has brought a message. */
export class ReadTopic {
  readonly topic: string;
  readonly kind: ReadTopicKind;
  /** Whether its messages are for subscribers. */
  readonly isData: boolean;
  /** Messages since the SUBSCRIBE for the topic. */
  messages = 0;
  /** The result of the user's `route`; `undefined` if it has to be called. */
  route: unknown;
  /** The number of discarded results. */
  reroutes = 0;
  /** The result of the user's `conflate`; `undefined` before it was called. */
  conflates: boolean | undefined;

  constructor(topic: string, kind: ReadTopicKind) {
    this.topic = topic;
    this.kind = kind;
    this.isData = kind === 'wanted' || kind === 'unasked';
  }

  reroute(): void {
    this.route = undefined;
    this.reroutes += 1;
  }
}

/** Topics whose first message is remembered, and the characters of all their names; bounds for wildcards. */
const MAX_READS = 65_536;
const MAX_NAMES = 8_388_608;

/** One connection's record of its topics: wanted → sent → granted or refused → first image. */
export class TopicLedger {
  private readonly topics = new Map<string, TopicSubscription>();
  private readonly wildcards = new Set<string>();
  private readonly early = new Set<string>();
  private readonly reads = new Map<string, ReadTopic>();
  /** The characters of the names in `reads`. */
  private nameSize = 0;
  /** Whether `reads` had no room, so that messages of other topics may have come. */
  private isIncomplete = false;
  private readonly isNotice: (topic: string) => boolean;
  private readonly refused = new Set<string>();
  private readonly silent = new Set<string>();
  private granted = 0;
  private unanswered = 0;

  /** @param isNotice - whether the venue reports refusals on a topic, so that it is not a wanted one */
  constructor(isNotice: (topic: string) => boolean = () => false) {
    this.isNotice = isNotice;
  }

  has(topic: string): boolean {
    return this.topics.has(topic);
  }

  get(topic: string): TopicSubscription | undefined {
    return this.topics.get(topic);
  }

  /**
   * Called when the topic is wanted. Its next message is a first one, also if another subscription brought the topic
   * before.
   */
  want(topic: string): void {
    this.put(topic, { status: 'wanted' });
    this.forgetReads(topic);
  }

  /**
   * Called when the topic is not wanted any more. Its next message is a first one, unless another granted subscription
   * brings it.
   */
  drop(topic: string): void {
    this.put(topic, undefined);
    this.early.delete(topic);
    this.forgetUncovered(topic);
  }

  /** Called when a SUBSCRIBE for the topic was sent. A refused topic stays refused until the answer comes. */
  sent(topic: string): void {
    if (this.topics.get(topic)?.status === 'wanted') this.put(topic, { status: 'sent' });
  }

  answered(topic: string, code: number): void {
    const before = this.topics.get(topic);
    const status = code >= 0x80 ? 'refused' : this.grantedStatus(topic, before?.status);
    this.put(topic, { status, code });
    // Another filter may have brought the topic until now.
    if (status === 'refused' && isGranted(before?.status)) this.forgetUncovered(topic);
  }

  /** Notes that a granted filter brings the topic. */
  bring(topic: string, filter: string): void {
    const { code } = this.topics.get(filter) ?? {};
    if (this.reads.has(topic)) this.early.add(topic);
    const status = this.grantedStatus(topic, this.topics.get(topic)?.status);
    this.put(topic, { status, through: filter, ...(code === undefined ? {} : { code }) });
  }

  /** Called when the expected image did not come in time. */
  lacksData(topic: string): void {
    const entry = this.topics.get(topic);
    if (entry?.status === 'granted') this.put(topic, { ...entry, status: 'no-data' });
  }

  /** Notes that a notice refuses the topic; it overrides the code of the SUBACK. */
  refuse(topic: string, message: string, code: number | undefined = this.topics.get(topic)?.code): void {
    this.early.delete(topic);
    this.put(topic, { status: 'refused', message, ...(code === undefined ? {} : { code }) });
    this.forgetUncovered(topic);
  }

  /** Counts a message of `topic`. Returns the same object for a wanted topic until a new SUBSCRIBE for it. */
  read(topic: string): ReadTopic {
    const read = this.reads.get(topic) ?? this.firstRead(topic);
    read.messages += 1;
    return read;
  }

  /** Discards the result of the user's `route` for a topic, or for all. */
  reroute(topic: string | undefined): void {
    if (topic !== undefined) this.reads.get(topic)?.reroute();
    else for (const read of this.reads.values()) read.reroute();
  }

  /**
   * Whether messages of the topic came, and the user has discarded their route since, so that a new SUBSCRIBE should
   * bring the last message again. True also if the ledger had no room to remember.
   */
  isForgotten(topic: string): boolean {
    const read = this.reads.get(topic);
    return read === undefined ? this.isIncomplete : read.reroutes > 0 && read.route === undefined;
  }

  /** The number of topics without an answer. */
  get outstanding(): number {
    return this.unanswered;
  }

  /** The number of topics without data. */
  get withoutData(): number {
    return this.silent.size;
  }

  isGranted(topic: string): boolean {
    return isGranted(this.topics.get(topic)?.status);
  }

  names(): IterableIterator<string> {
    return this.topics.keys();
  }

  summary(): LedgerSummary {
    return { wanted: this.topics.size, granted: this.granted, refused: [...this.refused], noData: [...this.silent] };
  }

  snapshot(): ReadonlyMap<string, TopicSubscription> {
    return new Map(this.topics);
  }

  private firstRead(topic: string): ReadTopic {
    // These names are not remembered, so that a broker can't fill memory with them.
    if (topic.length > LONGEST_NAME || topicFault(topic) !== undefined) return new ReadTopic(topic, 'unreadable');
    if (this.isNotice(topic)) return this.remember(new ReadTopic(topic, 'notice'));
    const own = this.topics.get(topic);
    const isSent = own !== undefined && own.status !== 'wanted' && own.through === undefined;
    const filters = [...(own === undefined ? [] : [topic]), ...(isSent ? [] : this.matching(topic))];
    if (filters.length === 0) return new ReadTopic(topic, 'unasked');
    for (const filter of filters) {
      const entry = this.topics.get(filter);
      if (entry?.status === 'granted' || entry?.status === 'no-data') this.put(filter, { ...entry, status: 'seen' });
      // A message may overtake the SUBACK, but only the SUBACK is an answer.
      else if (entry !== undefined && entry.status !== 'seen') this.early.add(filter);
    }
    return this.remember(new ReadTopic(topic, 'wanted'));
  }

  private remember(read: ReadTopic): ReadTopic {
    const { length } = read.topic;
    // The next message of a forgotten topic counts as a first one again: it may be marked as of unknown age without
    // need, never the other way round.
    if (this.reads.size >= MAX_READS || this.nameSize + length > MAX_NAMES) {
      this.reads.clear();
      this.nameSize = 0;
      this.isIncomplete = true;
    }
    this.reads.set(read.topic, read);
    this.nameSize += length;
    return read;
  }

  /** The status of a topic that is granted now. A granted topic that is granted again keeps its own, e.g. `no-data`. */
  private grantedStatus(topic: string, before: TopicSubscription['status'] | undefined): TopicSubscription['status'] {
    const isSeen = this.early.delete(topic);
    if (before !== undefined && isGranted(before)) return before;
    return isSeen ? 'seen' : 'granted';
  }

  /** The only method that changes a topic, so that the counts are always right. */
  private put(topic: string, entry: TopicSubscription | undefined): void {
    this.count(this.topics.get(topic)?.status, -1);
    this.count(entry?.status, 1);
    if (entry?.status === 'refused') this.refused.add(topic);
    else this.refused.delete(topic);
    if (entry?.status === 'no-data') this.silent.add(topic);
    else this.silent.delete(topic);
    if (entry === undefined) {
      this.topics.delete(topic);
      this.wildcards.delete(topic);
      return;
    }
    this.topics.set(topic, entry);
    if (isWildcard(topic)) this.wildcards.add(topic);
  }

  private count(status: TopicSubscription['status'] | undefined, by: 1 | -1): void {
    if (isGranted(status)) this.granted += by;
    else if (status === 'wanted' || status === 'sent') this.unanswered += by;
  }

  private forgetReads(filter: string, isKept: (topic: string) => boolean = () => false): void {
    const topics = isWildcard(filter)
      ? [...this.reads.keys()].filter((topic) => matchesTopic(filter, topic))
      : [filter];
    for (const topic of topics) if (!isKept(topic) && this.reads.delete(topic)) this.nameSize -= topic.length;
  }

  /** Forgets the topics that only `filter` brought. The first message of a subscription without a grant may still come. */
  private forgetUncovered(filter: string): void {
    const isCovered = (topic: string): boolean =>
      [topic, ...this.matching(topic)].some((subscribed) => this.isGranted(subscribed));
    this.forgetReads(filter, isCovered);
  }

  private matching(topic: string): string[] {
    return [...this.wildcards].filter((filter) => matchesTopic(filter, topic));
  }
}
