import type { ConnectionFailure } from '../../model/errors.js';
import type { GapCause } from '../../model/gap.js';
import type { RelayedState, RelayReport } from '../../model/venue.js';
import type { StallEvent } from '../../mqtt/session/stall.js';
import type { FeedLog } from '../diagnostics/feedLog.js';
import type { Received } from '../topics/received.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { ControlEvent, Missed, MissedCause, Silence } from './controlQueue.js';
import type { Gaps } from './gaps.js';
import type { MarketStates } from './marketStates.js';
import { marketRules } from './marketTransitions.js';
import type { Emissions, SilenceReports } from './ports.js';
import type { Relays } from './relays.js';
import type { TopicWriter, Vouched } from './topicWriter.js';
import type { Evidence } from './transitions.js';

/** The parts that the trust stage works with. */
export interface TrustConfig<E extends { readonly symbol: string }> {
  readonly registry: TopicRegistry<E>;
  readonly markets: MarketStates;
  readonly relays: Relays;
  readonly writer: TopicWriter<E>;
  readonly gaps: Gaps<E>;
  readonly emissions: Emissions<E>;
  readonly silence: Pick<SilenceReports<E>, 'onPromoted' | 'onLost' | 'onNoStatus' | 'onStatus'>;
  /** Whether the venue carries the quotes of another feed. */
  readonly isRelayed: boolean;
  /** Gets why no relay gives live quotes; `undefined` when one does. */
  readonly state: { relays(outage: string | undefined): void };
  readonly log: FeedLog;
}

type Stalled = Extract<StallEvent, { readonly type: 'stalled' }>;

const whyMissed: Readonly<Record<MissedCause, string>> = {
  overflow: 'the queue was full (capacity)',
  unreadable: 'a message could not be read',
  undelivered: 'a message of the relay did not arrive',
};

/** The gaps that such losses open. An unreadable frame opens none, because only this frame is missed. */
const gapOfMissed: Readonly<Record<MissedCause, GapCause | undefined>> = {
  overflow: 'overflow',
  unreadable: undefined,
  undelivered: 'relay',
};

const whyStalled: Readonly<Record<Stalled['cause'], string>> = {
  stall: 'the thread was blocked for',
  wake: 'the machine slept for',
};

const none: readonly never[] = [];

/** The trust stage: decides from images and control events which topics can be trusted, and emits the changes. */
export class Trust<E extends { readonly symbol: string }> {
  /** Counters; they never go down. */
  stalls = 0;
  longestStall = 0;
  private readonly config: TrustConfig<E>;
  private connected = false;
  /**
   * The `sequence` of the last frame that was buffered during a stall: frames up to it may be older than frames that
   * the broker dropped. `Infinity` until the stall is settled, -1 without a stall.
   */
  private piledUp = -1;
  /** Whether a topic that reported the state of all markets was forgotten. */
  private lostMarkets = false;
  /** The key of the gap that relays report; `undefined` while they report none. */
  private relayGap: string | undefined;

  constructor(config: TrustConfig<E>) {
    this.config = config;
    config.registry.forgotten$.subscribe(({ topic, orphan }) => {
      this.lostMarkets = config.markets.forget(topic.name, orphan) || this.lostMarkets;
    });
  }

  /** Whether a topic that reported the state of all markets was forgotten since the last call. */
  isMarketForgotten(): boolean {
    const was = this.lostMarkets;
    this.lostMarkets = false;
    return was;
  }

  /**
   * Stores an image and emits it. An image makes its topic live only if it came over the present link, after all
   * messages that were buffered during a stall, and after the topic's last unreadable frame. Control events overtake
   * images, so an image that waited may be old.
   */
  image(received: Received<E>): void {
    const { writer, emissions } = this.config;
    const { topic, aged, sequence, relayed } = received;
    const isCurrent = this.connected && sequence > this.piledUp;
    const evidence = aged === undefined && isCurrent && sequence > topic.unreadable ? 'image' : 'aged';
    // A market status that waited while the link was lost, or was buffered during a stall, may no longer hold.
    this.emit(this.takeMarket(received, isCurrent));
    if (relayed?.type === 'quote') {
      this.relayedImage(received, relayed, isCurrent && sequence > topic.unreadable);
      return;
    }
    writer.image(received, evidence);
    topic.history.note(
      received.image.receivedAt,
      evidence === 'image' ? 'live image' : 'image of unknown age',
      received.epoch,
    );
    emissions.image(topic);
    // A status with the retain flag is of unknown age: only the next one shows that its relay lives.
    if (relayed?.type === 'report' && evidence === 'image') this.report(relayed);
    else if (relayed?.type === 'report' && isCurrent) this.config.relays.keep(relayed);
  }

