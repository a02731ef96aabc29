import {
  defer,
  distinct,
  EMPTY,
  finalize,
  first,
  type Observable,
  ReplaySubject,
  Subject,
  Subscription,
  take,
  takeUntil,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { defaultTransport, quoteFeed } from '../../index.js';
import type { Rejection } from '../../feed/feedConfig.js';
import type { QuoteFeed } from '../../feed/feedTypes.js';
import type { Clock } from '../../model/clock.js';
import type { ConnectionFailure } from '../../model/errors.js';
import type { Connection, Transport } from '../../model/transport.js';
import type { Venue } from '../../model/venue.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { TopicSubscription } from '../../mqtt/subscriptions/topicLedger.js';
import { type Finding, findingsIn } from '../../playbook/findings.js';
import type { EndpointSource } from './endpointSource.js';

/** How far a connection has come. */
const STAGES = ['credentials', 'network', 'handshake', 'subscribing', 'live'] as const;

export type Stage = (typeof STAGES)[number];

/** A connection came to a stage, or failed at one. */
export interface Progress {
  readonly stage: Stage;
  readonly failure?: ConnectionFailure;
}

/** The most distinct topics that a look around remembers. */
const MOST_TOPICS = 500;

/**
 * In ms. It is higher than the default, because the venue of the demonstration shares this thread. A step of its own measures
 * the thread.
 */
const stallThreshold = 1_000;

/** An unreadable message, without its bytes but the first. */
export interface Unreadable {
  readonly reason: string;
  readonly topic: string;
  readonly bytes: Uint8Array;
}

/** The number of bytes of an unreadable message that are shown. */
const SHOWN_BYTES = 16;

/** The parts that a visit works with. */
export interface VisitConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly symbols: readonly string[];
  readonly source: EndpointSource;
  readonly clock: Clock;
  /** @defaultValue that of the library */
  readonly transport?: Transport;
}

/**
 * One connection of a real feed, from which the steps after CONNECT read. It is made once: after its first failure the feed
 * is closed, so that nothing is tried again.
 */
export class Visit<E extends { readonly symbol: string }> {
  readonly feed: QuoteFeed<E>;
  /** The first message that was read, with its bytes. */
  sample: { readonly topic: string; readonly payload: Uint8Array } | undefined;
  /** Monotonic time at which the connection was live, in ms; `undefined` before that. */
  liveAt: number | undefined;
  /** The findings at the moment of the failure: they are those that a running feed would have. */
  atFailure: readonly Finding[] = [];
  private readonly config: VisitConfig<E>;
  private readonly progress = new ReplaySubject<Progress>(Infinity);
  private readonly topics = new Subject<string>();
  private readonly life = new Subscription();
  private readonly rejected = new Map<string, Unreadable>();
  private ledger: ReadonlyMap<string, TopicSubscription> = new Map();
  private stage: Stage = 'credentials';
  private connection: Connection | undefined;
  private isOpen = false;

  constructor(config: VisitConfig<E>) {
    const { venue, source, clock, transport = defaultTransport({ clock }) } = config;
    this.config = config;
    this.feed = quoteFeed({
      venue: { ...venue, endpoints: source.provider },
      clock,
      stallThreshold,
      transport: (endpoint) =>
        transport(endpoint).pipe(
          tap((event) => {
            if (event.type === 'open') this.connection = event.connection;
            else if (event.type === 'frame') this.onFrame(event);
          }),
        ),
      onReject: (rejection) => this.onReject(rejection),
    });
  }

  /** Connects, unless it has begun to; emits when the connection has come to a stage or failed before it, and completes. */
  reached(stage: Stage): Observable<Progress> {
    this.open();
    return this.progress.pipe(
      first((one) => one.failure !== undefined || STAGES.indexOf(one.stage) >= STAGES.indexOf(stage)),
    );
  }

  /** The subscription of a topic. */
  subscription(topic: string): TopicSubscription | undefined {
    return this.ledger.get(topic);
  }

  /** The subscriptions now and after each change. */
  get subscriptions$(): Observable<ReadonlyMap<string, TopicSubscription>> {
    return this.feed.subscriptions$;
  }

  /** The unreadable messages, the first of each reason. */
  get unreadable(): readonly Unreadable[] {
    return [...this.rejected.values()];
  }

  /** The findings of the playbook in the feed now, with remedies in the words of the command line. */
  findings(): readonly Finding[] {
    return findingsIn('cli', this.feed, this.config.clock);
  }

  /** The messages of the wanted topics so far, without those of a look around. */
  get wantedMessages(): number {
    const { received, unclaimed } = this.feed.stats();
    return received - unclaimed;
  }

  /** Completes with the answer to a ping. */
  ping(): Observable<never> {
    return this.connection?.ping?.() ?? EMPTY;
  }

  /**
   * Subscribes to all topics for a moment, and emits the names of the topics that send. It is for a broker of the user's
   * own: a venue may not like it.
   *
   * @param ms - how long the moment is
   */
  lookAround(ms: number): Observable<readonly string[]> {
    return defer(() => {
      const { connection } = this;
      const asked = connection?.subscribe(['#']).subscribe();
      const looking = this.topics.pipe(distinct(), take(MOST_TOPICS), takeUntil(timer(ms, this.config.clock.timers)));
      return looking.pipe(
        toArray(),
        finalize(() => {
          asked?.unsubscribe();
          connection?.unsubscribe(['#']);
        }),
      );
    });
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.life.unsubscribe();
    await this.feed.close();
  }

  private open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    const { feed } = this;
    this.life.add(
      feed.state$.subscribe((state) => {
        this.onState(state);
      }),
    );
    this.life.add(
      feed.subscriptions$.subscribe((ledger) => {
        this.ledger = ledger;
      }),
    );
    this.life.add(feed.updates(this.config.symbols, { name: 'doctor' }).subscribe());
  }

  private onFrame({ topic, payload }: { readonly topic: string; readonly payload: Uint8Array }): void {
    this.sample ??= { topic, payload: payload.slice() };
    this.topics.next(topic);
  }

  private onState(state: ConnectionState): void {
    if (state.status === 'connecting') this.stage = state.step;
    else if (state.status === 'live') {
      this.stage = 'live';
      this.liveAt ??= this.config.clock.monotonic();
    } else if (state.status === 'waiting' || state.status === 'rejected') {
      this.fail(state.reason);
      return;
    } else return;
    this.progress.next({ stage: this.stage });
  }

  private fail(failure: ConnectionFailure | undefined): void {
    if (failure === undefined) return;
    this.config.source.judge(failure);
    this.atFailure = this.findings();
    this.progress.next({ stage: this.stage, failure });
    void this.close();
  }

  private onReject({ reason, topic, payload }: Rejection): void {
    if (this.rejected.has(reason)) return;
    this.rejected.set(reason, { reason, topic, bytes: payload.slice(0, SHOWN_BYTES) });
  }
}
