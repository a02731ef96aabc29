import { BehaviorSubject, type Observable, Subject, type Subscription } from 'rxjs';
import { virtualClock } from '../../src/testing/index.js';
import type { FeedUpdate, TopicKind, MarketState, QuoteFeed } from '../../src/index.js';
import { FastScheduler } from './fastScheduler.js';
import { FeedCounts, noTotals, type Totals } from './feedMachineCounts.js';
import { type Asked, MachineConsumer, subjectOf } from './feedMachineConsumer.js';
import { type Dice, dice } from './feedMachineDice.js';
import { FarSide, manners } from './feedMachineFar.js';
import { machineFeed, type MachineEvent } from './feedMachineVenue.js';

const symbols = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
const markets: readonly MarketState[] = ['open', 'auction', 'halted', 'closed'];
const bars = [0, 60, 120] as const;
/** Mostly quotes: what they do is what most consumers live on. */
const kinds: readonly TopicKind[] = ['quote', 'quote', 'quote', 'quote', 'quote', 'info', 'candle', 'market'];
const maxConsumers = 4;

interface Expectation {
  readonly kind: TopicKind;
  readonly symbol: string;
  readonly seq: number;
  readonly tick: number;
  /** The number of losses so far, for whatever reason: a later loss may be this one. */
  readonly losses: number;
}

/**
 * A feed on a fake broker, driven at random, with a naive model of what it promised. One machine runs one feed after
 * another on one virtual clock; the first broken promise is thrown with the seed and the step.
 */
export class FeedMachine {
  readonly seed: number;
  private readonly dice: Dice;
  private readonly scheduler = new FastScheduler();
  private feed!: QuoteFeed<MachineEvent>;
  private far!: FarSide;
  private consumers = new Map<MachineConsumer, Subscription>();
  /** The lists of consumers whose symbols change. */
  private readonly lists = new WeakMap<MachineConsumer, BehaviorSubject<readonly string[]>>();
  private expected = new Map<string, Expectation>();
  private seq = new Map<string, number>();
  private counts!: FeedCounts;
  private status = 'idle';
  private slow = 0;
  private slept = 0;
  private readonly jumps = new Subject<number>();
  private step = 0;
  private tick = 0;
  private depth = 0;
  private made = false;
  private alive = false;
  private failure: string | undefined;
  private readonly trail: string[] = [];

  constructor(seed: number) {
    this.seed = seed;
    this.dice = dice(seed);
    this.open();
  }

  run(steps: number): void {
    for (; this.step < steps; this.step += 1) {
      this.act();
      this.check();
      if (this.step % 8 === 0) this.checkSettled();
      if (this.failure !== undefined) this.fail();
    }
    this.close();
    if (this.failure !== undefined) this.fail();
  }

  /** Totals of all its feeds, to see that a run meant something. */
  readonly totals: Totals = noTotals();

  private fail(): never {
    throw new Error(
      `${this.failure ?? ''} (seed ${this.seed}, step ${this.step})\n${this.trail.slice(-40).join(' · ')}`,
    );
  }

  private readonly broken = (promise: string): void => {
    this.failure ??= promise;
  };

  private open(): void {
    const { dice, scheduler } = this;
    this.far = new FarSide(scheduler, dice.pick([0, 0, 5]), this.broken);
    this.seq = new Map();
    this.counts = new FeedCounts(this.broken);
    this.made = false;
    const clock = virtualClock(scheduler, { random: () => dice.next() });
    this.feed = machineFeed({
      dice,
      clock: { ...clock, now: () => clock.now() + this.slept, jumps: () => this.jumps },
      far: this.far,
      called: () => {
        this.check();
      },
    });
    this.made = true;
    this.alive = true;
    this.feed.state$.subscribe((state) => {
      this.status = state.status;
      if (state.status !== 'live') this.expected.clear();
      this.note(state.status);
      this.received();
    });
    this.feed.subscriptions$.subscribe(() => {
      this.received();
    });
  }

  /** Something of the feed was seen from outside: the counts must be right, and anything may be done to the feed now. */
  private received(): void {
    this.check();
    if (this.depth < 3 && this.dice.chance(0.03)) this.act();
  }

  private act(): void {
    this.depth += 1;
    this.tick += 1;
    this.dice.weighted(this.actions)();
    this.depth -= 1;
  }

