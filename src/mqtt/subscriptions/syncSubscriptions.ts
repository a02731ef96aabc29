import { Observable, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ProtocolFailure, TimeoutFailure } from '../../model/errors.js';
import type { Connection } from '../../model/transport.js';
import type { RefusedTopic } from '../../model/venue.js';
import { GRANT_DOUBT, TOPICS_PER_PACKET } from '../retry/retryRules.js';
import type { SubscribeWindow } from './subscribeWindow.js';
import type { SuspectedTopics } from './suspectedTopics.js';
import type { TopicLedger } from './topicLedger.js';
import { type TopicRequest, TopicRequests } from './topicRequests.js';
import type { WantedTopics } from './wantedTopics.js';

/** The broker's answers for the wanted topics, in order. */
export type SubscriptionEvent =
  | { readonly type: 'granted'; readonly topics: readonly string[] }
  | { readonly type: 'refused'; readonly topics: readonly string[] }
  /** No wanted topic is without an answer, except suspects that are asked for once the connection is live. */
  | { readonly type: 'answered' };

/** Refused topics, each with the message of its notice; `undefined` where the SUBACK refused it. */
export type Refusals = Map<string, string | undefined>;

/** The parts that `syncSubscriptions` works with. */
export interface SyncSubscriptionsConfig {
  readonly wanted$: Observable<WantedTopics>;
  /** The peer's address, for messages. */
  readonly address: string;
  readonly ledger: TopicLedger;
  readonly clock: Clock;
  /** Topics that were refused before, also on earlier connections: each is asked for alone, so that it can't harm others. */
  readonly refusedBefore: Refusals;
  /** Topics that may have ended earlier connections: asked for last, alone. */
  readonly suspects: SuspectedTopics;
  /** Sends every SUBSCRIBE of the connection. */
  readonly window: SubscribeWindow;
  /** The connection is promoted even if these topics have no answer. @defaultValue false */
  readonly optional?: boolean;
  /** The topics that the venue's notices refuse. */
  readonly notices$?: Observable<readonly RefusedTopic[]>;
  /** Topics that became mute: each is asked for again alone, at once and then as often as a refused one. */
  readonly mute$?: Observable<readonly string[]>;
  /** The wanted topics changed, and their SUBSCRIBEs and UNSUBSCRIBEs are queued or sent. Answers may already be there. */
  readonly onAsked?: () => void;
}

function* packets(topics: readonly string[], size: number): Generator<readonly string[]> {
  for (let start = 0; start < topics.length; start += size) yield topics.slice(start, start + size);
}

/**
 * Keeps a connection subscribed to the wanted topics: subscribes to new ones, unsubscribes from those that left, writes every
 * answer into the ledger, and asks for refused topics again, each alone. A notice that refuses a topic overrides the grant of
 * the same request, whichever comes first. An answer counts however late it comes, while its topic is wanted.
 *
 * **Errors** with `TimeoutFailure` when a SUBACK is overdue before the first `answered`, with `ProtocolFailure` when
 * a SUBACK has not one code for each topic. **On unsubscribe** sends nothing.
 */
