import { catchError, defaultIfEmpty, NEVER, Subscription, take, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { Connection } from '../../model/transport.js';
import { BURST, MAX_OVERDUE, SUBACK_LIMIT, SUBACK_TIMEOUT } from '../retry/retryRules.js';
import type { SuspectedTopics } from './suspectedTopics.js';

/** One SUBSCRIBE that waits for its turn. */
export interface Asking {
  /** The suspect that is alone in this SUBSCRIBE. Left out for topics that are not suspected. */
  readonly suspect?: string;
  /** Whether the connection is promoted only after the answer for this suspect. */
  readonly early?: boolean;
  /** Called when it may be sent. Returns the topics that are still wanted; for an empty list no SUBSCRIBE is sent. */
  onTurn(): readonly string[];
  onAnswer(topics: readonly string[], codes: readonly number[]): void;
  /** Called when the answer is overdue. The answer still counts when it comes. */
  onOverdue(topics: readonly string[], deadline: number): void;
}

/** One SUBSCRIBE that was sent and has no answer. */
interface Flight {
  readonly asking: Asking;
  readonly topics: readonly string[];
  readonly sentAt: number;
  readonly reply: Subscription;
  /** Whether the broker answered a later SUBSCRIBE, so that a slow link does not explain the delay. */
  overtaken: boolean;
}

/**
 * The SUBSCRIBEs of one connection. Few are in flight at a time, because some brokers close a connection after a burst;
 * the others wait. Suspects wait until no other SUBSCRIBE is in flight, and each has a SUBSCRIBE of its own.
 *
 * The deadline of an answer starts again with every answer and, before promotion, with every byte that is read: a slow
 * broker or link is not a lost one. A timer exists only while a SUBSCRIBE is in flight or waits for its time.
 */
export class SubscribeWindow {
  /** The number of answers. */
  answers = 0;
  private readonly clock: Clock;
  private readonly suspects: SuspectedTopics;
  private readonly queue: Asking[] = [];
  private readonly suspected: Asking[] = [];
  /** In the order of sending. */
  private readonly flights: Flight[] = [];
  /** SUBSCRIBEs whose answer is overdue; they no longer count as in flight. */
  private readonly overdue = new Set<Flight>();
  private readonly work = new Subscription();
  private deadline = Subscription.EMPTY;
  private pause = Subscription.EMPTY;
  private connection: Connection | undefined;
  private isLive = false;
  private isPumping = false;
  /** The monotonic times in ms of the last SUBSCRIBEs. */
  private readonly sent: number[] = [];
  private answeredAt = -Infinity;
  private bytesAt = -Infinity;
  private reads = 0;
  /** Whether a message was read since the last check of `reads`. */
  private hasMessage = false;

  constructor(clock: Clock, suspects: SuspectedTopics) {
    this.clock = clock;
    this.suspects = suspects;
  }

  open(connection: Connection): void {
    this.connection = connection;
  }

  ask(asking: Asking): void {
    if (asking.suspect === undefined) this.queue.push(asking);
    else this.suspected.push(asking);
    this.pump();
  }

  /**
   * Called when a message was read before promotion: a broker may send messages before the SUBACK (OASIS MQTT 3.1.1,
   * section 3.8.4).
   */
  onMessage(): void {
    this.hasMessage = true;
    this.bytesAt = this.clock.monotonic();
  }

  /**
   * Called when the connection is live: from now on suspects are subscribed to, and bytes no longer extend the deadline
   * of an answer.
   */
  promoted(): void {
    this.isLive = true;
    this.pump();
  }

  /**
   * The topics of the oldest SUBSCRIBE without an answer. An overdue one still counts for a while, since a broker may
   * be slow to close the connection. A much older SUBSCRIBE is not the reason why the connection ends now.
   */
  unanswered(): readonly string[] {
    const since = this.clock.monotonic() - 2 * SUBACK_TIMEOUT;
    const recent = [...this.overdue].filter(({ sentAt }) => sentAt >= since);
    const [first, ...others] = [...recent, ...this.flights];
    return first === undefined ? [] : others.reduce((a, b) => (b.sentAt < a.sentAt ? b : a), first).topics;
  }

  /** Whether SUBSCRIBEs in the last second exceed what some brokers accept before they close the connection. */
  isBurst(): boolean {
    const [first] = this.sent;
    return first !== undefined && this.sent.length === BURST && first > this.clock.monotonic() - 1_000;
  }

  stop(): void {
    this.work.unsubscribe();
    this.deadline.unsubscribe();
    this.pause.unsubscribe();
  }

  private pump(): void {
    // An answer may come while its SUBSCRIBE is being sent; then the running loop sends the next one.
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.flights.length < this.suspects.inFlight && !this.work.closed) {
      if (
        this.queue.length + this.suspected.length > 0 &&
        this.waits((this.sent.at(-1) ?? -Infinity) + this.suspects.spacing)
      )
        break;
      const next = this.queue.shift() ?? this.nextSuspect();
      if (next === undefined) break;
      this.send(next);
    }
    this.isPumping = false;
  }

  /** The suspect with the fewest closings, if a SUBSCRIBE for a suspect may be sent now. */
  private nextSuspect(): Asking | undefined {
    const { suspected, suspects } = this;
    const candidates = this.isLive ? suspected : suspected.filter(({ early }) => early === true);
    if (this.flights.length > 0 || candidates.length === 0) return undefined;
    if (this.isLive && this.waits(suspects.liveAt)) return undefined;
    const least = suspects.least(candidates.map(({ suspect = '' }) => suspect));
    const next = candidates.find(({ suspect }) => suspect === least);
    if (next !== undefined) suspected.splice(suspected.indexOf(next), 1);
    return next;
  }

  /** Whether it is too soon to send. If so, a timer continues at the given monotonic time. */
  private waits(until: number): boolean {
    const wait = until - this.clock.monotonic();
    if (wait <= 0) return false;
    this.pause.unsubscribe();
    this.pause = timer(wait, this.clock.background).subscribe(() => {
      this.pump();
    });
    return true;
  }

  private send(asking: Asking): void {
    const { connection } = this;
    const topics = asking.onTurn();
    if (topics.length === 0 || connection === undefined) return;
    if (this.flights.length === 0) this.look();
    const reply = new Subscription();
    const sentAt = this.clock.monotonic();
    const flight: Flight = { asking, topics, sentAt, reply, overtaken: false };
    this.sent.push(sentAt);
    if (this.sent.length > BURST) this.sent.shift();
    this.flights.push(flight);
    this.work.add(reply);
    this.arm();
    reply.add(
      connection
        .subscribe(topics)
        .pipe(
          take(1),
          defaultIfEmpty([]),
          catchError(() => NEVER),
        )
        .subscribe((codes) => {
          this.answer(flight, codes);
        }),
    );
  }

  private answer(flight: Flight, codes: readonly number[]): void {
    this.answers += 1;
    this.answeredAt = this.clock.monotonic();
    this.look();
    this.overdue.delete(flight);
    this.work.remove(flight.reply);
    const index = this.flights.indexOf(flight);
    for (const older of this.flights.slice(0, Math.max(0, index))) older.overtaken = true;
    if (index >= 0) this.flights.splice(index, 1);
    if (this.flights.length === 0) this.deadline.unsubscribe();
    flight.asking.onAnswer(flight.topics, codes);
    this.pump();
  }

  /** Whether bytes were read since the last call, but no message. */
  private look(): boolean {
    const reads = this.connection?.reads?.() ?? 0;
    const isPart = reads !== this.reads && !this.hasMessage;
    this.reads = reads;
    this.hasMessage = false;
    return isPart;
  }

  private dueAt({ sentAt, overtaken }: Flight): number {
    const sign = overtaken || this.isLive ? this.answeredAt : Math.max(this.answeredAt, this.bytesAt);
    return Math.min(Math.max(sign, sentAt) + SUBACK_TIMEOUT, sentAt + SUBACK_LIMIT);
  }

  private arm(): void {
    if (!this.deadline.closed || this.flights.length === 0 || this.work.closed) return;
    const { clock } = this;
    const next = Math.min(...this.flights.map((flight) => this.dueAt(flight)));
    const deadline = new Subscription();
    this.deadline = deadline;
    deadline.add(
      timer(Math.max(0, next - clock.monotonic()), clock.timers).subscribe(() => {
        // After a block of the thread the answer may wait in the socket, so the sockets are read once more.
        deadline.add(
          clock.io.schedule(() => {
            deadline.unsubscribe();
            this.expire();
          }),
        );
      }),
    );
  }

  private expire(): void {
    const now = this.clock.monotonic();
    // Bytes without a message are a part of a large message.
    if (this.look() && !this.isLive) this.bytesAt = now;
    const late = this.flights.filter((flight) => this.dueAt(flight) <= now);
    for (const flight of late) {
      this.flights.splice(this.flights.indexOf(flight), 1);
      this.overdue.add(flight);
    }
    // The number of overdue answers is bounded, because a topic without an answer gets a SUBSCRIBE again and again.
    for (const flight of [...this.overdue].slice(0, Math.max(0, this.overdue.size - MAX_OVERDUE))) {
      this.overdue.delete(flight);
      this.work.remove(flight.reply);
      flight.reply.unsubscribe();
    }
    for (const flight of late) {
      const isLimit = this.dueAt(flight) === flight.sentAt + SUBACK_LIMIT;
      if (!this.work.closed) flight.asking.onOverdue(flight.topics, isLimit ? SUBACK_LIMIT : SUBACK_TIMEOUT);
    }
    this.pump();
    this.arm();
  }
}