  private readonly actions: readonly (readonly [weight: number, action: () => void])[] = [
    [
      340,
      () => {
        this.publish('quote', false);
      },
    ],
    [
      20,
      () => {
        this.publish('quote', true);
      },
    ],
    [
      80,
      () => {
        this.publish(this.dice.pick(['info', 'candle']), this.dice.chance(0.05));
      },
    ],
    [
      40,
      () => {
        this.corrupt();
      },
    ],
    [
      30,
      () => {
        this.publish('market', this.dice.chance(0.05));
      },
    ],
    [
      60,
      () => {
        this.subscribe();
      },
    ],
    [
      30,
      () => {
        this.unsubscribe();
      },
    ],
    [
      30,
      () => {
        this.changeList();
      },
    ],
    [
      150,
      () => {
        this.advance(this.dice.pick([0, 1, 5, 20]));
      },
    ],
    [
      20,
      () => {
        this.advance(this.dice.pick([500, 1_500, 4_000]));
      },
    ],
    [
      4,
      () => {
        this.advance(70_000);
      },
    ],
    [
      3,
      () => {
        this.note('drop');
        this.far.fake.drop();
      },
    ],
    [
      4,
      () => {
        this.far.manner = this.dice.pick(manners);
      },
    ],
    [
      6,
      () => {
        this.toggle(this.far.refused);
      },
    ],
    [
      1,
      () => {
        this.toggle(this.far.silent);
      },
    ],
    [
      1,
      () => {
        this.toggle(this.far.closing);
      },
    ],
    [
      4,
      () => {
        this.far.subackDelay = this.dice.pick([undefined, undefined, 80, 2_000, 20_000]);
      },
    ],
    [
      20,
      () => {
        this.slow = this.dice.pick([0, 0, 3, 20]);
      },
    ],
    [
      6,
      () => {
        this.tune();
      },
    ],
    [
      3,
      () => {
        this.sleep();
      },
    ],
    [
      1,
      () => {
        this.note('reconnect');
        this.feed.reconnect({ renew: this.dice.chance(0.5) });
      },
    ],
    [
      0.6,
      () => {
        this.restart();
      },
    ],
  ];

  private publish(kind: TopicKind, retain: boolean): void {
    const { dice } = this;
    const symbol = kind === 'market' ? 'M' : dice.pick(symbols);
    const time = kind === 'candle' ? dice.pick(bars) : undefined;
    const subject = subjectOf(kind, symbol, time);
    const seq = (this.seq.get(subject) ?? 0) + 1;
    this.seq.set(subject, seq);
    const topic = { quote: `px/${symbol}`, info: `in/${symbol}`, candle: `cd/${symbol}/1m`, market: 'market' }[kind];
    if (this.far.reaches(topic)) {
      this.expected.set(subject, { kind, symbol, seq, tick: this.tick, losses: this.counts.losses });
    }
    const payload = { quote: '', info: '', candle: `:${String(time)}`, market: `:${dice.pick(markets)}` }[kind];
    this.far.fake.publish(topic, `${seq}${payload}`, { retain });
  }

  private corrupt(): void {
    const payload = this.dice.pick(['', 'x'.repeat(65), 'rubbish', '7:OTHER']);
    const { dice } = this;
    const kind = dice.pick(['quote', 'quote', 'quote', 'info'] as const);
    const symbol = dice.pick(symbols);
    // Before promotion the newest payload of a topic counts, whether it can be read or not.
    if (!['live', 'silent'].includes(this.status)) this.expected.delete(subjectOf(kind, symbol, undefined));
    this.far.fake.publish((kind === 'quote' ? 'px/' : 'in/') + symbol, payload);
  }

