import type { ConnectionFailure } from '../../model/errors.js';
import type { StallEvent } from '../../mqtt/session/stall.js';
import type { Received } from '../topics/received.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { ControlEvent, Missed, MissedCause, Silence } from './controlQueue.js';
import type { Gaps } from './gaps.js';
import type { MarketReader } from './marketReader.js';
import type { MarketStates } from './marketStates.js';
import { marketRules } from './marketTransitions.js';
import type { Emissions, SilenceReports } from './ports.js';
import type { TopicWriter } from './topicWriter.js';
import type { Evidence } from './transitions.js';

/** What a feed's trust in what it reads works with. */
export interface TrustConfig<E extends { readonly symbol: string }> {
  readonly registry: TopicRegistry<E>;
  readonly markets: MarketStates;
  readonly marketReader: MarketReader<E>;
  readonly writer: TopicWriter<E>;
  readonly gaps: Gaps<E>;
  readonly emissions: Emissions<E>;
  readonly silence: Pick<SilenceReports<E>, 'onPromoted' | 'onLost'>;
}

type Stalled = Extract<StallEvent, { readonly type: 'stalled' }>;

const whyMissed: Readonly<Record<MissedCause, string>> = {
  overflow: 'more waited than there is room for (capacity)',
  unreadable: 'a message could not be read',
};

const whyStalled: Readonly<Record<Stalled['cause'], string>> = {
  stall: 'the thread was blocked for',
  wake: 'the machine slept for',
};

const none: readonly never[] = [];

/** What can be believed of topics, by all that is read and all that happens: from when on, and until when. */
export class Trust<E extends { readonly symbol: string }> {
  /** Counters; they never go down. */
  stalls = 0;
  longestStall = 0;
  private readonly config: TrustConfig<E>;
  private connected = false;
  /** Frames up to this one may be of before what a stall made the broker drop; `Infinity` until that is known. */
  private piledUp = -1;
  /** A topic was forgotten that spoke of all markets. */
  private lostMarkets = false;

  constructor(config: TrustConfig<E>) {
    this.config = config;
    config.registry.forgotten$.subscribe(({ topic, orphan }) => {
      this.lostMarkets = config.markets.forget(topic.name, orphan) || this.lostMarkets;
    });
  }

  /** Whether a topic that spoke of all markets was forgotten since this was asked last. */
  isMarketForgotten(): boolean {
    const was = this.lostMarkets;
    this.lostMarkets = false;
    return was;
  }

  /**
   * Takes in an image and hands it out. It is its topic's newest only if it came over the present link, after all that piled
   * up in a stall, and after the last frame that could not be read: control events overtake images, so one that still waited
   * meanwhile is what was, not what is.
   */
  image(received: Received<E>): void {
    const { writer, emissions } = this.config;
    const { topic, aged, sequence } = received;
    const isCurrent = this.connected && sequence > this.piledUp;
    const evidence = aged === false && isCurrent && sequence > topic.unreadable ? 'image' : 'aged';
    // A status that waited when the link was lost, or piled up in a stall, may have been taken back since.
    this.emit(this.takeMarket(received, isCurrent));
    writer.image(received, evidence);
    topic.history.note(
      received.receivedAt,
      evidence === 'image' ? 'live image' : 'image of unknown age',
      received.epoch,
    );
    emissions.image(topic, received);
  }

