import { Observable, type OperatorFunction, Subject, Subscription, timer } from 'rxjs';
import type { BoundedQueue } from '../../../operators/support/boundedQueue.js';
import type { Clock } from '../../model/clock.js';
import { type ConnectionFailure, NetworkFailure, TimeoutFailure } from '../../model/errors.js';
import type { Connection, ConnectionEvent } from '../../model/transport.js';
import { toFailure } from './toFailure.js';
import { type FirstImage, FirstImages } from '../subscriptions/firstImages.js';
import { syncSubscriptions, type Refusals, type SubscriptionEvent } from '../subscriptions/syncSubscriptions.js';
import type { NoticeTopics } from '../subscriptions/noticeTopics.js';
import type { ReadFrame } from '../subscriptions/readFrame.js';
import { CONNECT_TIMEOUT } from '../retry/retryRules.js';
import { causeOf, settled, type StallEvent } from './stall.js';
import type { SubscribeWindow } from '../subscriptions/subscribeWindow.js';
import type { SuspectedTopics } from '../subscriptions/suspectedTopics.js';
import type { TopicLedger } from '../subscriptions/topicLedger.js';
import type { WantedTopics } from '../subscriptions/wantedTopics.js';

/** What a link says, in order. Data is tagged with the epoch of the connection that read it. */
export type LinkEvent<D> =
  | { readonly type: 'promoted'; readonly epoch: number }
  | { readonly type: 'data'; readonly epoch: number; readonly data: D }
  | { readonly type: 'lost'; readonly epoch: number; readonly failure: ConnectionFailure }
  | StallEvent
  | Exclude<SubscriptionEvent, { type: 'answered' }>;

/** What one connection works with; the link owns what outlives it. */
export interface ConnectionConfig<D> {
  readonly clock: Clock;
  /** Whom it is to, for messages. */
  readonly address: string;
  readonly wanted$: Observable<WantedTopics>;
  /** Cuts the connection when it emits, with what it emits. */
  readonly cut$: Observable<ConnectionFailure>;
  /** By how many ms the thread was late for a timer of the link's owner. */
  readonly late$: Observable<number>;
  /** Emits how many ms the machine slept while monotonic time stood still. */
  readonly woke$: Observable<number>;
  /** Beyond this, in ms, a late thread is taken for one that cost images. */
  readonly stallThreshold: () => number;
  /** Makes data of frames; subscribed to once per connection. */
  readonly receive: OperatorFunction<ReadFrame, D>;
  /** Where data read before promotion waits. Empty between connections. */
  readonly pending: BoundedQueue<D>;
  readonly ledger: TopicLedger;
  readonly notices: NoticeTopics;
  readonly refusedBefore: Refusals;
  /** Topics that may have ended earlier connections. */
  readonly suspects: SuspectedTopics;
  /** Sends every SUBSCRIBE of this connection. */
  readonly window: SubscribeWindow;
  /** The kind of each topic's first message after SUBSCRIBE. */
  firstImage(topic: string): FirstImage;
  /** Topics are mute: granted, without the image that should have come. */
  onMute(topics: readonly string[]): void;
  /** Gives this connection its epoch. */
  promote(): number;
  onFrame(): void;
  /** A frame read after the connection was cut: nobody claims it. */
  onLateFrame(): void;
  onStep(step: 'handshake' | 'subscribing'): void;
  /** The ledger changed: by an answer of the broker or for mute topics, or (`false`) by what was asked or seen otherwise. */
  onLedger(answered: boolean): void;
  /** Notices can't be had, and why. */
  onNoNotices(why: string): void;
  /** The peer does not answer, or does so again. Of a connection that has its epoch only. */
  onResponsive(responsive: boolean): void;
  /** Takes a connection that is no longer wanted, to say goodbye in bounded time. */
  release(connection: Connection, socket: Subscription): void;
}

/**
 * One connection from its opening to its loss: promoted, and given an epoch, once CONNACK and every SUBACK of the
 * wanted topics, except of suspects that are asked for later, are there; what was read before waits until then.
 *
 * **Errors** with the failure that ended it, after `lost` if it was promoted. Never completes. **On unsubscribe** emits
 * nothing more and releases the connection.
 */