  /** Whether a quote is of an older connection of the feed behind its relay. */
  isOutdated(relayed: RelayedState): boolean {
    return this.config.relays.isOutdated(relayed);
  }

  /** Notes a message that repeats the last one of its topic. */
  repeated(topic: Topic<E>, relayed: RelayedState): void {
    this.config.writer.repeated(topic, relayed);
  }

  /** Handles a control event, and emits the topics that it changes. */
  handle(event: ControlEvent<E>): void {
    switch (event.type) {
      case 'promoted':
        this.promoted(event.epoch);
        return;
      case 'lost':
        this.lost(event.epoch, event.failure);
        return;
      case 'missed':
        this.missed(event);
        return;
      case 'stalled':
        this.stalled(event);
        return;
      case 'settled':
        this.settled(event.epoch, event.sequence);
        return;
      case 'silent':
      case 'quiet':
        this.silent(event);
        return;
      case 'markets':
        this.emit(this.config.writer.markets(this.config.registry.all()));
        return;
      case 'relays':
        this.config.relays.review();
        this.reviewRelays();
        return;
      case 'granted':
      case 'refused':
        for (const name of event.topics) this.answered(name, event.type);
    }
  }

  /** Called when the feed is at rest. An open gap is forgotten, unless a new consumer already got it. */
  rest(): void {
    this.connected = false;
    this.config.silence.onLost();
    this.config.markets.reset();
    this.forgetRelays();
    if (this.config.emissions.size === 0) this.config.gaps.forget();
  }

  /** Called when a connection was promoted. */
  private promoted(epoch: number): void {
    const { emissions, gaps, silence } = this.config;
    if (this.connected && emissions.epoch !== undefined) this.lost(emissions.epoch);
    emissions.epoch = epoch;
    this.connected = true;
    this.piledUp = -1;
    silence.onPromoted();
    this.expectRelays();
    gaps.close(epoch);
  }

  private lost(epoch: number, failure?: ConnectionFailure): void {
    if (!this.connected) return;
    this.connected = false;
    this.config.silence.onLost();
    const why = failure === undefined ? 'another connection took its place' : `${failure.message} (${failure.code})`;
    this.missAll('link', epoch, `link lost, ${why}`);
  }

  /** Called when the thread was blocked or the machine slept: a broker may drop messages that are not read. */
  private stalled({ epoch, cause, by }: Stalled): void {
    if (!this.connected || this.piledUp === Infinity) return;
    this.stalls += 1;
    this.longestStall = Math.max(this.longestStall, by);
    this.piledUp = Infinity;
    this.config.log.limited('stalled', cause, { cause, by: Math.round(by), epoch });
    this.missAll(cause, epoch, `${whyStalled[cause]} ${String(Math.round(by))} ms`);
  }

  /** Called when all buffered messages are read; the last one has the number `sequence`. */
  private settled(epoch: number, sequence: number): void {
    if (!this.connected || this.piledUp !== Infinity) return;
    this.piledUp = sequence;
    this.expectRelays();
    this.config.gaps.close(epoch);
  }

  /** Called when images of every topic may be missed from now on. */
  private missAll(cause: 'link' | Stalled['cause'], epoch: number, why: string): void {
    const { registry, markets, writer, gaps } = this.config;
    // The market may change while no message is read: an old `open` must not make the first new image tradable.
    markets.reset();
    this.forgetRelays();
    const topics = [...registry.all()];
    const changed = writer.change(topics, 'missed', why);
    gaps.open(cause, epoch, topics);
    this.emit(changed);
  }

  /** Called when images of some topics were lost in this process. */
  private missed({ cause, topics: lost }: Missed<E>): void {
    const { registry, markets, writer, gaps, emissions } = this.config;
    for (const [topic, sequence] of lost) writer.unreadable(topic, sequence);
    const { epoch } = emissions;
    if (epoch === undefined) return;
    // An evicted topic may be subscribed to again. Until its new image comes, its consumers still hold the old one.
    const topics = [...lost.keys()].filter(
      (topic) => !topic.isForgotten || registry.get(topic.name)?.image === undefined,
    );
    if (topics.length === 0) return;
    // Within an open gap every topic is suspect already.
    const isInGap = !this.connected || this.piledUp === Infinity || this.relayGap !== undefined;
    const gap = isInGap ? undefined : gapOfMissed[cause];
    const isStatusLost = topics.some(({ decoder }) => decoder.delivery === 'event');
    if (isStatusLost) markets.reset();
    const changed = writer.change(topics, 'missed', whyMissed[cause]);
    if (gap !== undefined) gaps.open(gap, epoch, topics);
    this.emit(changed);
    if (isStatusLost) this.emit(writer.markets(registry.all()));
    if (gap !== undefined) gaps.close(epoch);
  }

