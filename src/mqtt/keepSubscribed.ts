import { Observable, Subscription, take, throwIfEmpty, timeout, timer } from 'rxjs';
import type { Clock } from '../clock.js';
import { ProtocolFailure, TimeoutFailure } from '../errors.js';
import type { Connection } from '../transport.js';
import type { RefusedTopic } from '../venue.js';
import { GRANT_DOUBT, REFUSED_RETRY, SUBACK_TIMEOUT, TOPICS_PER_PACKET } from './retryRules.js';
import type { TopicLedger } from './topicLedger.js';
import type { WantedTopics } from './wantedTopics.js';

/** What became of the wanted topics, in order. */
export type SubscriptionEvent =
  | { readonly type: 'granted'; readonly topics: readonly string[] }
  | { readonly type: 'refused'; readonly topics: readonly string[] }
  /** No wanted topic is without an answer. */
  | { readonly type: 'answered' };

/** Refused topics, each with what a notice said; `undefined` where the SUBACK was the answer. */
export type Refusals = Map<string, string | undefined>;

/** One SUBSCRIBE. */
interface Asked {
  isAnswered: boolean;
  /** Its topics that a notice has refused. */
  readonly refused: Set<string>;
}

/** What `keepSubscribed` works with. */
export interface KeepSubscribedConfig {
  readonly wanted$: Observable<WantedTopics>;
  /** Whom it is, for messages. */
  readonly address: string;
  readonly ledger: TopicLedger;
  readonly clock: Clock;
  /** Topics refused before, also on earlier connections: asked for alone, so that they can't harm others. */
  readonly refusedBefore: Refusals;
  /** What the venue's notices say is refused. */
  readonly notices$?: Observable<readonly RefusedTopic[]>;
  /** Topics that turn out to be mute: each is asked for again alone, at once and then as the refused ones. */
  readonly mute$?: Observable<readonly string[]>;
  /** Topics were asked for or let go; their answers may be there already. */
  readonly onAsked?: () => void;
}

function* packets(topics: readonly string[], size: number): Generator<readonly string[]> {
  for (let start = 0; start < topics.length; start += size) yield topics.slice(start, start + size);
}

/**
 * Keeps a connection subscribed to the wanted topics: sends what is new, unsubscribes what is gone, writes every
 * answer into the ledger, and asks for refused topics again, each alone. A notice that a topic is refused counts more than
 * the grant of the same request, whichever comes first.
 *
 * **Errors** with `TimeoutFailure` when a SUBACK is missing before all were answered once, with `ProtocolFailure` when
 * one has not a code per topic. **On unsubscribe** sends nothing.
 */
