import { catchError, EMPTY, filter, map, type Observable, of, type OperatorFunction, Subject } from 'rxjs';
import type { Connection, Endpoint } from '../../../model/transport.js';
import type { RefusedTopic } from '../../../model/venue.js';
import { syncSubscriptions, type SyncSubscriptionsConfig } from '../syncSubscriptions.js';
import type { NoticeMessage } from './noticeMessage.js';
import { shown } from '../../transport/redact.js';
import { TopicLedger } from '../topicLedger.js';

/** The topics on which a venue reports refusals, and the reader of their messages. */
export interface NoticeConfig {
  readonly topics: readonly string[];
  /** Turns each message into refusals, or counts it as rejected. Subscribed to once for each connection. */
  readonly receive: OperatorFunction<NoticeMessage, readonly RefusedTopic[]>;
}

/** The notices of one connection. They have a ledger of their own, so that their answers never touch the wanted topics. */
export class NoticeTopics {
  readonly ledger: TopicLedger = new TopicLedger();
  /** The topics that notices refuse. */
  readonly refusals$: Observable<readonly RefusedTopic[]>;
  private readonly topics: ReadonlySet<string>;
  private readonly frames = new Subject<NoticeMessage>();

  constructor({ topics, receive }: NoticeConfig, endpoint: Endpoint) {
    this.topics = new Set(topics);
    const refusals = new Subject<readonly RefusedTopic[]>();
    // Subscribed from the start, so that a message that comes before `subscribe()` is counted as well.
    this.frames
      .pipe(
        receive,
        map((refused) => refused.map(({ topic, message }) => ({ topic, message: shown(message, endpoint) }))),
      )
      .subscribe(refusals);
    this.refusals$ = refusals.asObservable();
  }

  has(topic: string): boolean {
    return this.topics.has(topic);
  }

  read(frame: NoticeMessage): void {
    this.ledger.read(frame.topic);
    this.frames.next(frame);
  }

  /**
   * Subscribes to the notices. **Emits** the reason if some are not available. Retries as for any topic. Never errors.
   */
  subscribe(
    connection: Connection,
    shared: Pick<SyncSubscriptionsConfig, 'clock' | 'address' | 'refusedBefore' | 'suspects' | 'window'>,
  ): Observable<string> {
    if (this.topics.size === 0) return EMPTY;
    const wanted = { all: this.topics, added: [...this.topics], gone: [] };
    const { clock, address, refusedBefore, suspects, window } = shared;
    return syncSubscriptions(connection, {
      wanted$: of(wanted),
      ledger: this.ledger,
      clock,
      address,
      refusedBefore,
      suspects,
      window,
      optional: true,
    }).pipe(
      filter((event) => event.type === 'refused'),
      map(({ topics }) => `refused: ${topics.join(', ')}`),
      catchError((error: unknown) => of(error instanceof Error ? error.message : String(error))),
    );
  }
}