  /** Stores an image that came through a relay, and emits it; without an image, emits the state of its symbol. */
  private relayedImage(received: Received<E>, relayed: RelayedState, mayHold: boolean): void {
    const { writer, relays, emissions } = this.config;
    const { topic, image, epoch } = received;
    const doubt = mayHold ? relays.doubt(relayed) : 'it was read before a loss that was already reported';
    const vouched: Vouched = { relayed, doubt };
    if (relayed.isEmpty) {
      this.emit(writer.relayed([topic], () => vouched));
      return;
    }
    writer.relayedImage(received, vouched, mayHold);
    topic.history.note(image.receivedAt, `relayed as ${topic.state}`, epoch);
    emissions.image(topic);
  }

  /** Called for the status of a relay. */
  private report(report: RelayReport): void {
    const { registry, writer, relays } = this.config;
    const news = relays.take(report);
    if (news === 'same') return;
    // Its images from before may be old by now: each counts again with its next message.
    if (news === 'resumed') writer.unvouch(registry.all(), report.run);
    this.reviewRelays();
  }

  /** Called when a relay's status changed or is overdue: emits the topics whose state it changes, and the gap. */
  private reviewRelays(): void {
    const { registry, writer, relays, gaps, emissions, state, silence } = this.config;
    const outage = relays.outage();
    state.relays(outage?.why);
    if (outage?.isUnheard === true) silence.onNoStatus();
    else silence.onStatus();
    const topics = [...registry.all()];
    const changed = writer.relayed(topics, ({ voucher }) =>
      voucher === undefined ? undefined : { relayed: voucher, doubt: relays.doubt(voucher) },
    );
    const gap = relays.gap();
    if (gap?.key !== this.relayGap) {
      this.relayGap = gap?.key;
      const epoch = emissions.epoch ?? 0;
      if (gap === undefined) gaps.close(epoch);
      else {
        const concerned = topics.filter(
          ({ decoder, symbol, voucher }) => decoder.kind === 'quote' && gap.concerns(symbol, voucher?.run),
        );
        gaps.open(gap.cause, epoch, concerned);
      }
    }
    this.emit(changed);
  }

  private expectRelays(): void {
    if (this.config.isRelayed) this.config.relays.expect();
  }

  /** A loss on this feed's own connection: statuses may be missed, and the gap of that loss covers all. */
  private forgetRelays(): void {
    this.config.relays.reset();
    this.relayGap = undefined;
  }

  private silent({ type, topics, why }: Silence<E>): void {
    const { markets, writer } = this.config;
    // Silence in a lunch break is no fault; in a market of unknown state it may be one.
    const silent = topics.filter((topic) => !topic.isForgotten && marketRules[markets.at(topic)].silenceCounts);
    this.emit(writer.change(silent, type, why));
  }

  private answered(name: string, evidence: Extract<Evidence, 'granted' | 'refused'>): void {
    const topic = this.config.registry.get(name);
    if (topic !== undefined) this.emit(this.config.writer.change([topic], evidence));
  }

  /**
   * Takes the market state from an event; returns the other topics whose market changed. The consumers of this topic
   * get the state with the event itself. An event that is not `believed`, because it waited while the link was lost or
   * the thread was blocked, changes only the market of a market's own topic.
   */
  private takeMarket({ topic, change, ownMarket }: Received<E>, believed: boolean): readonly Topic<E>[] {
    const { registry, markets, writer } = this.config;
    if (ownMarket !== undefined) markets.name(topic.name, ownMarket);
    if (change === undefined || !believed) return none;
    if (change === 'unclear') {
      if (markets.doubt(topic)) return writer.markets(registry.all(), topic);
      return topic.symbol === undefined ? none : writer.markets(registry.of(topic.symbol), topic);
    }
    if (!markets.change(change, topic.name, topic.symbol)) return none;
    return writer.markets(change.symbol === undefined ? registry.all() : registry.of(change.symbol), topic);
  }

  /** Emits the states of changed topics. */
  private emit(changed: readonly Topic<E>[]): void {
    for (const topic of changed) this.config.emissions.state(topic);
  }
}
