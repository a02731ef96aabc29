import { isObservable, map, type Observable, Subscription, tap } from 'rxjs';
import { Callbacks } from '../feed/diagnostics/callbacks.js';
import type { Logger } from '../feed/diagnostics/logger.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { checkSymbol } from '../feed/topics/checkSymbol.js';
import type { FeedUpdate } from '../model/quote.js';
import type { Transport } from '../model/transport.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { Will } from '../mqtt/transport/transportConfig.js';
import { BrokerLink } from './brokerLink.js';
import { Pacing, type RelayedImage, type SymbolUpdate } from './pacing.js';
import type { CheckedRelayConfig } from './relayConfig.js';
import { RelayedTopics } from './relayedTopics.js';
import { isReplacedBy, RelayReplaced } from './relayReplaced.js';
import { quoteTopics, symbolLevel } from './relayTopics.js';
import type { Relay, RelayStats } from './relayTypes.js';
import { shardOf } from './shardOf.js';
import { statusOf } from './statusOf.js';
import { Upstream } from './upstream.js';
import { formats } from './wire/formats.js';
import type { MessageFormat, QuoteHead, StatusMessage } from './wire/messages.js';

/** The sequence of the last will: it comes after every other status. */
const LAST = 0xffff_ffff;

/** Updates as a relay reads them. */
type Updates = Observable<FeedUpdate<never> | RelayedImage>;

/** Publishes the updates of a feed to a broker, and vouches for them by its status. */
export class RunningRelay<E> implements Relay {
  readonly state$: Observable<ConnectionState>;
  private readonly config: CheckedRelayConfig<E>;
  private readonly format: MessageFormat;
  private readonly logger: Logger | undefined;
  private readonly run: number;
  private readonly startedAt: number;
  private readonly statusTopic: string;
  private readonly upstream: Upstream;
  private readonly pacing: Pacing;
  private readonly link: BrokerLink;
  private readonly topics: RelayedTopics;
  private readonly life = new Subscription();
  private heartbeat = Subscription.EMPTY;
  private closed: Promise<void> | undefined;
  private listed: readonly string[] = [];
  private sequence = 0;
  private skipped = 0;
  private bytes = 0;
  /** The run that ended last on the same topics. */
  private endedRun = 0;

  /** @param openTransport - makes the transport to the broker, with a last will */
  constructor(config: CheckedRelayConfig<E>, openTransport: (will: Will) => Transport) {
    const { feed, clock, prefix, shard, rate, refresh, endpoint } = config;
    this.config = config;
    this.format = formats[config.format];
    this.logger = new Callbacks(config.logger).logger;
    // Not 0, so that each message begins with it.
    this.run = 1 + Math.floor(clock.random() * LAST);
    this.startedAt = clock.now();
    this.statusTopic = `${prefix}/relay/${String(shard.index)}`;
    this.topics = new RelayedTopics((symbol) => feed.explain(symbol));
    this.upstream = new Upstream(
      this.startedAt,
      (gap) => this.topics.concerned(gap, this.pacing.names()),
      ({ state, epoch, reason }) => {
        this.logger?.info({ event: 'relay-upstream', state, epoch, reason }, `the feed that is relayed is ${state}`);
        this.publishStatus();
      },
    );
    this.pacing = new Pacing({
      clock,
      refresh,
      interval: 1_000 / rate,
      link: () => this.linkState(),
      publish: (update, change, counter) => {
        this.publish(update, change, counter);
      },
    });
    const ended = { ...this.status('ended', LAST), reason: 'the connection of the relay was lost', since: 0 };
    this.link = new BrokerLink({
      ...{ endpoint, clock, topic: this.statusTopic },
      transport: openTransport({ topic: this.statusTopic, payload: this.format.status(ended) }),
      onUp: () => {
        this.publishStatus();
        this.pacing.linkUp();
      },
      onRefused: () => {
        this.logger?.warn(
          { event: 'relay-unwatched', topic: this.statusTopic },
          `the broker refuses to let the relay read ${this.statusTopic}: a second relay for these topics would not be noticed`,
        );
      },
      onMessage: (payload, retain) => {
        if (!retain) this.onStatus(payload);
      },
      onState: (state) => {
        // A broker that does not answer a ping may still read, and its answer brings no new link.
        if (this.link.connection === undefined) this.heartbeat.unsubscribe();
        this.logLink(state);
      },
    });
    this.state$ = this.link.state$;
  }

