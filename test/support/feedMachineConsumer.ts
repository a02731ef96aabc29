import type { DataState } from '../../src/model/state.js';
import type { FeedUpdate, Tagged } from '../../src/model/quote.js';
import type { Gap } from '../../src/model/gap.js';
import type { TopicKind } from '../../src/model/venue.js';
import type { MachineEvent } from './feedMachineVenue.js';

/** The part of the machine that its consumers know: what was published, and where to report a broken promise. */
export interface ConsumerWorld {
  /** Sequence number of the last live publish of a subject. */
  published(subject: string): number;
  broken(promise: string): void;
}

/** The subject that a sequence number counts: the events of a kind and symbol, or those of each bar. */
export function subjectOf(kind: TopicKind, symbol: string, time: number | undefined): string {
  return `${kind} ${symbol}${time === undefined ? '' : ` ${time}`}`;
}

/** How a consumer subscribed. */
export interface Asked {
  readonly kind: TopicKind;
  /** Its symbols; `undefined` for all. */
  readonly symbols: readonly string[] | undefined;
  readonly seesGaps: boolean;
  readonly depth: 1 | 10;
  readonly replay: boolean;
}

/** One subscription in the naive model: it remembers what it received, and checks the next value against it. */
export class MachineConsumer {
  /** The machine's tick at which it subscribed. */
  readonly joined: number;
  readonly kind: TopicKind;
  /** Highest sequence number of the images of each subject. */
  readonly highest: Map<string, number> = new Map();
  ended = false;
  private given: ReadonlySet<string> | undefined;
  /** The ticks at which symbols of a changing list came. */
  private readonly came = new Map<string, number>();
  /** Symbols that leave the list right now: what was true before comes first, and may concern them. */
  private leaving = new Set<string>();
  private readonly world: ConsumerWorld;
  private readonly seesGaps: boolean;
  private readonly depth: 1 | 10;
  private readonly images = new Map<string, string>();
  private readonly newest = new Map<string, number>();
  private readonly doubted = new Set<string>();
  /** The state in which each symbol was emitted last. */
  private readonly states = new Map<string, DataState>();
  /** Symbols that were live when the machine fell asleep and were not doubted since. */
  private readonly overslept = new Set<string>();
  private epoch = -1;
  private gap: Gap | undefined;
  private reports: object = {};

  constructor(world: ConsumerWorld, joined: number, { kind, symbols, seesGaps, depth }: Asked) {
    this.world = world;
    this.joined = joined;
    this.kind = kind;
    this.given = symbols === undefined ? undefined : new Set(symbols);
    this.seesGaps = seesGaps;
    this.depth = depth;
  }

  /** Its symbols now; `undefined` for all. */
  get symbols(): ReadonlySet<string> | undefined {
    return this.given;
  }

  wants(symbol: string): boolean {
    return this.symbols?.has(symbol) ?? true;
  }

  /** The tick since which it has a symbol. */
  since(symbol: string): number {
    return this.came.get(symbol) ?? this.joined;
  }

  /** Its list becomes another, by `emit`: what it received of symbols that leave counts no more. */
  change(symbols: readonly string[], tick: number, emit: () => void): void {
    const before = this.given;
    this.leaving = new Set([...(before ?? [])].filter((symbol) => !symbols.includes(symbol)));
    this.given = new Set(symbols);
    for (const symbol of symbols) {
      if (before?.has(symbol) === true) continue;
      this.came.set(symbol, tick);
      // A gap of before may have named it: others have its image since.
      this.doubted.delete(symbol);
    }
    for (const symbol of before ?? []) if (!this.given.has(symbol)) this.forget(symbol);
    emit();
    this.leaving = new Set();
  }

  private forget(symbol: string): void {
    this.images.delete(symbol);
    this.states.delete(symbol);
    this.overslept.delete(symbol);
    this.doubted.delete(symbol);
    const subject = subjectOf(this.kind, symbol, undefined);
    for (const known of [this.highest, this.newest])
      for (const name of known.keys()) if (name === subject || name.startsWith(`${subject} `)) known.delete(name);
  }

