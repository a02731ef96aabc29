import {
  catchError,
  defer,
  finalize,
  map,
  merge,
  Observable,
  of,
  Subject,
  Subscription,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import { retryBackoff } from '../../../operators/retryBackoff.js';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Endpoint, Transport } from '../../model/transport.js';
import type { EndpointProvider, OnSubscribe } from '../../model/venue.js';
import { FlapWatch } from '../retry/flapWatch.js';
import { RetryPolicy } from '../retry/retryPolicy.js';
import { FLAP_LIFE, FOUND_RETRY } from '../retry/retryRules.js';
import type { ConnectionTopics } from '../subscriptions/connectionTopics.js';
import type { NoticeConfig } from '../subscriptions/notices/noticeTopics.js';
import { SuspectedTopics } from '../subscriptions/suspectedTopics.js';
import type { Refusals } from '../subscriptions/syncSubscriptions.js';
import { type LedgerSummary, sameSummary, type TopicSubscription } from '../subscriptions/topicLedger.js';
import type { WantedTopics } from '../subscriptions/wantedTopics.js';
import { askEndpoint } from './askEndpoint.js';
import { ClosingConnections } from './closingConnections.js';
import { connection, type LifeEvent } from './connection.js';
import type { ConnectionPhase } from './connectionState.js';
import type { Inbox } from './inbox.js';
import type { LinkReport } from './linkReport.js';
import { toFailure } from '../retry/toFailure.js';

/** The code that may call `reconnect()`. */
export type Asker = Exclude<ConnectionFailure['askedBy'], 'wake' | undefined>;

const whyAsked: Readonly<Record<Asker, string>> = {
  application: 'the application called reconnect()',
  silence: 'no symbol sends although a market is open, so the connection is replaced',
};

/** The parts that a session works with. */
export interface SessionConfig {
  readonly transport: Transport;
  readonly endpoints: EndpointProvider;
  readonly clock: Clock;
  readonly wanted$: Observable<WantedTopics>;
  /** Emits by how many ms a timer was late. */
  readonly lag$: Observable<number>;
  /** Emits how many ms the machine slept while monotonic time stood still, so that no timer was late. */
  readonly sleep$: Observable<number>;
  readonly notices: NoticeConfig;
  /** If a timer is later than this, in ms, messages count as missed. */
  readonly stallThreshold: () => number;
  /** The kind of a topic's first message after SUBSCRIBE. */
  onSubscribe(topic: string): OnSubscribe;
}

/** The receiver of a session's reports other than `events$`. */
export interface SessionPort {
  onPhase(phase: ConnectionPhase, epoch: number | undefined): void;
  onReport(report: LinkReport): void;
}

/** The retry loop: one connection after the other, and the state that outlives them. Messages go to the inbox. */
export class Session<R> {
  /**
   * Connects when subscribed to and reconnects until unsubscribed. Never completes, never errors. Epochs rise by one
   * over the life of the session, also across subscriptions.
   */
  readonly events$: Observable<LifeEvent>;
  /** The topics of the present connection: at once, then after every change. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** Completes when no closing connection is left. */
  readonly settled$: Observable<never>;
  /** Attempts to connect, the first included. */
  attempts = 0;
  /** How often a live connection ended, by the kind of failure, or by the asker of another connection. */
  readonly reconnects: Record<string, number> = {};
  private readonly config: SessionConfig;
  private readonly port: SessionPort;
  private readonly inbox: Inbox<R>;
  private readonly policy: RetryPolicy;
  private readonly closing: ClosingConnections;
  private readonly flap: FlapWatch;
  private readonly suspects: SuspectedTopics;
  private readonly refusedBefore: Refusals = new Map();
  private readonly ledgers = new Subject<void>();
  private readonly cuts = new Subject<Asker>();
  private readonly restarts = new Subject<void>();
  /** The number of subscriptions to `events$` so far. */
  private runs = 0;
  private topics: ConnectionTopics | undefined;
  private openedAt: number | undefined;
  private epoch: number | undefined;
  /** The ledger that the state shows; `undefined` while it shows none. */
  private shown: LedgerSummary | undefined;
  private isLimited = false;
  /**
   * Whether the last loss showed which topics the next connection must subscribe to last, so that a short wait is
   * enough.
   */
  private isFound = false;
  private previous: ConnectionFailure | undefined;
  /** The failure that ended the last attempt or connection of this run. */
  private reason: ConnectionFailure | undefined;
  private wasLive = false;