  private subscribe(): void {
    if (this.consumers.size >= maxConsumers || !this.alive) return;
    const { dice } = this;
    const kind = dice.pick(kinds);
    const all = ['quote', 'info'].includes(kind) && dice.chance(0.15);
    const some = kind === 'market' ? ['M'] : all ? undefined : symbols.filter(() => dice.chance(0.3));
    const seesGaps = kind === 'quote' && dice.chance(0.7);
    const asked = { kind, symbols: some, seesGaps, depth: dice.pick([1, 10] as const), replay: dice.chance(0.8) };
    const world = { published: (subject: string) => this.seq.get(subject) ?? 0, broken: this.broken };
    const consumer = new MachineConsumer(world, this.tick, asked);
    try {
      const isChanging = kind !== 'market' && some !== undefined && dice.chance(0.4);
      const list$ = new BehaviorSubject<readonly string[]>(some ?? []);
      if (isChanging) this.lists.set(consumer, list$);
      const updates$ = this.asked(asked, isChanging ? list$ : some);
      this.note(`subscribe ${kind} ${some?.join('') ?? 'all'}`);
      const subscription = updates$.subscribe({
        next: (update) => {
          consumer.take(update);
          if (this.slow > 0) this.scheduler.spend(this.slow);
          this.received();
        },
        error: () => {
          this.broken('quotes never error');
        },
        complete: () => {
          if (this.alive) this.broken('quotes complete only on close');
          consumer.ended = true;
          this.consumers.delete(consumer);
        },
      });
      if (!consumer.ended) this.consumers.set(consumer, subscription);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  private changeList(): void {
    const changing = [...this.consumers.keys()].filter((consumer) => this.lists.has(consumer));
    if (changing.length === 0) return;
    const consumer = this.dice.pick(changing);
    const list = symbols.filter(() => this.dice.chance(0.3));
    this.note(`list ${list.join('')}`);
    consumer.change(list, this.tick, () => this.lists.get(consumer)?.next(list));
  }

  private asked(
    { kind, seesGaps, depth, replay }: Asked,
    symbols: readonly string[] | Observable<readonly string[]> | undefined,
  ): Observable<FeedUpdate<MachineEvent>> {
    switch (kind) {
      case 'info':
        return this.feed.priceInfos(symbols, { replay });
      case 'candle':
        return this.feed.candles(symbols ?? [], { replay, interval: '1m' });
      case 'market':
        return this.feed.markets(symbols as readonly string[], { replay });
      default:
        return seesGaps ? this.feed.updates(symbols, { depth, replay }) : this.feed.quotes(symbols, { depth, replay });
    }
  }

  private unsubscribe(): void {
    if (this.consumers.size === 0) return;
    const [consumer, subscription] = this.dice.pick([...this.consumers]);
    this.note('unsubscribe');
    consumer.ended = true;
    this.consumers.delete(consumer);
    subscription.unsubscribe();
  }

  private advance(ms: number): void {
    // Time does not pass in the middle of a call.
    if (this.depth > 1) this.scheduler.spend(Math.min(ms, 20));
    else this.scheduler.advance(ms);
  }

  private checkLast(promise: string): void {
    const live = symbols.filter((symbol) => this.feed.last(symbol)?.state === 'live');
    if (live.length > 0) this.broken(`${promise}: last() of ${live.join('')}`);
  }

  private toggle(topics: Set<string>): void {
    const topic = this.dice.pick(['px/A', 'px/B', 'px/C', 'px/+', 'in/A', 'in/+', 'cd/A/1m', 'market']);
    if (!topics.delete(topic)) topics.add(topic);
  }

  private tune(): void {
    const { dice } = this;
    try {
      this.feed.tune({
        capacity: dice.pick([6, 24, 1_000]),
        maxBatch: dice.pick([1, 3, 1_000]),
        linger: dice.pick([0, 50]),
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  /** Wall time goes on while the machine sleeps; its clock reports it, or the next message or subscriber is the first to notice. */
  private sleep(): void {
    // A sleep in the middle of a call can be noticed only after it.
    if (this.depth > 1) return;
    const ms = this.dice.pick([1_000, 8_000, 3_600_000]);
    this.note(`sleep ${ms}`);
    this.slept += ms;
    for (const consumer of this.consumers.keys()) consumer.sleep();
    if (this.dice.chance(0.2)) this.checkLast('nothing is live after a sleep');
    if (!this.dice.chance(0.5)) return;
    this.jumps.next(ms);
    this.advance(20);
    if (this.counts.isDrained) for (const consumer of this.consumers.keys()) consumer.checkAwake();
  }

  private restart(): void {
    if (this.depth > 1) {
      // Closing is tried from inside too; the machine goes on with the next feed when it is outside again.
      this.alive = false;
      void this.feed.close();
      return;
    }
    this.close();
    this.open();
  }

  private close(): void {
    this.note('close');
    this.alive = false;
    void this.feed.close();
    if (this.consumers.size > 0) this.broken('close completes every stream');
    this.scheduler.advance(2_000);
    this.check();
    if (this.scheduler.pending > 0) this.broken('close leaves no timer behind');
    if (this.far.isUp) this.broken('close leaves no connection behind');
    this.counts.addTo(this.totals);
  }

  private check(): void {
    // The first callbacks come while the feed is being made.
    if (this.failure !== undefined || !this.made) return;
    this.counts.take(this.feed.stats());
  }

  /** Between calls: every subscriber is served, and the feed neither stops nor ignores messages. */
  private checkSettled(): void {
    if (!this.alive) {
      this.close();
      this.open();
      return;
    }
    const wanted = [...this.consumers.keys()].some(({ symbols: some }) => some === undefined || some.size > 0);
    if (wanted && this.status === 'idle') this.broken('a feed that somebody listens to is not idle');
    if (this.status === 'live' && !this.far.isUp) this.broken('a live feed has a connection');
    if (['waiting', 'rejected', 'connecting'].includes(this.status) && this.scheduler.pending === 0)
      this.broken('a feed is never dead');
    const { losses, inFlight, isDrained } = this.counts;
    if (isDrained && !['live', 'silent'].includes(this.status)) {
      for (const consumer of this.consumers.keys()) consumer.checkUnlinked();
      this.checkLast('without a link every symbol is doubted');
    }
    if (inFlight > 0) return;
    for (const [subject, expected] of this.expected) {
      if (expected.losses !== losses) continue;
      for (const consumer of this.consumers.keys()) {
        if (consumer.kind !== expected.kind || !consumer.wants(expected.symbol)) continue;
        if (consumer.since(expected.symbol) >= expected.tick) continue;
        if ((consumer.highest.get(subject) ?? 0) < expected.seq)
          this.broken(
            `the newest image of ${subject} is delivered to ${[...(consumer.symbols ?? [])].join('')} of tick ${consumer.since(expected.symbol)}`,
          );
      }
    }
  }

  private note(what: string): void {
    this.trail.push(`${this.step}: ${what}`);
    if (this.trail.length > 200) this.trail.splice(0, 100);
  }
}