  /** Subscribes to the feed, and connects to the broker. */
  start(): void {
    const { feed, depth } = this.config;
    this.life.add(
      feed.state$.subscribe((state) => {
        this.upstream.onState(state);
      }),
    );
    this.link.open();
    // The conditional types of a feed's events say nothing while its type is open.
    const updates$ = (feed as unknown as QuoteFeed).updates(this.symbols(), { depth, name: 'relay' }) as Updates;
    this.life.add(
      updates$.subscribe({
        next: (update) => {
          this.take(update);
        },
        error: (error: unknown) => {
          this.fail(error);
        },
      }),
    );
  }

  stats(): RelayStats {
    const { received, published, conflated, waiting, refreshed } = this.pacing;
    const { skipped, sequence: statuses, bytes } = this;
    const { reconnects, connection } = this.link;
    const all = { published, conflated, waiting, skipped, refreshed, statuses, reconnects, bytes };
    return { received: received + skipped, ...all, buffered: connection?.unsent() ?? 0 };
  }

  close(): Promise<void> {
    return this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The symbols to ask the feed for: those of the shard. */
  private symbols(): readonly string[] | Observable<readonly string[]> | undefined {
    const { symbols } = this.config;
    if (symbols === undefined) return undefined;
    const own = (list: readonly string[]): readonly string[] => list.filter((symbol) => this.isOwn(symbol));
    return isObservable(symbols)
      ? symbols.pipe(
          map(own),
          tap((list) => this.onList(list)),
        )
      : own(symbols);
  }

  private isOwn(symbol: string): boolean {
    const { index, count } = this.config.shard;
    return count === 1 || shardOf(symbol, count) === index;
  }

  private onList(list: readonly string[]): void {
    const stay = new Set(list);
    for (const given of this.listed) {
      if (!stay.has(given)) this.pacing.leave(this.topics.spelt(given, this.pacing.names()));
    }
    this.listed = list;
  }

  private take(update: FeedUpdate<never> | RelayedImage): void {
    if (update.kind === 'gap') {
      this.upstream.onGap(update);
      return;
    }
    if (update.epoch !== undefined) this.upstream.onEpoch(update.epoch);
    if (this.isPublished(update)) this.pacing.take(update);
    else this.skipped += 1;
  }

  private isPublished(update: SymbolUpdate): boolean {
    if (this.pacing.has(update.symbol)) return true;
    // A symbol without an image is worth a message only if it gets none.
    if (update.kind === 'status' && update.state !== 'refused') return false;
    return isLevel(update.symbol) && (this.config.symbols !== undefined || this.isOwn(update.symbol));
  }

  private linkState(): 'down' | 'unsent' | 'open' {
    const { connection } = this.link;
    if (connection === undefined) return 'down';
    return connection.unsent() > this.config.maxBuffered ? 'unsent' : 'open';
  }

  private publish(update: SymbolUpdate, change: QuoteHead['change'], counter: number): void {
    const { clock, prefix } = this.config;
    const isImage = update.kind === 'quote';
    const receivedAt = isImage ? update.receivedAt : update.at;
    const age = isImage ? clock.monotonic() - update.monotonicAt : clock.now() - update.at;
    const { symbol, epoch = 0, state, market } = update;
    const head = { run: this.run, epoch, counter, state, market, change, receivedAt, age: wholeMs(age) };
    let payload: Uint8Array;
    try {
      payload = this.format.quote(head, symbol, isImage ? update : undefined);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.send(`${quoteTopics(prefix)}${symbolLevel(symbol)}`, payload);
  }

  private status(state: StatusMessage['state'], sequence: number): StatusMessage {
    const { config, run, startedAt } = this;
    const { epoch, reason, since, gap } = this.upstream.status;
    const { index, count } = config.shard;
    const all = { run, sequence, state, epoch, startedAt, heartbeat: config.heartbeat, reason, since, index, count };
    return gap === undefined ? all : { ...all, gap };
  }

  /** A number is left out for each lost link, so that readers see that messages may be missing. */
  private nextSequence(): number {
    this.sequence += 1;
    return this.sequence + this.link.reconnects;
  }

  /** Publishes the status, and again after each heartbeat. */
  private publishStatus(): void {
    const { link, config, upstream } = this;
    if (link.connection === undefined) return;
    this.send(this.statusTopic, this.format.status(this.status(upstream.status.state, this.nextSequence())));
    this.heartbeat.unsubscribe();
    this.heartbeat = config.clock.background.schedule(() => {
      this.publishStatus();
    }, config.heartbeat);
  }

  private send(topic: string, payload: Uint8Array): void {
    this.bytes += payload.length;
    this.link.connection?.publish(topic, payload, true);
  }

  /** Called for each status on the relay's own topic. */
  private onStatus(payload: Uint8Array): void {
    const { run, startedAt, statusTopic } = this;
    const other = statusOf(payload);
    if (other === undefined || other.run === run) return;
    if (other.state === 'ended') {
      // The last will of a run before this one has replaced this one's status at the broker.
      if (other.run !== this.endedRun) this.publishStatus();
      this.endedRun = other.run;
    } else if (isReplacedBy({ run, startedAt }, other)) {
      const { prefix, shard } = this.config;
      const where = `prefix ${prefix}, shard ${String(shard.index)} of ${String(shard.count)}`;
      this.fail(
        new RelayReplaced(
          `another relay was started later for the same topics (${where}; it publishes to ${statusTopic}): run one relay for a prefix and shard, or give each a prefix of its own`,
        ),
      );
    }
  }

  /** Logs a state of the link to the broker; one that a failure caused is a warning, with its code and message. */
  private logLink(state: ConnectionState): void {
    const { status } = state;
    const reason = status === 'waiting' || status === 'rejected' ? state.reason : undefined;
    if (reason === undefined) this.logger?.info({ event: 'relay-link', status }, `the link to the broker is ${status}`);
    else {
      const text = `the link to the broker is ${status}: ${reason.message}`;
      this.logger?.warn({ event: 'relay-link', status, code: reason.code }, text);
    }
  }

  private fail(error: unknown): void {
    if (this.closed !== undefined) return;
    this.logger?.error(
      { event: 'relay-failed' },
      error instanceof Error ? error.message : 'the list of symbols failed',
    );
    void this.end({ error });
  }

  private end(failure?: { readonly error: unknown }): Promise<void> {
    this.closed ??= new Promise((resolve) => {
      this.life.unsubscribe();
      this.pacing.stop();
      this.heartbeat.unsubscribe();
      // The status of a relay that took over stays.
      if (!(failure?.error instanceof RelayReplaced)) this.publishEnd(failure === undefined ? 'closed' : 'failed');
      const end = (): void => {
        this.link.end(failure);
        resolve();
      };
      this.link.close().subscribe({ complete: end });
    });
    return this.closed;
  }

  private publishEnd(how: 'closed' | 'failed'): void {
    if (this.link.connection === undefined) return;
    const reason = `the relay ${how === 'closed' ? 'was closed' : 'failed'}`;
    const since = this.config.clock.now();
    this.send(this.statusTopic, this.format.status({ ...this.status('ended', this.nextSequence()), reason, since }));
  }
}

/** Whether a symbol can be a level of a topic. */
function isLevel(symbol: string): boolean {
  try {
    checkSymbol('symbol', symbol);
    return true;
  } catch {
    return false;
  }
}

function wholeMs(span: number): number {
  return Math.min(0xffff_ffff, Math.max(0, Math.round(span)));
}
