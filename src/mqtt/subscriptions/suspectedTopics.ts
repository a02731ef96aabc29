import type { Clock } from '../../model/clock.js';
import type { ConnectionFailure } from '../../model/errors.js';
import {
  CLOSED_RETRY,
  CLOSINGS,
  LIVE_LOSS_SPACING,
  PROBES,
  PACED,
  PACED_FOR,
  REFUSED_RETRY,
  SILENT_SUSPECTS,
  SUBSCRIBES_IN_FLIGHT,
} from '../retry/retryRules.js';
import { SlidingWindow } from '../retry/slidingWindow.js';

/** The state of a connection's SUBSCRIBEs when it ended. */
export interface EndedSubscribes {
  readonly failure: ConnectionFailure;
  /** The topics of the oldest SUBSCRIBE without an answer. */
  readonly unanswered: readonly string[];
  /** Whether the broker answered any SUBSCRIBE of this connection. */
  readonly answered: boolean;
  readonly wasLive: boolean;
  /** Whether many SUBSCRIBEs were sent in the second before it ended. */
  readonly isBurst: boolean;
  /** Whether the connection was lost soon after CONNACK. */
  readonly soon: boolean;
}

/** The topics that the end of a connection makes suspected or refused. */
export interface Suspicion {
  /** Topics that are suspected from now on. */
  readonly suspected: readonly string[];
  /** Topics that count as refused from now on. */
  readonly refused: readonly string[];
  /** Whether the next connection will avoid the cause, so that a short wait is enough. */
  readonly isProgress: boolean;
}

interface Suspect {
  /** The number of connections that ended during a SUBSCRIBE for this topic alone. */
  closings: number;
  /** When the last of them ended, in monotonic ms. */
  closedAt: number;
  /** Whether the broker had answered other SUBSCRIBEs of that connection. */
  isSure: boolean;
  /** The number of connections that ended because no answer came for this topic. */
  silences: number;
}

const NOTHING: Suspicion = { suspected: [], refused: [], isProgress: false };

/**
 * Topics that the broker may refuse by closing the connection, as RabbitMQ does. The link owns them, so they outlive
 * its connections. A suspect gets a SUBSCRIBE of its own after all other topics, so that its refusal costs the others
 * little.
 */
export class SuspectedTopics {
  private readonly clock: Clock;
  private readonly suspects = new Map<string, Suspect>();
  private lostLiveAt = -Infinity;
  private probes = 0;
  private isCareful = false;
  /** Full after two losses that made topics suspected and followed a burst. */
  private readonly bursts: SlidingWindow;

  constructor(clock: Clock) {
    this.clock = clock;
    this.bursts = new SlidingWindow(2, PACED_FOR, () => clock.monotonic());
  }

  has(topic: string): boolean {
    return this.suspects.has(topic);
  }

  /** The number of connections that ended during a SUBSCRIBE for this topic alone. */
  closings(topic: string): number {
    return this.suspects.get(topic)?.closings ?? 0;
  }

  /** The suspect that ended the fewest connections among these topics. */
  least(topics: readonly string[]): string | undefined {
    const [first, ...others] = topics;
    if (first === undefined) return undefined;
    const ended = (topic: string): number => this.closings(topic) + (this.suspects.get(topic)?.silences ?? 0);
    return others.reduce((a, b) => (ended(b) < ended(a) ? b : a), first);
  }

  /** The reason why this topic counts as refused; `undefined` if it does not. */
  refusal(topic: string): string | undefined {
    const closings = this.closings(topic);
    return closings < CLOSINGS
      ? undefined
      : `the broker closed the connection ${String(closings)} times after a SUBSCRIBE for this topic alone: check its spelling, and that these credentials may read it`;
  }