  constructor(config: SessionConfig, inbox: Inbox<R>, port: SessionPort) {
    const { clock } = config;
    this.config = config;
    this.inbox = inbox;
    this.port = port;
    this.policy = new RetryPolicy(clock);
    this.closing = new ClosingConnections(clock);
    this.flap = new FlapWatch(clock);
    this.suspects = new SuspectedTopics(clock);
    this.settled$ = this.closing.settled$;
    this.subscriptions$ = merge(of(undefined), this.ledgers).pipe(map(() => this.subscriptions()));
    const retried$ = this.retried();
    this.events$ = defer(() => {
      this.runs += 1;
      this.reason = undefined;
      const run = this.runs;
      // Restarts come first, because a listener of the first attempt may request the next one.
      return merge(this.restarts, of(undefined)).pipe(
        switchMap(() => retried$),
        finalize(() => {
          // A listener of the end may have subscribed again.
          if (this.runs !== run) return;
          this.shown = undefined;
          this.topics = undefined;
          this.ledgers.next();
        }),
      );
    });
  }

  /** The topics of the present connection. */
  subscriptions(): ReadonlyMap<string, TopicSubscription> {
    return this.topics?.snapshot() ?? new Map<string, TopicSubscription>();
  }

  /** One topic of the present connection. */
  subscription(topic: string): TopicSubscription | undefined {
    return this.topics?.subscription(topic);
  }

  /** Discards the result of the user's `route` for a topic, or for all. */
  reroute(topic: string | undefined): void {
    this.topics?.ledger.reroute(topic);
  }

  /** Replaces the connection as soon as the limit on connects allows it; until then the old one stays. */
  reconnect({ renew, askedBy }: { readonly renew: boolean; readonly askedBy: Asker }): void {
    if (renew) this.policy.renew();
    // Without a connection there is only a wait to end. A wait for the limits can't be ended.
    if (this.cuts.observed) this.cuts.next(askedBy);
    else if (!this.isLimited) this.restarts.next();
  }

  private retried(): Observable<LifeEvent> {
    const { clock } = this.config;
    return this.allowed().pipe(
      catchError((error: unknown) => throwError(() => (this.previous = this.reason = this.judged(error)))),
      retryBackoff({
        resetOn: (event) => event.type === 'promoted',
        adjust: (backoff, error) => {
          const failure = error as ConnectionFailure;
          return failure.kind === 'reconnect' ? 0 : this.policy.delay(failure, this.wait(backoff));
        },
        onRetry: ({ error, delay }) => {
          this.phase(this.policy.phase(error as ConnectionFailure, delay, this.attempts));
        },
        random: () => clock.random(),
        scheduler: clock.timers,
      }),
    );
  }

  private wait(backoff: number): number {
    return this.isFound ? Math.min(backoff, FOUND_RETRY * (0.5 + this.config.clock.random() / 2)) : backoff;
  }

  /** Starts an attempt as soon as the limits allow it. */
  private allowed(): Observable<LifeEvent> {
    return defer(() => {
      const delay = this.policy.wait();
      this.isLimited = delay > 0;
      if (!this.isLimited) return this.attempt();
      this.phase({ status: 'waiting', delay, attempt: this.attempts });
      return timer(delay, this.config.clock.timers).pipe(switchMap(() => this.allowed()));
    });
  }

  private attempt(): Observable<LifeEvent> {
    return new Observable((out) => {
      const { config, previous, wasLive } = this;
      const number = this.attempts;
      this.attempts += 1;
      this.wasLive = false;
      this.openedAt = undefined;
      const renew = this.policy.begin();
      this.connecting('credentials', number);
      // A listener of this state may have ended the attempt: then the provider is not called.
      if (out.closed) return;
      const request = { number, renew, wasLive, ...(previous === undefined ? {} : { previous }) };
      out.add(
        askEndpoint(config.endpoints, request, config.clock)
          .pipe(switchMap((endpoint) => this.connect(endpoint, number)))
          .subscribe(out),
      );
    });
  }