  take(update: FeedUpdate<MachineEvent>): void {
    this.reports = update;
    const others = update.kind === 'gap' || update.kind === 'status';
    this.demand(others ? this.seesGaps : update.kind === this.kind, 'each kind is a stream of its own');
    this.demand(!this.ended, 'nothing is emitted after unsubscribe or close');
    if (update.kind === 'gap') {
      this.takeGap(update);
      return;
    }
    if (this.leaving.has(update.symbol)) return;
    this.demand(this.wants(update.symbol), 'only what was asked for is emitted');
    this.states.set(update.symbol, update.state);
    this.demand(
      update.state !== 'live' || !this.overslept.has(update.symbol),
      'nothing is live after a sleep before it was doubted',
    );
    this.overslept.delete(update.symbol);
    const { epoch = -1 } = update;
    this.demand(epoch >= this.epoch, 'epochs never fall');
    this.demand(
      this.gap === undefined || epoch <= this.gap.fromEpoch,
      'a gap is closed before a value of the new epoch',
    );
    this.epoch = epoch;
    if (update.kind === 'status') {
      this.demand(
        !['live', 'stale', 'suspect'].includes(update.state),
        'a symbol without an image awaits one or is refused',
      );
      return;
    }
    this.takeEvent(update);
  }

  /** The machine sleeps: whatever is held as live may be old when it wakes. */
  sleep(): void {
    for (const [symbol, state] of this.states) if (state === 'live') this.overslept.add(symbol);
  }

  /** All that was to be said of a sleep has been said. */
  checkAwake(): void {
    this.demand(this.overslept.size === 0, `every live symbol is doubted after a sleep: ${[...this.overslept].join()}`);
  }

  /** All that was to be said of a lost link has been said. */
  checkUnlinked(): void {
    const held = [...this.states].filter(([, state]) => !['awaiting', 'suspect', 'refused'].includes(state));
    this.demand(held.length === 0, `without a link every symbol is doubted: ${held.join(' ')}`);
  }

  private takeEvent(event: Tagged<MachineEvent>): void {
    const { symbol, seq, change, replayed, state } = event;
    const subject = subjectOf(this.kind, symbol, event.kind === 'candle' ? event.time : undefined);
    if (event.kind === 'quote') this.demand(event.depth === this.depth, 'a quote has the depth asked for');
    const image = `${subject}:${seq}`;
    if (change === 'image') {
      const fresh = replayed === undefined;
      if (fresh) this.demand(seq > (this.newest.get(subject) ?? 0), 'images of a subject come in their order');
      if (fresh) this.newest.set(subject, seq);
      if (fresh && this.gap === undefined) this.doubted.delete(symbol);
      if (event.kind === 'market') this.demand(event.market === event.said, 'a market is what its status says');
      this.demand(fresh || state !== 'live', 'an image of unknown age makes nothing live');
    } else {
      this.demand(image === (this.images.get(symbol) ?? image), 'a re-emission carries the last image');
    }
    this.images.set(symbol, image);
    this.highest.set(subject, Math.max(seq, this.highest.get(subject) ?? 0));
    this.demand(seq <= this.world.published(subject), 'nothing is emitted that was not published');
    const judged = this.kind === 'quote' || this.kind === 'info';
    this.demand(judged || state !== 'stale', 'silence is judged of quotes and infos only');
    if (this.seesGaps)
      this.demand(state !== 'live' || !this.doubted.has(symbol), 'nothing is live after a loss before its own image');
    // An overflow concerns some topics only: a subscriber that comes while it is reported may ask for another.
    const concerned =
      this.gap?.cause === 'link' || this.gap?.cause === 'wake' || this.gap?.topics.includes(`px/${symbol}`) === true;
    if (this.seesGaps) this.demand(state !== 'live' || !concerned, 'nothing is live while a gap is open');
  }

  private takeGap(gap: Gap): void {
    if (gap.phase === 'open') {
      this.demand(this.gap === undefined, 'a gap is closed before the next opens');
      this.gap = gap;
      for (const topic of gap.topics) if (topic.startsWith('px/')) this.doubted.add(topic.slice('px/'.length));
      return;
    }
    this.demand(this.gap !== undefined, 'a gap that closes was open');
    this.demand(
      gap.lostAt === this.gap?.lostAt && gap.cause === this.gap.cause,
      'the gap that closes is the one that was open',
    );
    this.demand((gap.toEpoch ?? -1) >= this.epoch, 'epochs never fall across a gap');
    this.epoch = gap.toEpoch ?? this.epoch;
    this.gap = undefined;
  }

  private demand(kept: boolean, promise: string, reports: object = this.reports): void {
    if (!kept)
      this.world.broken(
        `${promise}: ${JSON.stringify({ ...reports, images: Object.fromEntries(this.images), joined: this.joined })}`,
      );
  }
}