  /** Milliseconds until the next SUBSCRIBE for a topic that counts as refused, on a new connection. */
  retryIn(topic: string): number {
    const suspect = this.suspects.get(topic);
    // A broker that answered no other SUBSCRIBE may have closed for another reason, and an early retry costs no other
    // topic.
    if (suspect?.isSure !== true) return REFUSED_RETRY;
    return Math.max(0, suspect.closedAt + CLOSED_RETRY - this.clock.monotonic());
  }

  /** The earliest monotonic time in ms for a SUBSCRIBE for a suspect on a live connection, which it may end. */
  get liveAt(): number {
    return this.lostLiveAt + LIVE_LOSS_SPACING;
  }

  /**
   * Whether the connection subscribes to this suspect before its promotion, when there is no live connection to lose.
   */
  isProbed(topic: string): boolean {
    return this.probes > 0 && this.closings(topic) === 0;
  }

  /** Called when the broker granted or refused this topic: it is no longer suspected. */
  answered(topic: string): void {
    this.suspects.delete(topic);
  }

  /** The most SUBSCRIBEs in flight: after a loss only one, so that the next loss points to the right topics. */
  get inFlight(): number {
    return this.isCareful ? 1 : SUBSCRIBES_IN_FLIGHT;
  }

  /**
   * Milliseconds between two SUBSCRIBEs. Some brokers close the connection after too many SUBSCRIBEs in a second, for
   * any topics; two losses may have this cause.
   */
  get spacing(): number {
    return this.bursts.wait() > 0 ? PACED : 0;
  }

  promoted(): void {
    this.probes = 0;
    this.isCareful = false;
  }

  /** Called when a connection ended for any reason but the user. */
  ended({ failure, unanswered, answered, wasLive, isBurst, soon }: EndedSubscribes): Suspicion {
    this.probes = Math.max(0, this.probes - 1);
    if (failure.kind === 'timeout') return this.silent(unanswered, answered);
    if (failure.kind !== 'network') return NOTHING;
    if (unanswered.length === 0) {
      // A connection that was lost before any SUBSCRIBE shows that the topics are not the reason.
      if (soon && !answered) this.suspects.clear();
      return NOTHING;
    }
    this.isCareful = true;
    if (isBurst) this.bursts.take();
    if (wasLive) {
      this.lostLiveAt = this.clock.monotonic();
      this.probes = PROBES;
    }
    const [only] = unanswered;
    const suspicion = { ...this.suspect(unanswered), isProgress: answered };
    return only === undefined || unanswered.length > 1 ? suspicion : this.count(only, answered, suspicion);
  }

  /**
   * Called when no answer came. The topics are then subscribed to last, but no closing is counted. A broker that
   * answers no SUBSCRIBE at all is probably down, and no topic is the reason; then only some topics become suspected.
   */
  private silent(topics: readonly string[], answered: boolean): Suspicion {
    if (!answered && this.suspects.size >= SILENT_SUSPECTS) return NOTHING;
    const suspicion = this.suspect(topics);
    for (const topic of topics) {
      const suspect = this.suspects.get(topic);
      if (suspect !== undefined) suspect.silences += 1;
    }
    return suspicion;
  }

  private suspect(topics: readonly string[]): Suspicion {
    const suspected = topics.filter((topic) => !this.suspects.has(topic));
    for (const topic of suspected)
      this.suspects.set(topic, { closings: 0, closedAt: -Infinity, isSure: false, silences: 0 });
    return { suspected, refused: [], isProgress: false };
  }

  private count(topic: string, isSure: boolean, suspicion: Suspicion): Suspicion {
    const suspect = this.suspects.get(topic);
    const now = this.clock.monotonic();
    // A broker that answers no SUBSCRIBE at all may be starting up, so closings in quick succession count as one.
    if (suspect === undefined || (!isSure && now - suspect.closedAt < REFUSED_RETRY)) return suspicion;
    suspect.closings += 1;
    suspect.closedAt = now;
    suspect.isSure = isSure;
    return { ...suspicion, refused: suspect.closings === CLOSINGS ? [topic] : [] };
  }
}