  private connect(asked: Endpoint, attempt: number): Observable<LifeEvent> {
    const endpoint = this.flap.connecting(asked);
    const life = new Subscription();
    const { config, refusedBefore, suspects, inbox } = this;
    const cut$ = this.cuts.pipe(
      // switchMap, since the limits may require a longer wait when reconnect() is called again meanwhile.
      switchMap((askedBy) => {
        const wait = this.policy.wait();
        const allowed$ = wait === 0 ? of(0) : timer(wait, config.clock.timers);
        return allowed$.pipe(map(() => new ConnectionFailure('reconnect', whyAsked[askedBy], { askedBy })));
      }),
    );
    const made$ = connection(
      endpoint,
      { ...config, refusedBefore, suspects, inbox, cut$ },
      {
        promote: () => this.promote(),
        onStep: (step) => {
          if (step === 'subscribing') this.opened(life);
          this.connecting(step, attempt);
        },
        onResponsive: (responsive) => {
          this.phase(responsive ? this.live() : { status: 'silent', why: 'unresponsive' });
        },
        onLedger: (answered) => {
          this.ledgers.next();
          if (answered) this.showLedger();
        },
        onReport: (report) => {
          this.port.onReport(report);
        },
        release: (handle, socket) => {
          this.closing.take(handle, socket);
        },
      },
      (topics) => {
        this.topics = topics;
        this.policy.connecting();
        this.connecting('network', attempt);
        // Emitted last: a listener may end this attempt and begin another, whose state must not be overwritten.
        this.ledgers.next();
      },
    );
    return made$.pipe(
      finalize(() => {
        life.unsubscribe();
      }),
    );
  }

  private opened(life: Subscription): void {
    this.openedAt = this.config.clock.monotonic();
    this.flap.opened();
    if (this.flap.verdict !== undefined) life.add(this.outlive());
  }

  /** Ends the flap when the present connection has lived for `FLAP_LIFE`. */
  private outlive(): Subscription {
    return timer(FLAP_LIFE, this.config.clock.background).subscribe(() => {
      this.flap.outlived();
      this.port.onReport({ type: 'flap', verdict: this.flap.verdict });
      if (this.shown !== undefined) this.phase({ status: 'live', ledger: this.shown });
    });
  }

  private promote(): number {
    this.epoch = this.epoch === undefined ? 0 : this.epoch + 1;
    this.policy.promoted();
    this.flap.promoted();
    this.suspects.promoted();
    this.wasLive = true;
    this.phase(this.live());
    return this.epoch;
  }

  /**
   * Returns the failure that ended an attempt or a connection, and records the topics or the flapping that it points
   * to.
   */
  private judged(error: unknown): ConnectionFailure {
    const { openedAt, topics, wasLive } = this;
    this.isFound = false;
    const failure = toFailure(error, 'the connection');
    if (wasLive) {
      const cause = failure.askedBy ?? failure.kind;
      this.reconnects[cause] = (this.reconnects[cause] ?? 0) + 1;
    }
    if (failure.kind === 'reconnect') {
      this.flap.replaced();
      return failure;
    }
    if (openedAt === undefined || topics === undefined) return this.flap.lost(failure);
    const unanswered = topics.window.unanswered();
    const answered = topics.window.answers > 0;
    const { suspected, refused, isProgress } = this.suspects.ended({
      failure,
      unanswered,
      answered,
      wasLive,
      isBurst: topics.window.isBurst(),
      soon: this.config.clock.monotonic() - openedAt < FLAP_LIFE,
    });
    this.isFound = isProgress;
    if (suspected.length > 0) this.port.onReport({ type: 'suspected', topics: suspected });
    if (refused.length > 0) this.port.onReport({ type: 'closed-on', topics: refused });
    return this.flap.lost(failure, unanswered, answered);
  }

  private connecting(step: Extract<ConnectionPhase, { readonly status: 'connecting' }>['step'], attempt: number): void {
    const { reason } = this;
    this.phase({ status: 'connecting', step, attempt, ...(reason === undefined ? {} : { reason }) });
  }

  private live(): ConnectionPhase {
    const { topics } = this;
    const ledger = topics?.ledger.summary() ?? { wanted: 0, granted: 0, refused: [], noData: [] };
    return { status: 'live', ledger };
  }

  private showLedger(): void {
    const { shown, topics } = this;
    if (shown === undefined || topics === undefined) return;
    const ledger = topics.ledger.summary();
    if (!sameSummary(shown, ledger)) this.phase({ status: 'live', ledger });
  }

  private phase(next: ConnectionPhase): void {
    this.shown = next.status === 'live' ? next.ledger : undefined;
    const { verdict } = this.flap;
    this.port.onPhase(verdict === undefined ? next : { ...next, flap: verdict }, this.epoch);
  }
}