export function connection<D>(
  transport$: Observable<ConnectionEvent>,
  config: ConnectionConfig<D>,
): Observable<LinkEvent<D>> {
  return new Observable((out) => {
    // Whoever heard of this attempt may have put another in its place already.
    if (out.closed) return;
    const { clock, ledger, notices, pending, window } = config;
    const frames = new Subject<ReadFrame>();
    const mute = new Subject<readonly string[]>();
    const socket = new Subscription();
    const work = new Subscription();
    let handle: Connection | undefined;
    let epoch: number | undefined;
    let caughtUp = false;
    let isUp = false;
    let reads = 0;
    let stalled = Subscription.EMPTY;
    /** How long the machine slept before promotion, in ms. */
    let slept = 0;

    const firstImages = new FirstImages({
      ...config,
      onMute: (topics) => {
        for (const topic of topics) ledger.mute(topic);
        config.onMute(topics);
        config.onLedger(true);
        mute.next(topics);
      },
    });

    const fail = (failure: ConnectionFailure): void => {
      // Whoever asks for a reconnect when told of the loss cuts nothing any more: it ends the wait that follows.
      cut.unsubscribe();
      if (epoch !== undefined) out.next({ type: 'lost', epoch, failure });
      out.error(failure);
    };

    const promote = (): void => {
      epoch = config.promote();
      out.next({ type: 'promoted', epoch });
      if (slept > 0 && !out.closed) missed('wake', slept);
      while (pending.size > 0 && !out.closed) out.next({ type: 'data', epoch, data: pending.poll() });
      caughtUp = true;
      window.promoted();
    };

    /** The thread was late. What was missed before promotion is of no matter: every first image is waited for. */
    const late = (by: number): void => {
      if (by > config.stallThreshold() && clock.throttled?.() !== true) missed(causeOf(by), by);
    };

    /** The machine slept: images that were read before it and wait for the promotion may be hours old. */
    const woke = (by: number): void => {
      if (epoch === undefined) slept += by;
      missed('wake', by);
    };

    /** Messages were missed while nothing was read. */
    const missed = (cause: 'stall' | 'wake', by: number): void => {
      if (epoch === undefined || handle === undefined) return;
      const stalledEpoch = epoch;
      // Late again before what piled up is read: it is told already, but a ping under way proves nothing any more.
      const isTold = !stalled.closed;
      stalled.unsubscribe();
      stalled = new Subscription();
      work.add(stalled);
      if (!isTold) out.next({ type: 'stalled', epoch: stalledEpoch, cause, by });
      // Whoever was told may have ended the connection.
      if (out.closed) return;
      stalled.add(
        settled(handle, { cause, by, clock, reads: () => reads }).subscribe({
          error: fail,
          complete: () => {
            stalled.unsubscribe();
            out.next({ type: 'settled', epoch: stalledEpoch });
          },
        }),
      );
    };

    const open = (opened: Connection): void => {
      handle = opened;
      window.open(opened);
      deadline.unsubscribe();
      config.onStep('subscribing');
      // First, so that the refusal of a wanted topic does not come too early to be heard.
      work.add(
        notices.subscribe(opened, config).subscribe((why) => {
          config.onNoNotices(why);
        }),
      );
      work.add(
        syncSubscriptions(opened, {
          ...config,
          notices$: notices.refusals$,
          mute$: mute,
          onAsked: () => {
            config.onLedger(false);
          },
        }).subscribe({
          next: (event) => {
            config.onLedger(true);
            if (event.type === 'granted') firstImages.granted(event.topics);
            if (event.type !== 'answered') out.next(event);
            // Whoever was told of the answer may have ended the connection.
            else if (epoch === undefined && !out.closed) promote();
          },
          error: fail,
        }),
      );
    };

    const read = ({ topic, payload, retain }: { topic: string; payload: Uint8Array; retain: boolean }): void => {
      if (out.closed) {
        config.onLateFrame();
        return;
      }
      config.onFrame();
      reads += 1;
      const isNotice = notices.has(topic);
      const { mutes } = ledger;
      const first = isNotice ? notices.read({ topic, payload, retain }) : ledger.read(topic);
      if (epoch === undefined) window.heard();
      if (!isNotice) frames.next({ topic, payload, retain, first });
      if (first && !isNotice && !out.closed) firstImages.seen(topic);
      // After the frame is accounted for, wherever it went: a listener may end the connection.
      if (first) config.onLedger(ledger.mutes !== mutes);
    };

    const deadline = timer(CONNECT_TIMEOUT, clock.timers).subscribe(() => {
      const within = `within ${String(CONNECT_TIMEOUT / 1_000)} s`;
      const why = isUp
        ? `did not answer CONNECT ${within}: check that the port speaks MQTT`
        : `does not answer: no connection ${within}: check route, VPN and firewall, and whether the port speaks TLS or HTTP`;
      fail(new TimeoutFailure(`${config.address} ${why}`));
    });
    work.add(deadline);
    work.add(() => {
      firstImages.stop();
      window.stop();
    });
    work.add(
      frames.pipe(config.receive).subscribe((data) => {
        if (epoch === undefined || !caughtUp) pending.push(data);
        else out.next({ type: 'data', epoch, data });
      }),
    );
    const cut = new Subscription();
    work.add(cut);
    cut.add(config.cut$.subscribe(fail));
    work.add(config.late$.subscribe(late));
    work.add(config.woke$.subscribe(woke));
    work.add(() => {
      pending.clear('unpromoted');
    });
    work.add(() => {
      if (handle === undefined || socket.closed) socket.unsubscribe();
      else config.release(handle, socket);
    });
    out.add(work);
    if (out.closed) return;
    socket.add(
      transport$.subscribe({
        next: (event) => {
          if (event.type === 'frame') read(event);
          else if (out.closed) return;
          else if (event.type === 'open') open(event.connection);
          else if (event.type === 'late') late(event.by);
          else if (event.type === 'handshake') {
            isUp = true;
            config.onStep('handshake');
          } else if (epoch !== undefined) config.onResponsive(event.responsive);
        },
        error: (failure: unknown) => {
          socket.unsubscribe();
          fail(toFailure(failure, 'the transport'));
        },
        complete: () => {
          socket.unsubscribe();
          fail(new NetworkFailure('the connection ended'));
        },
      }),
    );
  });
}
