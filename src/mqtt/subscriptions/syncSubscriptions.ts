import { NEVER, Observable, type Subscriber, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import { specialSubscription } from '../../model/topicFilter.js';
import type { Connection } from '../../model/transport.js';
import type { RefusedTopic } from '../../model/venue.js';
import { GRANT_DOUBT, TOPICS_PER_PACKET } from '../retry/retryRules.js';
import { CoveredTopics } from './coveredTopics.js';
import type { SubscribeWindow } from './subscribeWindow.js';
import type { SuspectedTopics } from './suspectedTopics.js';
import type { TopicLedger } from './topicLedger.js';
import { type TopicRequest, TopicRequests } from './topicRequests.js';
import type { WantedTopics } from './wantedTopics.js';

/** The broker's answers for the wanted topics, in order. */
export type SubscriptionEvent =
  | { readonly type: 'granted'; readonly topics: readonly string[] }
  | { readonly type: 'refused'; readonly topics: readonly string[] }
  /** Every wanted topic has an answer, except suspects that are subscribed to once the connection is live. */
  | { readonly type: 'answered' };

/** Refused topics, each with the message of its notice; `undefined` if the SUBACK refused it. */
export type Refusals = Map<string, string | undefined>;

/** The parts that `syncSubscriptions` works with. */
export interface SyncSubscriptionsConfig {
  readonly wanted$: Observable<WantedTopics>;
  /** The peer's address, for messages. */
  readonly address: string;
  readonly ledger: TopicLedger;
  readonly clock: Clock;
  /**
   * Topics that were refused before, also on earlier connections. Each gets a SUBSCRIBE of its own, so that other
   * topics are not affected.
   */
  readonly refusedBefore: Refusals;
  /** Topics that may have ended earlier connections; each gets a SUBSCRIBE of its own after all others. */
  readonly suspects: SuspectedTopics;
  /** Sends every SUBSCRIBE of the connection. */
  readonly window: SubscribeWindow;
  /** The connection is promoted even if these topics have no answer. @defaultValue false */
  readonly optional?: boolean;
  /**
   * Whether a SUBSCRIBE for this wildcard brings the same messages as a SUBSCRIBE for each topic that it covers, so
   * that these need none.
   * @defaultValue never
   */
  readonly mayCover?: (wildcard: string) => boolean;
  /** The topics that the venue's notices refuse. */
  readonly notices$?: Observable<readonly RefusedTopic[]>;
  /** Topics without data. Each gets another SUBSCRIBE of its own, at once and then as often as a refused topic. */
  readonly noData$?: Observable<readonly string[]>;
  /** The wanted topics changed, and their SUBSCRIBEs and UNSUBSCRIBEs are queued or sent. Answers may already be there. */
  readonly onAsked?: () => void;
}

/**
 * Keeps a connection subscribed to the wanted topics: subscribes to new topics, unsubscribes from removed ones, writes
 * every answer into the ledger, and subscribes again to refused topics, each alone. A notice that refuses a topic
 * overrides the grant of the same request, whichever comes first. An answer counts however late it comes, while its
 * topic is wanted. A topic that a wanted wildcard covers is left to that wildcard: see `CoveredTopics`.
 *
 * **Errors** with a timeout failure when a SUBACK is overdue before the first `answered`, with a protocol failure when
 * a SUBACK does not have one code for each topic. **On unsubscribe** sends nothing.
 */
export function syncSubscriptions(
  connection: Connection,
  config: SyncSubscriptionsConfig,
): Observable<SubscriptionEvent> {
  return new Observable((out) => new SubscriptionSync(connection, config, out).start());
}

/** A request's answers by topic. */
interface Answers {
  readonly granted: string[];
  /**
   * Topics that were granted before. A second grant is not reported: the next message of the topic is not its first
   * one.
   */
  readonly again: string[];
  readonly refused: string[];
  /** Topics that the SUBACK granted, but an earlier notice refused. The grant counts if no new notice comes. */
  readonly doubted: string[];
}

class SubscriptionSync {
  private readonly config: SyncSubscriptionsConfig;
  private readonly out: Subscriber<SubscriptionEvent>;
  private readonly requests: TopicRequests;
  private readonly covered: CoveredTopics;
  /** Suspects that are subscribed to once the connection is live. */
  private readonly patient = new Set<string>();
  private hasAnswer = false;
  private isComplete = false;
  private isStarted = false;

  constructor(connection: Connection, config: SyncSubscriptionsConfig, out: Subscriber<SubscriptionEvent>) {
    this.config = config;
    this.out = out;
    this.requests = new TopicRequests(config.clock);
    const { ledger, refusedBefore, suspects, mayCover = () => false } = config;
    this.covered = new CoveredTopics({
      ...{ ledger, mayCover, requests: this.requests },
      wasRefused: (topic) => refusedBefore.has(topic),
      isDoubtful: (topic) => refusedBefore.has(topic) || suspects.has(topic),
      unsubscribe: (topics) => {
        connection.unsubscribe(topics);
      },
    });
  }

  start(): Subscription {
    const { wanted$, notices$ = NEVER, noData$ = NEVER } = this.config;
    const work = new Subscription();
    work.add(
      notices$.subscribe((notice) => {
        this.onNotice(notice);
      }),
    );
    work.add(
      noData$.subscribe((topics) => {
        this.repeat(topics);
      }),
    );
    work.add(
      wanted$.subscribe((change) => {
        this.onWanted(change);
      }),
    );
    work.add(() => {
      this.requests.stop();
    });
    return work;
  }

  private onWanted({ all, added, gone }: WantedTopics): void {
    const { config, out } = this;
    const { ledger } = config;
    // A listener of a change may change the topics again: only topics that are wanted right now count.
    const left = gone.filter((topic) => ledger.has(topic) && !all.has(topic));
    const fresh = (this.isStarted ? added : [...all]).filter((topic) => all.has(topic) && !ledger.has(topic));
    this.isStarted = true;
    const special = this.refuseSpecial(fresh);
    const sound = fresh.filter((topic) => !ledger.has(topic));
    this.covered.offer(sound);
    const released = this.drop(left);
    const { own, brought } = this.place(sound);
    const refused = [...special, ...this.askFor([...released, ...own])];
    if (brought.length > 0) out.next({ type: 'granted', topics: brought });
    if (refused.length > 0) out.next({ type: 'refused', topics: refused });
    if (!out.closed && left.length + fresh.length > 0) config.onAsked?.();
    if (!this.isComplete || left.length > 0) this.report();
  }

  /** Returns topics that need a SUBSCRIBE of their own, because a filter that covered them is gone. */
  private drop(topics: readonly string[]): readonly string[] {
    const sent = topics.filter((topic) => this.requests.drop(topic));
    for (const topic of topics) {
      this.config.ledger.drop(topic);
      this.patient.delete(topic);
    }
    return this.covered.drop(topics, sent);
  }

  /** Returns those of the topics that need a SUBSCRIBE of their own, and those that a granted filter brings already. */
  private place(topics: readonly string[]): { readonly own: readonly string[]; readonly brought: readonly string[] } {
    for (const topic of topics) this.requests.want(topic);
    const places = new Map(topics.map((topic) => [topic, this.covered.place(topic)]));
    const at = (place: string): readonly string[] => topics.filter((topic) => places.get(topic) === place);
    return { own: at('own'), brought: at('brought') };
  }

  /** Refuses filters that a broker would grant although their messages would be missed. Returns these filters. */
  private refuseSpecial(topics: readonly string[]): readonly string[] {
    return topics.filter((topic) => {
      const why = specialSubscription(topic);
      if (why !== undefined) this.config.ledger.refuse(topic, why);
      return why !== undefined;
    });
  }

  /** Makes requests for topics that have none. Returns the topics that count as refused without a request. */
  private askFor(topics: readonly string[]): readonly string[] {
    const { suspects, refusedBefore } = this.config;
    const refused = this.refuseSuspects(topics);
    const suspected = topics.filter((topic) => suspects.has(topic) && suspects.refusal(topic) === undefined);
    const isEarly = this.earlySuspects(suspected);
    for (const topic of suspected) if (!isEarly(topic)) this.patient.add(topic);
    const others = topics.filter((topic) => !suspects.has(topic));
    const trusted = others.filter((topic) => !refusedBefore.has(topic));
    const packets = others.filter((topic) => refusedBefore.has(topic)).map((topic) => [topic]);
    for (let start = 0; start < trusted.length; start += TOPICS_PER_PACKET)
      packets.push(trusted.slice(start, start + TOPICS_PER_PACKET));
    // All requests are made before the first is sent, because an immediate answer may void others.
    const requests = packets.map((packet) => this.requests.make(packet));
    const probes = suspected.map((topic) => this.requests.make([topic]));
    for (const request of requests) this.send(request);
    for (const probe of probes) this.send(probe, probe.topics.some(isEarly));
    return refused;
  }

  /** Refuses the suspects that ended too many connections, and returns them. Each gets another SUBSCRIBE later. */
  private refuseSuspects(topics: readonly string[]): readonly string[] {
    const { suspects, ledger } = this.config;
    const refused: string[] = [];
    for (const topic of topics) {
      const message = suspects.refusal(topic);
      if (message === undefined) continue;
      refused.push(topic);
      ledger.refuse(topic, message);
      this.requests.after(suspects.retryIn(topic), topic, () => {
        this.ask([topic]);
      });
    }
    this.covered.settle(refused);
    return refused;
  }

  /** Returns a function that says which suspects are subscribed to before the connection is live. */
  private earlySuspects(suspected: readonly string[]): (topic: string) => boolean {
    const { suspects, ledger, optional = false } = this.config;
    const { isComplete, patient } = this;
    // A connection without other topics is not live before the broker has answered for one suspect.
    const isIdle =
      !optional && !isComplete && !this.hasAnswer && ledger.outstanding === patient.size + suspected.length;
    const first = isIdle ? suspects.least(suspected) : undefined;
    return (topic) => !isComplete && (topic === first || suspects.isProbed(topic));
  }

  private ask(topics: readonly string[]): void {
    this.send(this.requests.make(topics));
  }

  private send(request: TopicRequest, early = false): void {
    const { config, requests, out } = this;
    const { topics } = request;
    const [only = ''] = topics;
    config.window.ask({
      ...(topics.length === 1 && config.suspects.has(only) ? { suspect: only, early } : {}),
      onTurn: () => {
        const sent = out.closed ? [] : requests.send(request);
        for (const topic of sent) config.ledger.sent(topic);
        return sent;
      },
      onAnswer: (sent, codes) => {
        if (!out.closed) this.onAnswer(sent, codes, request);
      },
      onOverdue: (sent, deadline) => {
        // After promotion, one missing answer is no reason to end the connection for all topics.
        if (!this.isComplete) out.error(overdue(config.address, sent, deadline));
        else {
          this.askLater(sent, request);
          this.askAnew(this.covered.overdue(sent.filter((topic) => requests.last(topic) === request)));
        }
      },
    });
  }

  private onAnswer(topics: readonly string[], codes: readonly number[], request: TopicRequest): void {
    const { out, requests } = this;
    if (codes.length !== topics.length) {
      out.error(
        new ConnectionFailure(
          'protocol',
          `SUBACK with ${String(codes.length)} codes for ${String(topics.length)} topics`,
        ),
      );
      return;
    }
    this.hasAnswer = true;
    const { granted, again, refused, doubted } = this.noteAnswers(requests.answer(request, topics, codes));
    this.grant(granted, again);
    if (refused.length + doubted.length > 0) out.next({ type: 'refused', topics: [...refused, ...doubted] });
    this.report();
    this.askAnew(this.covered.refused([...refused, ...doubted]));
    // A broker may refuse a whole packet because of one topic, so each topic gets a SUBSCRIBE of its own before it has
    // to wait.
    if (topics.length === 1) this.askLater(refused, request);
    else for (const topic of refused) if (requests.last(topic) === request) this.ask([topic]);
    for (const topic of doubted.filter((one) => requests.last(one) === request))
      requests.after(GRANT_DOUBT, topic, () => {
        if (request.refused.has(topic)) return;
        this.config.ledger.answered(topic, codes[topics.indexOf(topic)] ?? 0);
        this.grant([topic]);
      });
    this.askLater(request.refused, request);
  }

  /** Writes the codes that count into the ledger. */
  private noteAnswers(codes: ReadonlyMap<string, number>): Answers {
    const { ledger, refusedBefore, suspects } = this.config;
    const answers: Answers = { granted: [], again: [], refused: [], doubted: [] };
    for (const [topic, code] of codes) {
      this.patient.delete(topic);
      suspects.answered(topic);
      const message = code < 0x80 ? refusedBefore.get(topic) : undefined;
      if (message !== undefined) {
        ledger.refuse(topic, message, code);
        answers.doubted.push(topic);
      } else if (code >= 0x80) {
        ledger.answered(topic, code);
        refusedBefore.set(topic, undefined);
        answers.refused.push(topic);
      } else {
        answers[ledger.isGranted(topic) ? 'again' : 'granted'].push(topic);
        ledger.answered(topic, code);
      }
    }
    return answers;
  }

  /** Reports topics that are granted now, and topics that these bring from now on. */
  private grant(topics: readonly string[], again: readonly string[] = []): void {
    for (const topic of topics) this.config.refusedBefore.delete(topic);
    const brought = this.covered.granted([...topics, ...again]);
    // Another filter brings some suspects now, so these need no SUBSCRIBE.
    for (const topic of this.patient) if (this.requests.last(topic) === undefined) this.patient.delete(topic);
    const all = [...topics, ...brought];
    if (all.length > 0) this.out.next({ type: 'granted', topics: all });
  }

  private onNotice(notice: readonly RefusedTopic[]): void {
    const { ledger, refusedBefore } = this.config;
    const newlyRefused: string[] = [];
    for (const { topic, message } of notice) {
      const request = this.requests.last(topic);
      if (request === undefined) continue;
      refusedBefore.set(topic, message);
      if (request.isAnswered) {
        ledger.refuse(topic, message);
        newlyRefused.push(topic);
      }
      // One timer for each request, however often the notice is repeated.
      if (request.isAnswered && !request.refused.has(topic)) this.askLater([topic], request);
      request.refused.add(topic);
    }
    if (newlyRefused.length > 0) this.out.next({ type: 'refused', topics: newlyRefused });
    this.askAnew(this.covered.refused(newlyRefused));
  }

  /** Makes new requests for topics that another filter no longer brings. */
  private askAnew(topics: readonly string[]): void {
    if (topics.length === 0) return;
    const refused = this.askFor(topics);
    if (refused.length > 0) this.out.next({ type: 'refused', topics: refused });
    if (!this.out.closed) this.config.onAsked?.();
    if (!this.isComplete) this.report();
  }

  private askLater(topics: Iterable<string>, request: TopicRequest): void {
    this.requests.retry(topics, request, (topic) => {
      this.ask([topic]);
    });
  }

  /** Repeats the SUBSCRIBE for topics while they are without data. */
  private repeat(topics: readonly string[]): void {
    for (const topic of topics) {
      if (this.config.ledger.get(topic)?.status !== 'no-data') continue;
      this.covered.keep(topic);
      this.ask([topic]);
      this.requests.after(this.requests.retryDelay(), topic, () => {
        this.repeat([topic]);
      });
    }
  }

  /** Reports `answered` when every topic has an answer. */
  private report(): void {
    if (this.config.ledger.outstanding > this.patient.size) return;
    this.isComplete = true;
    this.out.next({ type: 'answered' });
  }
}

function overdue(address: string, topics: readonly string[], deadline: number): ConnectionFailure {
  const span = String(deadline / 1_000);
  return new ConnectionFailure(
    'timeout',
    `${address} did not answer SUBSCRIBE within ${span} s, for ${topics.join(', ')}: look for the reason in the broker's log`,
  );
}