export function syncSubscriptions(
  connection: Connection,
  config: SyncSubscriptionsConfig,
): Observable<SubscriptionEvent> {
  const { wanted$, address, ledger, clock, refusedBefore, suspects, window, optional = false } = config;
  return new Observable((out) => {
    const work = new Subscription();
    const requests = new TopicRequests(clock);
    /** Suspects that are asked for once the connection is live. */
    const patient = new Set<string>();
    let hasAnswer = false;
    let complete = false;
    let started = false;

    const ask = (topics: readonly string[], early = false): void => {
      const request = requests.make(topics);
      const [only = ''] = topics;
      window.ask({
        ...(topics.length === 1 && suspects.has(only) ? { suspect: only, early } : {}),
        onTurn: () => {
          const sent = out.closed ? [] : requests.send(request);
          for (const topic of sent) ledger.sent(topic);
          return sent;
        },
        onAnswer: (sent, codes) => {
          if (!out.closed) settle(sent, codes, request);
        },
        onOverdue: (sent, deadline) => {
          // After promotion one missing answer is no reason to cut the others off.
          if (!complete) out.error(overdue(address, sent, deadline));
          else later(sent, request);
        },
      });
    };

    const later = (topics: Iterable<string>, request: TopicRequest): void => {
      requests.retry(topics, request, (topic) => {
        ask([topic]);
      });
    };

    const grant = (topics: readonly string[]): void => {
      for (const topic of topics) refusedBefore.delete(topic);
      if (topics.length > 0) out.next({ type: 'granted', topics });
    };

    const repeat = (topics: readonly string[]): void => {
      for (const topic of topics) {
        if (ledger.get(topic)?.status !== 'mute') continue;
        ask([topic]);
        requests.after(requests.retryDelay(), topic, () => {
          repeat([topic]);
        });
      }
    };

    const settle = (topics: readonly string[], codes: readonly number[], request: TopicRequest): void => {
      if (codes.length !== topics.length) {
        out.error(new ProtocolFailure(`SUBACK with ${String(codes.length)} codes for ${String(topics.length)} topics`));
        return;
      }
      hasAnswer = true;
      const refused: string[] = [];
      const granted: string[] = [];
      const doubted: string[] = [];
      for (const [topic, code] of requests.answer(request, topics, codes)) {
        patient.delete(topic);
        suspects.answered(topic);
        const message = code < 0x80 ? refusedBefore.get(topic) : undefined;
        if (message !== undefined) {
          ledger.refuse(topic, message, code);
          doubted.push(topic);
        } else if (code >= 0x80) {
          ledger.answered(topic, code);
          refusedBefore.set(topic, undefined);
          refused.push(topic);
        } else if (!ledger.isGranted(topic)) {
          // A second grant is not reported: the next message of the topic is not its first one.
          ledger.answered(topic, code);
          granted.push(topic);
        }
      }
      grant(granted);
      if (refused.length + doubted.length > 0) out.next({ type: 'refused', topics: [...refused, ...doubted] });
      report();
      // A broker may refuse a whole packet because of one topic, so each is asked for alone before it has to wait.
      if (topics.length === 1) later(refused, request);
      else for (const topic of refused) if (requests.last(topic) === request) ask([topic]);
      for (const topic of doubted.filter((one) => requests.last(one) === request))
        requests.after(GRANT_DOUBT, topic, () => {
          if (request.refused.has(topic)) return;
          ledger.answered(topic, codes[topics.indexOf(topic)] ?? 0);
          grant([topic]);
        });
      later(request.refused, request);
    };

    const onNotice = (notice: readonly RefusedTopic[]): void => {
      const newlyRefused: string[] = [];
      for (const { topic, message } of notice) {
        const request = requests.last(topic);
        if (request === undefined) continue;
        refusedBefore.set(topic, message);
        if (request.isAnswered) {
          ledger.refuse(topic, message);
          newlyRefused.push(topic);
        }
        // One timer for each request, however often the notice is repeated.
        if (request.isAnswered && !request.refused.has(topic)) later([topic], request);
        request.refused.add(topic);
      }
      if (newlyRefused.length > 0) out.next({ type: 'refused', topics: newlyRefused });
    };

    const report = (): void => {
      if (ledger.outstanding > patient.size) return;
      complete = true;
      out.next({ type: 'answered' });
    };

    /** Asks for suspects, most of them when the connection is live. Returns those that count as refused. */
    const askSuspects = (topics: readonly string[]): readonly string[] => {
      const refused: string[] = [];
      const suspected: string[] = [];
      for (const topic of topics) {
        const message = suspects.refusal(topic);
        if (message === undefined) {
          suspected.push(topic);
          continue;
        }
        refused.push(topic);
        ledger.refuse(topic, message);
        requests.after(suspects.retryIn(topic), topic, () => {
          ask([topic]);
        });
      }
      // A connection without other topics is not live before the broker has answered for one suspect.
      const isIdle = !optional && !complete && !hasAnswer && ledger.outstanding === patient.size + suspected.length;
      const first = isIdle ? suspects.least(suspected) : undefined;
      const isEarly = (topic: string): boolean => !complete && (topic === first || suspects.isProbed(topic));
      for (const topic of suspected) if (!isEarly(topic)) patient.add(topic);
      for (const topic of suspected) ask([topic], isEarly(topic));
      return refused;
    };

    if (config.notices$ !== undefined) work.add(config.notices$.subscribe(onNotice));
    if (config.mute$ !== undefined) work.add(config.mute$.subscribe(repeat));
    work.add(
      wanted$.subscribe(({ all, ...change }) => {
        // A listener of a change may change the topics again: only topics that are wanted right now count.
        const gone = change.gone.filter((topic) => ledger.has(topic) && !all.has(topic));
        const sent = gone.filter((topic) => requests.drop(topic));
        for (const topic of gone) {
          ledger.drop(topic);
          patient.delete(topic);
        }
        if (sent.length > 0) connection.unsubscribe(sent);
        const added = started ? change.added : [...all];
        started = true;
        const fresh = added.filter((topic) => all.has(topic) && !ledger.has(topic));
        for (const topic of fresh) {
          requests.want(topic);
          ledger.want(topic);
        }
        const suspected = fresh.filter((topic) => suspects.has(topic));
        const others = fresh.filter((topic) => !suspects.has(topic));
        for (const topic of others) if (refusedBefore.has(topic)) ask([topic]);
        for (const packet of packets(
          others.filter((topic) => !refusedBefore.has(topic)),
          TOPICS_PER_PACKET,
        ))
          ask(packet);
        const refused = askSuspects(suspected);
        if (refused.length > 0) out.next({ type: 'refused', topics: refused });
        if (!out.closed && gone.length + fresh.length > 0) config.onAsked?.();
        if (!complete || gone.length > 0) report();
      }),
    );
    work.add(() => {
      requests.stop();
    });
    return work;
  });
}

function overdue(address: string, topics: readonly string[], deadline: number): TimeoutFailure {
  const span = String(deadline / 1_000);
  return new TimeoutFailure(
    `${address} did not answer SUBSCRIBE within ${span} s, for ${topics.join(', ')}: look for the reason in the broker's log`,
  );
}
