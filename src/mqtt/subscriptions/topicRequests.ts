import { Subscription, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { REFUSED_RETRY } from '../retry/retryRules.js';

/** One topic while it is wanted. */
interface Want {
  /** The last request for the topic: only that one is repeated. */
  last: TopicRequest | undefined;
  isSent: boolean;
  /** The number of the newest request with an answer; answers to older requests no longer count. */
  answered: number;
}

/** One request for topics: it waits for its turn, is sent as a SUBSCRIBE, and the SUBACK answers it. */
export interface TopicRequest {
  readonly number: number;
  readonly topics: readonly string[];
  /** The records of its topics at that time; a topic that was removed and added again has a new record. */
  readonly wants: ReadonlyMap<string, Want>;
  isAnswered: boolean;
  /** Its topics that a notice has refused. */
  readonly refused: Set<string>;
}

/** Decides which request of a connection counts for each wanted topic, and when a topic gets another SUBSCRIBE. */
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

  /** Returns whether a SUBSCRIBE for the topic was sent. */
  drop(topic: string): boolean {
    const isSent = this.isSent(topic);
    this.wants.delete(topic);
    return isSent;
  }

  /** Voids all requests for a topic that stays wanted. Returns whether a SUBSCRIBE for it was sent. */
  renew(topic: string): boolean {
    const isSent = this.drop(topic);
    this.want(topic);
    return isSent;
  }

  /** Makes a request, which becomes the last one of its topics. */
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

  /** Whether a SUBSCRIBE for the topic was sent. */
  isSent(topic: string): boolean {
    return this.wants.get(topic)?.isSent === true;
  }

  /** Whether a SUBSCRIBE for the topic was sent, and the last request for it has no answer. */
  isAwaited(topic: string): boolean {
    return this.isSent(topic) && this.last(topic)?.isAnswered === false;
  }

  last(topic: string): TopicRequest | undefined {
    return this.wants.get(topic)?.last;
  }

  /** Notes that the request is sent now; returns those of its topics that are still wanted. */
  send(request: TopicRequest): readonly string[] {
    const sent = request.topics.filter((topic) => this.counts(topic, request));
    for (const topic of sent) {
      const want = this.wants.get(topic);
      if (want !== undefined) want.isSent = true;
    }
    return sent;
  }

  /** Notes the answer to the request; returns the code of each topic for which the answer counts. */
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

  /** The wait in ms before another SUBSCRIBE for a topic. It is random, so that many topics don't come in one burst. */
  retryDelay(): number {
    return REFUSED_RETRY * (0.75 + this.clock.random() / 2);
  }

  /** Calls `ask` later for topics whose last request is this one, unless its answer comes meanwhile. */
  retry(topics: Iterable<string>, request: TopicRequest, ask: (topic: string) => void): void {
    const { isAnswered } = request;
    for (const topic of topics)
      if (this.last(topic) === request)
        this.after(this.retryDelay(), topic, () => {
          if (request.isAnswered === isAnswered) ask(topic);
        });
  }

  /** Calls `act` after `delay` ms, unless the topic was removed or got another request meanwhile. */
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
