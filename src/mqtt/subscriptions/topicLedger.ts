import { isWildcard, matchesTopic } from '../../model/topicFilter.js';

/** How far one topic has come on the present connection. */
export interface TopicSubscription {
  /** `mute`: granted, without the image that this venue sends on subscribing; `seen`: a message came. */
  readonly status: 'wanted' | 'sent' | 'granted' | 'mute' | 'refused' | 'seen';
  /** The SUBACK's return code: 0 to 2 granted, 128 refused (OASIS MQTT 3.1.1, section 3.9.3). */
  readonly code?: number;
  /** Why it is refused, as the venue's notice has it. */
  readonly message?: string;
}

/** The ledger in numbers; the refused topics and the mute ones by name. */
export interface LedgerSummary {
  readonly wanted: number;
  readonly granted: number;
  readonly refused: readonly string[];
  /** Granted, without the image that this venue sends on subscribing. */
  readonly mute: readonly string[];
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.join() === other.join();
}

/** Whether two summaries say the same. */
export function sameSummary(one: LedgerSummary, other: LedgerSummary): boolean {
  return (
    one.wanted === other.wanted &&
    one.granted === other.granted &&
    same(one.refused, other.refused) &&
    same(one.mute, other.mute)
  );
}

function isGranted(status: TopicSubscription['status'] | undefined): boolean {
  return status === 'granted' || status === 'mute' || status === 'seen';
}

/** What a connection knows of a topic that has brought a message. */
export class ReadTopic {
  readonly topic: string;
  /** Whether the venue tells of refusals by it. */
  readonly isNotice: boolean;
  /** Messages since it was asked for. */
  messages = 0;
  /** What belongs to the topic by the user's word; `undefined` where he is to be asked. */
  route: unknown;
  /** How often the answer was taken back. */
  reroutes = 0;
  /** Whether a newer message replaces an older one that waits; not asked yet where it is `undefined`. */
  conflates: boolean | undefined;

  constructor(topic: string, isNotice: boolean) {
    this.topic = topic;
    this.isNotice = isNotice;
  }

  reroute(): void {
    this.route = undefined;
    this.reroutes += 1;
  }
}

/** Topics whose first message is remembered; a bound for wildcards. */
const MAX_READS = 65_536;

/** One connection's account of its topics: wanted → sent → granted or refused → first image seen. */
export class TopicLedger {
  private readonly topics = new Map<string, TopicSubscription>();
  private readonly wildcards = new Set<string>();
  private readonly early = new Set<string>();
  private readonly reads = new Map<string, ReadTopic>();
  private readonly isNotice: (topic: string) => boolean;
  private readonly refused = new Set<string>();
  private readonly silent = new Set<string>();
  private granted = 0;
  private unanswered = 0;

  /** @param isNotice - whether a topic is no wanted one, but one by which the venue tells of refusals */
  constructor(isNotice: (topic: string) => boolean = () => false) {
    this.isNotice = isNotice;
  }

  has(topic: string): boolean {
    return this.topics.has(topic);
  }

  get(topic: string): TopicSubscription | undefined {
    return this.topics.get(topic);
  }

  /** Its next message is a first one, also if another subscription brought the topic before. */
  want(topic: string): void {
    this.put(topic, { status: 'wanted' });
    this.forgetReads(topic);
  }

  /** The next message of the topic is a first one, unless another granted subscription brings the topic. */
  drop(topic: string): void {
    this.put(topic, undefined);
    this.early.delete(topic);
    this.forgetUncovered(topic);
  }

  /** A refused topic that is asked for again stays refused until it is answered. */
  sent(topic: string): void {
    if (this.topics.get(topic)?.status === 'wanted') this.put(topic, { status: 'sent' });
  }

  answered(topic: string, code: number): void {
    // One that is mute and was asked for again stays so until a message comes.
    const unseen = this.silent.has(topic) ? 'mute' : 'granted';
    const granted = this.early.delete(topic) ? 'seen' : unseen;
    this.put(topic, { status: code >= 0x80 ? 'refused' : granted, code });
  }

  /** No image came in time, and one should have. */
  mute(topic: string): void {
    const entry = this.topics.get(topic);
    if (entry?.status === 'granted') this.put(topic, { ...entry, status: 'mute' });
  }

  /** A notice says that it is refused, whatever the SUBACK said. */
  refuse(topic: string, message: string, code: number | undefined = this.topics.get(topic)?.code): void {
    this.early.delete(topic);
    this.put(topic, { status: 'refused', message, ...(code === undefined ? {} : { code }) });
    this.forgetUncovered(topic);
  }

  /** Notes a message on `topic`. The result is the same object until the topic is asked for anew. */
  read(topic: string): ReadTopic {
    const read = this.reads.get(topic) ?? this.firstRead(topic);
    read.messages += 1;
    return read;
  }

  /** What belongs to the topic, or to each, is not valid any more: nothing of it is kept. */
  reroute(topic: string | undefined): void {
    if (topic !== undefined) this.reads.get(topic)?.reroute();
    else for (const read of this.reads.values()) read.reroute();
  }

  /** How many topics have no answer. */
  get outstanding(): number {
    return this.unanswered;
  }

  /** How many topics are mute. */
  get mutes(): number {
    return this.silent.size;
  }

  isGranted(topic: string): boolean {
    return isGranted(this.topics.get(topic)?.status);
  }

  names(): string[] {
    return [...this.topics.keys()];
  }

  summary(): LedgerSummary {
    return { wanted: this.topics.size, granted: this.granted, refused: [...this.refused], mute: [...this.silent] };
  }

  snapshot(): ReadonlyMap<string, TopicSubscription> {
    return new Map(this.topics);
  }

  private firstRead(topic: string): ReadTopic {
    // Forgetting calls a later message a first one again: doubt too much, never too little.
    if (this.reads.size >= MAX_READS) this.reads.clear();
    const read = new ReadTopic(topic, this.isNotice(topic));
    this.reads.set(topic, read);
    if (read.isNotice) return read;
    for (const filter of this.topics.has(topic) ? [topic] : this.matching(topic)) {
      const entry = this.topics.get(filter);
      if (entry?.status === 'granted' || entry?.status === 'mute') this.put(filter, { ...entry, status: 'seen' });
      // Messages may overtake the SUBACK; only the SUBACK is an answer.
      else if (entry !== undefined && entry.status !== 'seen') this.early.add(filter);
    }
    return read;
  }

  /** The only way to change a topic, so that the sums are right without counting. */
  private put(topic: string, entry: TopicSubscription | undefined): void {
    this.count(this.topics.get(topic)?.status, -1);
    this.count(entry?.status, 1);
    if (entry?.status === 'refused') this.refused.add(topic);
    else this.refused.delete(topic);
    if (entry?.status === 'mute') this.silent.add(topic);
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
    for (const topic of topics) if (!isKept(topic)) this.reads.delete(topic);
  }

  /** Forgets what only `filter` brought. The first message of a subscription without a grant may still come. */
  private forgetUncovered(filter: string): void {
    const isCovered = (topic: string): boolean =>
      [topic, ...this.matching(topic)].some((subscribed) => this.isGranted(subscribed));
    this.forgetReads(filter, isCovered);
  }

  private matching(topic: string): string[] {
    return [...this.wildcards].filter((filter) => matchesTopic(filter, topic));
  }
}