export function keepSubscribed(connection: Connection, config: KeepSubscribedConfig): Observable<SubscriptionEvent> {
  const { wanted$, address, ledger, clock, refusedBefore } = config;
  return new Observable((out) => {
    const work = new Subscription();
    /** The last request of each topic: what an older one is answered, or was to repeat, counts no more. */
    const requests = new Map<string, Asked>();
    let complete = false;
    let started = false;

    const send = (packet: readonly string[]): void => {
      // An answer may have changed what is wanted while the packets before this one went out.
      const topics = packet.filter((topic) => ledger.has(topic));
      if (topics.length === 0 || out.closed) return;
      const request: Asked = { isAnswered: false, refused: new Set() };
      for (const topic of topics) {
        requests.set(topic, request);
        ledger.sent(topic);
      }
      const missing = (): Observable<never> =>
        new Observable((answer) =>
          answer.error(
            new TimeoutFailure(
              `${address} did not answer SUBSCRIBE within ${String(SUBACK_TIMEOUT / 1_000)} s, for ${topics.join(', ')}: look for the reason in the broker's log`,
            ),
          ),
        );
      const answer$ = connection.subscribe(topics).pipe(
        take(1),
        throwIfEmpty(() => new ProtocolFailure(`SUBACK without a code for ${topics.join(', ')}`)),
        timeout({ first: SUBACK_TIMEOUT, scheduler: clock.timers, with: missing }),
      );
      work.add(
        answer$.subscribe({
          next: (codes) => {
            settle(topics, codes, request);
          },
          error: (failure: unknown) => {
            // After promotion one mute answer is no reason to cut the others off.
            if (complete) later(topics, request);
            else out.error(failure);
          },
        }),
      );
    };

    const after = (delay: number, topics: readonly string[], request: Asked, act: (topic: string) => void): void => {
      if (topics.length === 0) return;
      const wait = timer(delay, clock.background).subscribe(() => {
        work.remove(wait);
        for (const topic of topics) if (requests.get(topic) === request) act(topic);
      });
      work.add(wait);
    };

    const later = (topics: readonly string[], request: Asked): void => {
      after(REFUSED_RETRY, topics, request, (topic) => {
        send([topic]);
      });
    };

    const grant = (topics: readonly string[]): void => {
      for (const topic of topics) refusedBefore.delete(topic);
      if (topics.length > 0) out.next({ type: 'granted', topics });
    };

    const repeat = (topics: readonly string[]): void => {
      for (const topic of topics) {
        if (ledger.get(topic)?.status !== 'mute') continue;
        send([topic]);
        const request = requests.get(topic);
        if (request === undefined) continue;
        after(REFUSED_RETRY, [topic], request, () => {
          repeat([topic]);
        });
      }
    };

    const settle = (topics: readonly string[], codes: readonly number[], request: Asked): void => {
      if (codes.length !== topics.length) {
        out.error(new ProtocolFailure(`SUBACK with ${String(codes.length)} codes for ${String(topics.length)} topics`));
        return;
      }
      const answered = topics.flatMap((topic, index) => {
        const code = codes[index];
        return code !== undefined && requests.get(topic) === request ? [{ topic, code }] : [];
      });
      request.isAnswered = true;
      const refused = answered.filter(({ code }) => code >= 0x80).map(({ topic }) => topic);
      const granted: string[] = [];
      const doubted: string[] = [];
      for (const { topic, code } of answered) {
        const message = code < 0x80 ? refusedBefore.get(topic) : undefined;
        if (message === undefined) ledger.answered(topic, code);
        else ledger.refuse(topic, message, code);
        if (message !== undefined) doubted.push(topic);
        else if (code < 0x80) granted.push(topic);
        else refusedBefore.set(topic, undefined);
      }
      grant(granted);
      if (refused.length + doubted.length > 0) out.next({ type: 'refused', topics: [...refused, ...doubted] });
      report();
      // A broker may judge a packet by its worst topic, so each gets a hearing of its own before it has to wait.
      if (topics.length > 1) for (const topic of refused) send([topic]);
      else later(refused, request);
      after(GRANT_DOUBT, doubted, request, (topic) => {
        if (request.refused.has(topic)) return;
        ledger.answered(topic, codes[topics.indexOf(topic)] ?? 0);
        grant([topic]);
      });
      later([...request.refused], request);
    };

    const heed = (notice: readonly RefusedTopic[]): void => {
      const told: string[] = [];
      for (const { topic, message } of notice) {
        const request = requests.get(topic);
        if (request === undefined) continue;
        refusedBefore.set(topic, message);
        if (request.isAnswered) {
          ledger.refuse(topic, message);
          told.push(topic);
        }
        // One timer a request, however often it is said.
        if (request.isAnswered && !request.refused.has(topic)) later([topic], request);
        request.refused.add(topic);
      }
      if (told.length > 0) out.next({ type: 'refused', topics: told });
    };

    const report = (): void => {
      if (ledger.outstanding > 0) return;
      complete = true;
      out.next({ type: 'answered' });
    };

    if (config.notices$ !== undefined) work.add(config.notices$.subscribe(heed));
    if (config.mute$ !== undefined) work.add(config.mute$.subscribe(repeat));
    work.add(
      wanted$.subscribe(({ all, ...change }) => {
        // Who was told of a change may have changed it again: what is wanted right now counts.
        const gone = change.gone.filter((topic) => ledger.has(topic) && !all.has(topic));
        for (const topic of gone) {
          ledger.drop(topic);
          requests.delete(topic);
        }
        if (gone.length > 0) connection.unsubscribe(gone);
        const added = started ? change.added : [...all];
        started = true;
        const fresh = added.filter((topic) => all.has(topic) && !ledger.has(topic));
        for (const topic of fresh) ledger.want(topic);
        for (const topic of fresh) if (refusedBefore.has(topic)) send([topic]);
        const others = fresh.filter((topic) => !refusedBefore.has(topic));
        for (const packet of packets(others, TOPICS_PER_PACKET)) send(packet);
        if (!out.closed && gone.length + fresh.length > 0) config.onAsked?.();
        if (gone.length > 0 || fresh.length === 0) report();
      }),
    );
    return work;
  });
}
