import { Subscription, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { REFUSED_RETRY } from '../retry/retryRules.js';

/** One topic, from when it is wanted until it is not wanted any more. */
interface Want {
  /** The last request for it: only that one is repeated. */
  last: TopicRequest | undefined;
  isSent: boolean;
  /** The number of the newest request that was answered: the answer to an older one counts no more. */
  answered: number;
}

/** One request for topics: they wait for their turn, are sent in a SUBSCRIBE, and are answered by its SUBACK. */
export interface TopicRequest {
  readonly number: number;
  readonly topics: readonly string[];
  /** Its topics as they were wanted then: a topic that left and came back is wanted anew. */
  readonly wants: ReadonlyMap<string, Want>;
  isAnswered: boolean;
  /** Its topics that a notice has refused. */
  readonly refused: Set<string>;
}

/** Which request of a connection counts for each of its wanted topics, and when a topic is asked for again. */
export class TopicRequests {
  private readonly clock: Clock;
  private readonly wants = new Map<string, Want>();
  private readonly waits = new Subscription();
  private count = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  want(topic: string): void {
    this.wants.set(topic, { last: undefined, isSent: false, answered: 0 });
  }

  /** Gives whether a SUBSCRIBE for the topic was sent. */
  drop(topic: string): boolean {
    const isSent = this.wants.get(topic)?.isSent === true;
    this.wants.delete(topic);
    return isSent;
  }

  /** A new request, which is the last one of its topics. */
  make(topics: readonly string[]): TopicRequest {
    const wants = new Map<string, Want>();
    for (const topic of topics) {
      const want = this.wants.get(topic);
      if (want !== undefined) wants.set(topic, want);
    }
    const request: TopicRequest = { number: (this.count += 1), topics, wants, isAnswered: false, refused: new Set() };
    for (const want of wants.values()) want.last = request;
    return request;
  }

  last(topic: string): TopicRequest | undefined {
    return this.wants.get(topic)?.last;
  }

  /** Notes that the request is sent now; gives its topics that are still wanted. */
  send(request: TopicRequest): readonly string[] {
    const sent = request.topics.filter((topic) => this.counts(topic, request));
    for (const topic of sent) {
      const want = this.wants.get(topic);
      if (want !== undefined) want.isSent = true;
    }
    return sent;
  }

  /** Notes that the request is answered; gives the code of each topic that the answer counts for. */
  answer(request: TopicRequest, topics: readonly string[], codes: readonly number[]): ReadonlyMap<string, number> {
    request.isAnswered = true;
    const counted = new Map<string, number>();
    for (const [index, topic] of topics.entries()) {
      const [want, code] = [this.wants.get(topic), codes[index]];
      if (want === undefined || code === undefined || !this.counts(topic, request)) continue;
      want.answered = request.number;
      counted.set(topic, code);
    }
    return counted;
  }

  /** The wait in ms before a topic is asked for again: it differs, so that many topics are not asked for in one burst. */
  retryDelay(): number {
    return REFUSED_RETRY * (0.75 + this.clock.random() / 2);
  }

  /** Asks again for the topics whose last request this is, unless its answer comes meanwhile. */
  retry(topics: Iterable<string>, request: TopicRequest, ask: (topic: string) => void): void {
    const { isAnswered } = request;
    for (const topic of topics)
      if (this.last(topic) === request)
        this.after(this.retryDelay(), topic, () => {
          if (request.isAnswered === isAnswered) ask(topic);
        });
  }

  /** Calls `act` after `delay` ms, unless the topic left meanwhile or was asked for again. */
  after(delay: number, topic: string, act: () => void): void {
    const want = this.wants.get(topic);
    const last = want?.last;
    const wait = timer(delay, this.clock.background).subscribe(() => {
      this.waits.remove(wait);
      if (want !== undefined && this.wants.get(topic) === want && want.last === last) act();
    });
    this.waits.add(wait);
  }

  stop(): void {
    this.waits.unsubscribe();
  }

  private counts(topic: string, { number, wants }: TopicRequest): boolean {
    const want = this.wants.get(topic);
    return want !== undefined && want === wants.get(topic) && want.answered <= number;
  }
}