  /** Takes in what is no image, and hands out what it makes of topics. */
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
      case 'lull':
        this.silent(event);
        return;
      case 'markets':
        this.emit(this.config.writer.markets(this.config.registry.all()));
        return;
      case 'granted':
      case 'refused':
        for (const name of event.topics) this.answered(name, event.type);
    }
  }

  /** Nobody wants anything: an open gap concerns no consumer any more, but one that got it and is just coming. */
  rest(): void {
    this.connected = false;
    this.config.silence.onLost();
    this.config.markets.reset();
    if (this.config.emissions.size === 0) this.config.gaps.forget();
  }

  /** A connection has its epoch. */
  private promoted(epoch: number): void {
    const { emissions, gaps, silence } = this.config;
    if (this.connected && emissions.epoch !== undefined) this.lost(emissions.epoch);
    emissions.epoch = epoch;
    this.connected = true;
    this.piledUp = -1;
    silence.onPromoted();
    gaps.close(epoch);
  }

  private lost(epoch: number, failure?: ConnectionFailure): void {
    if (!this.connected) return;
    this.connected = false;
    this.config.silence.onLost();
    const why = failure === undefined ? 'another connection took its place' : `${failure.message} (${failure.code})`;
    this.missAll('link', epoch, `link lost, ${why}`);
  }

  /** The thread was blocked: a broker drops what a reader that reads nothing has no room for. */
  private stalled({ epoch, cause, by }: Stalled): void {
    if (!this.connected || this.piledUp === Infinity) return;
    this.stalls += 1;
    this.longestStall = Math.max(this.longestStall, by);
    this.piledUp = Infinity;
    this.missAll(cause, epoch, `${whyStalled[cause]} ${String(Math.round(by))} ms`);
  }

  /** All that piled up, to the frame numbered `sequence`, is read. */
  private settled(epoch: number, sequence: number): void {
    if (!this.connected || this.piledUp !== Infinity) return;
    this.piledUp = sequence;
    this.config.gaps.close(epoch);
  }

  /** Images of every topic may be missed from now on. */
  private missAll(cause: 'link' | Stalled['cause'], epoch: number, why: string): void {
    const { registry, markets, writer, gaps } = this.config;
    // The market may turn while nothing is read: an old "open" must not make the first new image tradable.
    markets.reset();
    const topics = [...registry.all()];
    const changed = writer.change(topics, 'missed', why);
    gaps.open(cause, epoch, topics);
    this.emit(changed);
  }

  /** Images of some topics were lost on this side of the wire. */
  private missed({ cause, topics: lost }: Missed<E>): void {
    const { registry, markets, writer, gaps, emissions } = this.config;
    for (const [topic, sequence] of lost) writer.unreadable(topic, sequence);
    const { epoch } = emissions;
    if (epoch === undefined) return;
    // An evicted topic may be followed anew. Until it has an image again, its consumers hold the one of before.
    const topics = [...lost.keys()].filter(
      (topic) => !topic.isForgotten || registry.get(topic.name)?.image === undefined,
    );
    if (topics.length === 0) return;
    // Within an open gap everything is in doubt already, and a frame that can't be read leaves no gap in time.
    const gap = this.connected && this.piledUp !== Infinity && cause === 'overflow' ? cause : undefined;
    const isStatusLost = topics.some(({ decoder }) => decoder.delivery === 'event');
    if (isStatusLost) markets.reset();
    const changed = writer.change(topics, 'missed', whyMissed[cause]);
    if (gap !== undefined) gaps.open(gap, epoch, topics);
    this.emit(changed);
    if (isStatusLost) this.emit(writer.markets(registry.all()));
    if (gap !== undefined) gaps.close(epoch);
  }

  private silent({ type, topics, why }: Silence<E>): void {
    const { markets, writer } = this.config;
    // A quiet lunch is no fault. Where the market is not known, silence is doubted.
    const silent = topics.filter((topic) => !topic.isForgotten && marketRules[markets.at(topic)].silenceCounts);
    this.emit(writer.change(silent, type, why));
  }

  private answered(name: string, evidence: Extract<Evidence, 'granted' | 'refused'>): void {
    const topic = this.config.registry.get(name);
    if (topic !== undefined) this.emit(this.config.writer.change([topic], evidence));
  }

  /**
   * Takes in the market state that an event of a topic gives; the other topics are returned whose market is another now. The
   * consumers of this topic get it with the event itself. An event that is not `believed`, since it waited while the link was
   * lost or the thread was blocked, changes no market but that of a market's own topic.
   */
  private takeMarket({ topic, decoded, event }: Received<E>, believed: boolean): readonly Topic<E>[] {
    const { registry, markets, marketReader, writer } = this.config;
    const change = marketReader.read(decoded);
    if (topic.decoder.kind === 'market') {
      const own = marketReader.own(event, change, topic.name);
      if (own !== undefined) markets.name(topic.name, own);
    }
    if (change === undefined || !believed) return none;
    if (change === 'unclear') {
      if (markets.doubt(topic)) return writer.markets(registry.all(), topic);
      return topic.symbol === undefined ? none : writer.markets(registry.of(topic.symbol), topic);
    }
    if (!markets.change(change, topic.name, topic.symbol)) return none;
    return writer.markets(change.symbol === undefined ? registry.all() : registry.of(change.symbol), topic);
  }

  /** Hands out the states of topics that are another now. */
  private emit(changed: readonly Topic<E>[]): void {
    for (const topic of changed) this.config.emissions.state(topic);
  }
}
