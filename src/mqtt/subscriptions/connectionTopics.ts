import { type Observable, Subject, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { Connection, Endpoint } from '../../model/transport.js';
import type { OnSubscribe } from '../../model/venue.js';
import type { LinkReport } from '../session/linkReport.js';
import { addressOf } from '../transport/endpointUrl.js';
import { FirstImages } from './firstImages.js';
import { NoticeReports } from './notices/noticeReports.js';
import { type NoticeConfig, NoticeTopics } from './notices/noticeTopics.js';
import { SubscribeWindow } from './subscribeWindow.js';
import type { SuspectedTopics } from './suspectedTopics.js';
import { type Refusals, type SubscriptionEvent, syncSubscriptions } from './syncSubscriptions.js';
import { type ReadTopic, TopicLedger, type TopicSubscription } from './topicLedger.js';
import type { WantedTopics } from './wantedTopics.js';

/** The wanted topics, and the refusals and suspicions of earlier connections. */
export interface ConnectionTopicsConfig {
  readonly clock: Clock;
  readonly wanted$: Observable<WantedTopics>;
  readonly notices: NoticeConfig;
  /**
   * Topics that were refused before, also on earlier connections. Each gets a SUBSCRIBE of its own, so that other
   * topics are not affected.
   */
  readonly refusedBefore: Refusals;
  /** Topics that may have ended earlier connections. */
  readonly suspects: SuspectedTopics;
  /** The kind of a topic's first message after SUBSCRIBE. */
  onSubscribe(topic: string): OnSubscribe;
}

/** The receiver of the reports of a connection's topics. */
export interface ConnectionTopicsPort {
  /** Called when the broker answered for wanted topics; the first `answered` promotes the connection. */
  onSubscription(event: SubscriptionEvent): void;
  onReport(report: LinkReport): void;
  /**
   * Called when the ledger changed. `answered`: by an answer of the broker, or because topics are without data or no
   * longer are.
   */
  onLedger(answered: boolean): void;
  onError(error: unknown): void;
}

/** The topics of one connection: the SUBSCRIBEs for them, the broker's answers, and the first message of each. */
export class ConnectionTopics {
  readonly ledger: TopicLedger;
  readonly window: SubscribeWindow;
  private readonly config: ConnectionTopicsConfig;
  private readonly endpoint: Endpoint;
  private readonly port: ConnectionTopicsPort;
  private readonly notices: NoticeTopics;
  private readonly firstImages: FirstImages;
  private readonly noData = new Subject<readonly string[]>();
  private readonly work = new Subscription();
  /** Whether the last first message came on a topic that was without data. */
  private dataCame = false;

  constructor(endpoint: Endpoint, config: ConnectionTopicsConfig, port: ConnectionTopicsPort) {
    const { clock, suspects } = config;
    this.config = config;
    this.endpoint = endpoint;
    this.port = port;
    this.notices = new NoticeTopics(config.notices, endpoint);
    this.ledger = new TopicLedger((topic) => this.notices.has(topic));
    this.window = new SubscribeWindow(clock, suspects);
    this.firstImages = new FirstImages({
      clock,
      ledger: this.ledger,
      firstImage: (topic) => config.onSubscribe(topic),
      onNoData: (topics) => {
        for (const topic of topics) this.ledger.lacksData(topic);
        port.onReport({ type: 'no-data', topics });
        port.onLedger(true);
        this.noData.next(topics);
      },
    });
    const reports = new NoticeReports(this.ledger, endpoint);
    this.work.add(
      this.notices.refusals$.subscribe((notice) => {
        for (const report of reports.of(notice)) port.onReport(report);
      }),
    );
  }

  /** Called after CONNACK: subscribes to the topics, and follows their changes. */
  open(connection: Connection): void {
    const { config, port, ledger, window, notices } = this;
    const shared = { ...config, address: addressOf(this.endpoint.url), window };
    window.open(connection);
    // The notices come first: a notice about a wanted topic must not arrive before the subscription to the notices.
    this.work.add(
      notices.subscribe(connection, shared).subscribe((why) => {
        port.onReport({ type: 'no-notices', why });
      }),
    );
    this.work.add(
      syncSubscriptions(connection, {
        ...shared,
        ledger,
        mayCover: (wildcard) => ['nothing', 'retained'].includes(config.onSubscribe(wildcard)),
        notices$: notices.refusals$,
        noData$: this.noData,
        onAsked: () => {
          port.onLedger(false);
        },
      }).subscribe({
        next: (event) => {
          port.onLedger(true);
          if (event.type === 'granted') this.firstImages.granted(event.topics);
          port.onSubscription(event);
        },
        error: (error: unknown) => {
          port.onError(error);
        },
      }),
    );
  }

  /** A message of the topic is being read. */
  read(topic: string): ReadTopic {
    const { withoutData } = this.ledger;
    const read = this.ledger.read(topic);
    if (read.messages === 1) this.dataCame = this.ledger.withoutData !== withoutData;
    return read;
  }

  /** Called when the topic's first message is handled. */
  onFirst({ topic, kind }: ReadTopic): void {
    // No subscription waits for these messages, and a broker may send many of them.
    if (kind === 'unasked' || kind === 'unreadable') return;
    const { dataCame } = this;
    if (kind === 'wanted') this.firstImages.onMessage(topic);
    this.port.onLedger(dataCame);
  }

  onNotice(topic: string, payload: Uint8Array, retain: boolean): void {
    this.notices.read({ topic, payload, retain });
  }

  snapshot(): ReadonlyMap<string, TopicSubscription> {
    return new Map([...this.notices.ledger.snapshot(), ...this.ledger.snapshot()]);
  }

  subscription(topic: string): TopicSubscription | undefined {
    return this.ledger.get(topic) ?? this.notices.ledger.get(topic);
  }

  stop(): void {
    this.firstImages.stop();
    this.window.stop();
    this.work.unsubscribe();
  }
}
