import { type FeedUpdate, quoteFeed, type QuoteFeed } from '../../src/index.js';
import { relayVenue } from '../../src/relay/relayVenue.js';
import { shardOf } from '../../src/relay/shardOf.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { checkConservation, virtualClock, type VirtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { dice, type Dice } from '../support/feedMachineDice.js';
import { lag, MachineBroker, type ReaderLink } from './machineBroker.js';
import { RelayProcess } from './machineProcess.js';

const symbols = ['AOT', 'BBL', 'CPN', 'PTT', 'SCB'];
const heartbeat = 1_000;
const interval = 500;
/** The longest delay between the parts of the machine that is no fault, in ms. */
const slack = 1_500;

interface Image {
  readonly price: number;
  readonly state: string;
  readonly market: string;
  readonly epoch: number;
}

interface Reader {
  readonly link: ReaderLink;
  readonly feed: QuoteFeed;
  readonly clock: VirtualClock;
  readonly shown: Map<string, Image>;
  /** When messages last came through. */
  reachedAt: number;
}

/** The counts of a run, which show that it was no idle one. */
export interface MachineTotals {
  live: number;
  doubtful: number;
  gaps: number;
  superseded: number;
}

/** Feeds, relays of them, a broker, and readers of the relays, all in one virtual time, with random faults. */
export class RelayMachine {
  readonly totals: MachineTotals = { live: 0, doubtful: 0, gaps: 0, superseded: 0 };
  readonly trail: string[] = [];
  private readonly scheduler = new FastScheduler();
  private readonly random: Dice;
  private readonly broker: MachineBroker;
  private readonly processes: RelayProcess[] = [];
  private readonly readers: Reader[] = [];
  private readonly shards: number;
  private readonly format: 'json' | 'protobuf';
  private readonly refresh: number;
  private price = 0;
  private updates = 0;
  /** The first broken promise inside a callback, where an error would be RxJS's. */
  private disorder: string | undefined;
  private market = 'open';
  /** By symbol and price: until when the feed of some relay showed it as live. */
  private readonly goodUntil = new Map<string, number>();
  /** By shard: when a relay last reached the broker while its feed was live. */
  private readonly reachedAt: number[] = [];
  /** By symbol: when a message of it was last lost. */
  private readonly lostAt = new Map<string, number>();
  /** After a link that was stuck: its backlog comes in one burst, with the prices of that time. */
  private calmAt = 0;

  constructor(seed: number) {
    this.random = dice(seed);
    const { random } = this;
    this.shards = random.chance(0.3) ? 2 : 1;
    this.format = random.pick(['json', 'protobuf']);
    this.refresh = random.pick([2_000, 10_000]);
    this.broker = new MachineBroker(this.scheduler, random);
    for (let index = 1; index <= this.shards; index++) this.start(index);
    this.openReader(symbols);
    if (random.chance(0.5)) this.openReader(undefined);
    this.wait(200);
    this.publishAll();
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.step();
      this.wait(
        this.random.weighted([
          [6, this.upTo(300)],
          [4, this.upTo(1_500)],
          [1, this.upTo(5_000)],
          [0.5, this.upTo(20_000)],
        ]),
      );
    }
    this.recover();
  }

  /** The last steps, for the report of a failure. */
  report(): string {
    const steps = this.trail.filter((line) => !line.startsWith(' '));
    return [
      ...steps.slice(-30),
      'its last updates:',
      ...this.trail.filter((line) => line.startsWith(' ')).slice(-25),
    ].join('\n');
  }

  private start(index: number): void {
    const { scheduler, broker, random, format, refresh } = this;
    const own = symbols.filter((symbol) => shardOf(symbol, this.shards) === index);
    const process = new RelayProcess({
      ...{ scheduler, broker, random, format, refresh, symbols: own, shard: { index, count: this.shards } },
      before: (one, symbol) => {
        this.touch(one, symbol);
      },
    });
    this.processes.push(process);
  }

  private openReader(list: readonly string[] | undefined): void {
    const link = this.broker.reader();
    const clock = virtualClock(this.scheduler, { random: this.random.next });
    const feed = quoteFeed({ venue: relayVenue({ url: 'ws://broker.test' }), transport: link.transport, clock });
    const reader: Reader = { link, feed, clock, shown: new Map(), reachedAt: 0 };
    feed.updates(list).subscribe((update) => {
      this.onUpdate(reader, update);
    });
    this.readers.push(reader);
  }

  private onUpdate(reader: Reader, update: FeedUpdate): void {
    // Statistics cost more than all else here.
    this.updates += 1;
    if (this.updates % 16 === 0 && !isConserved(reader.feed.stats())) this.disorder ??= 'a reader is not conserved';
    if (update.kind === 'gap') {
      this.totals.gaps += 1;
      this.note(`  reader ${String(this.readers.indexOf(reader))} gap ${update.cause} ${update.phase}`);
      return;
    }
    const { symbol, state, market, epoch = 0 } = update;
    const price = update.kind === 'quote' ? update.bid : NaN;
    const before = reader.shown.get(symbol);
    this.note(`  reader ${String(this.readers.indexOf(reader))} ${symbol} ${String(price)} ${state} ${market}`);
    reader.shown.set(symbol, { price, state, market, epoch });
    if (
      before !== undefined &&
      before.epoch === epoch &&
      before.price > price &&
      this.areOfOneRun(symbol, before.price, price)
    )
      this.disorder ??= `${symbol}: ${String(price)} after ${String(before.price)}`;
  }

  /** Whether only one relay can have published two prices. */
  private areOfOneRun(symbol: string, one: number, other: number): boolean {
    return (
      this.processes.filter(
        (process) => process.prices.has(`${symbol} ${String(one)}`) || process.prices.has(`${symbol} ${String(other)}`),
      ).length <= 1
    );
  }

  // Steps.

  private step(): void {
    const { random } = this;
    const step = random.weighted<() => string>([
      [30, () => this.publish(random.pick(symbols))],
      [4, () => this.publishAll()],
      [3, () => this.changeMarket()],
      [16, () => this.upstreamFault()],
      [20, () => this.relayFault()],
      [14, () => this.brokerFault()],
      [14, () => this.readerFault()],
    ]);
    this.note('');
    const at = this.trail.length - 1;
    const now = this.scheduler.now();
    this.trail[at] = `${String(now)} ${step()}`;
  }

  private publish(symbol: string): string {
    this.price += 1;
    for (const { fake, isAlive } of this.processes) if (isAlive) fake.publish(`px/${symbol}`, String(this.price));
    return `price ${symbol} ${String(this.price)}`;
  }

  private publishAll(): string {
    return symbols.map((symbol) => this.publish(symbol)).join(', ');
  }

  private changeMarket(): string {
    this.market = this.random.pick(['open', 'open', 'halted', 'closed', 'auction']);
    for (const { fake, isAlive } of this.processes) if (isAlive) fake.publish('market', this.market);
    return `market ${this.market}`;
  }

  private upstreamFault(): string {
    const { random } = this;
    const process = random.pick(this.processes);
    if (!process.isAlive) return 'nothing: the relay is dead';
    return random.weighted<() => string>([
      [
        4,
        () => {
          process.fake.drop();
          return 'upstream drop';
        },
      ],
      [
        2,
        () => {
          const span = this.upTo(10_000);
          process.isUpstreamUp = false;
          process.fake.drop();
          this.scheduler.schedule(() => {
            process.isUpstreamUp = true;
          }, span);
          return `upstream down for ${String(span)}`;
        },
      ],
      [
        3,
        () => {
          const open = process.fake.connections.find(({ isOpen }) => isOpen);
          open?.late(random.pick([1_000, 3_000]));
          return 'upstream stall';
        },
      ],
      [
        1,
        () => {
          process.clock.jump(60_000);
          return 'relay slept';
        },
      ],
      [
        2,
        () => {
          const open = process.fake.connections.find(({ isOpen }) => isOpen);
          open?.responsive(false);
          this.scheduler.schedule(() => {
            if (open?.isOpen === true) open.responsive(true);
          }, this.upTo(4_000));
          return 'upstream unresponsive for a while';
        },
      ],
      [
        1,
        () => {
          const symbol = random.pick(symbols);
          if (!process.refused.delete(symbol)) process.refused.add(symbol);
          process.fake.drop();
          return `upstream refuses ${[...process.refused].join(' ')}`;
        },
      ],
    ])();
  }

  private relayFault(): string {
    const { random, broker } = this;
    const process = random.pick(this.processes);
    const { link, shard } = process;
    if (!process.isAlive) {
      if (this.processes.some((one) => one.isAlive && one.shard.index === shard.index))
        return 'nothing: another relay lives';
      this.start(shard.index);
      return `relay ${String(shard.index)} started`;
    }
    this.touchAll();
    return random.weighted<() => string>([
      [
        3,
        () => {
          broker.cut(link, true);
          process.end();
          return 'relay killed, with will';
        },
      ],
      [
        3,
        () => {
          link.isAlive = false;
          process.end();
          const will = link.will;
          this.scheduler.schedule(() => {
            if (will !== undefined) broker.publish(will.topic, will.payload);
          }, this.upTo(8_000));
          if (random.chance(0.5)) this.start(shard.index);
          return 'relay killed, half-open, will later';
        },
      ],
      [
        1,
        () => {
          void process.relay.close();
          process.end();
          return 'relay closed';
        },
      ],
      [
        1,
        () => {
          this.start(shard.index);
          return 'second relay started';
        },
      ],
      [
        3,
        () => {
          const hasWill = random.chance(0.5);
          broker.cut(link, hasWill);
          return `relay link cut, will ${String(hasWill)}`;
        },
      ],
      [
        2,
        () => {
          const [hasWill, span] = [random.chance(0.5), this.upTo(20_000)];
          link.isUp = false;
          broker.cut(link, hasWill);
          this.scheduler.schedule(() => {
            link.isUp = true;
          }, span);
          return `relay link down for ${String(span)}, will ${String(hasWill)}`;
        },
      ],
      [
        3,
        () => {
          const [hasWill, span] = [random.chance(0.5), this.upTo(10_000)];
          link.isMuted = true;
          this.scheduler.schedule(() => {
            if (link.isMuted) broker.cut(link, hasWill);
          }, span);
          return `relay link half-open for ${String(span)}, will ${String(hasWill)}`;
        },
      ],
      [
        2,
        () => {
          const will = link.will;
          if (will !== undefined && link.isOpen && !link.isMuted) broker.publish(will.topic, will.payload);
          return 'late will of an earlier connection of the relay';
        },
      ],
      [
        2,
        () => {
          const span = this.upTo(random.pick([2_000, 10_000]));
          link.frozenUntil = this.scheduler.now() + span;
          this.calmAt = Math.max(this.calmAt, link.frozenUntil + slack);
          return `relay link stuck for ${String(span)}`;
        },
      ],
      [
        2,
        () => {
          const { out } = link;
          out?.next({ type: 'responsive', responsive: false });
          this.scheduler.schedule(() => out?.next({ type: 'responsive', responsive: true }), this.upTo(4_000));
          return 'relay link unresponsive for a while';
        },
      ],
      [
        2,
        () => {
          const { lists } = process;
          const all = symbols.filter((symbol) => shardOf(symbol, this.shards) === shard.index);
          const isWhole = lists.value.length === all.length;
          lists.next(isWhole ? lists.value.slice(1) : all);
          return `list ${lists.value.join(' ')}`;
        },
      ],
    ])();
  }

  private brokerFault(): string {
    const { random, broker } = this;
    return random.weighted<() => string>([
      [
        2,
        () => {
          const [keeps, span] = [random.chance(0.5), this.upTo(5_000)];
          this.touchAll();
          broker.stop(keeps);
          this.scheduler.schedule(() => {
            broker.isUp = true;
          }, span);
          return `broker down for ${String(span)}, keeps ${String(keeps)}`;
        },
      ],
      [
        4,
        () => {
          const symbol = random.pick(symbols);
          const now = this.scheduler.now();
          if (now - (this.lostAt.get(symbol) ?? -Infinity) < 60_000) return 'nothing: one was lost';
          this.lostAt.set(symbol, now);
          broker.losing.add(`rx-quotes/quote/${symbol}`);
          return `the next ${symbol} is lost`;
        },
      ],
      [
        2,
        () => {
          broker.losing.add('rx-quotes/relay/1');
          return 'the next status is lost';
        },
      ],
      [
        2,
        () => {
          broker.isLagging = !broker.isLagging;
          return `lagging ${String(broker.isLagging)}`;
        },
      ],
      [
        2,
        () => {
          broker.spread = broker.spread === 0 ? 300 : 0;
          return `spread ${String(broker.spread)}`;
        },
      ],
    ])();
  }

  private readerFault(): string {
    const { random, broker } = this;
    const reader = random.pick(this.readers);
    const { link, feed, clock } = reader;
    const open = link.fake.connections.find(({ isOpen }) => isOpen);
    return random.weighted<() => string>([
      [
        3,
        () => {
          link.fake.drop();
          return 'reader drop';
        },
      ],
      [
        1,
        () => {
          const span = this.upTo(10_000);
          link.isUp = false;
          link.fake.drop();
          this.scheduler.schedule(() => {
            link.isUp = true;
          }, span);
          return `reader down for ${String(span)}`;
        },
      ],
      [
        2,
        () => {
          const span = this.upTo(random.pick([2_000, 12_000]));
          link.frozenUntil = this.scheduler.now() + span;
          this.calmAt = Math.max(this.calmAt, link.frozenUntil + slack);
          return `reader stuck for ${String(span)}`;
        },
      ],
      [
        3,
        () => {
          open?.late(random.pick([1_000, 3_000]));
          return 'reader stall';
        },
      ],
      [
        1,
        () => {
          clock.jump(60_000);
          return 'reader slept';
        },
      ],
      [
        3,
        () => {
          // Two prices, and then the copies of all topics, also those of the first price.
          this.publishAll();
          this.scheduler.schedule(() => {
            this.publishAll();
          }, 600);
          this.scheduler.schedule(() => {
            const wasLagging = broker.isLagging;
            broker.isLagging = true;
            for (const topic of broker.topics) broker.repeat(topic, link, open);
            broker.isLagging = wasLagging;
          }, 700);
          return 'retained copies again, some older';
        },
      ],
      [
        2,
        () => {
          const symbol = random.pick(symbols);
          const more = feed.updates([symbol]).subscribe();
          this.scheduler.schedule(() => {
            more.unsubscribe();
          }, this.upTo(5_000));
          return `reader subscribes to ${symbol} once more`;
        },
      ],
      [
        1,
        () => {
          const symbol = random.pick(symbols);
          open?.send(`rx-quotes/quote/${symbol}`, 'no quote');
          return `unreadable ${symbol}`;
        },
      ],
      [
        1,
        () => {
          open?.send('rx-quotes/relay/1', 'no status');
          return 'unreadable status';
        },
      ],
    ])();
  }

  // Checks.

  private wait(ms: number): void {
    const until = this.scheduler.now() + ms;
    do {
      this.scheduler.advance(Math.min(250, until - this.scheduler.now()));
      this.check();
    } while (this.scheduler.now() < until);
    for (const process of this.processes) if (process.isAlive) process.check();
    for (const { feed } of this.readers) checkConservation(feed.stats());
  }

  private touch(process: RelayProcess, symbol: string): void {
    const shown = process.shown.get(symbol);
    if (shown?.isLive !== true || !process.isAlive || !process.lists.value.includes(symbol)) return;
    const key = `${symbol} ${String(shown.price)}`;
    this.goodUntil.set(key, this.scheduler.now());
  }

  /** Notes what is right until now. */
  private touchAll(): void {
    const now = this.scheduler.now();
    for (const process of this.processes) {
      const { index } = process.shard;
      this.reachedAt[index] = Math.max(this.reachedAt[index] ?? 0, process.link.flushedAt);
      if (!process.isAlive) continue;
      for (const symbol of symbols) this.touch(process, symbol);
      if (process.isConnected && process.isLive && process.link.frozenUntil <= now) this.reachedAt[index] = now;
    }
    for (const reader of this.readers) {
      if (reader.link.frozenUntil <= now && reader.link.fake.connections.some(({ isOpen }) => isOpen))
        reader.reachedAt = now;
    }
  }

  private check(): void {
    if (this.disorder !== undefined) this.fail(this.disorder);
    this.touchAll();
    const now = this.scheduler.now();
    for (const reader of this.readers) {
      if (now < this.calmAt) continue;
      for (const [symbol, { price, state }] of reader.shown) {
        if (state !== 'live') {
          this.totals.doubtful += 1;
          continue;
        }
        this.totals.live += 1;
        const good = this.goodUntil.get(`${symbol} ${String(price)}`);
        if (good === undefined) this.fail(`${symbol} ${String(price)} is live here and was not upstream`);
        const losses = now - (this.lostAt.get(symbol) ?? -Infinity) < 60_000 ? 2 : 1;
        if (now - good > interval + losses * this.refresh + 3 * heartbeat + lag + slack)
          this.fail(`${symbol} ${String(price)} is live, but was wrong since ${String(good)}`);
        const both = Math.min(this.reachedAt[shardOf(symbol, this.shards)] ?? 0, reader.reachedAt);
        // A message that waited in a socket comes late, a status, too.
        const reached = reader.link.frozenUntil <= now ? Math.max(both, reader.link.frozenUntil) : both;
        if (now - reached > 4 * heartbeat + slack)
          this.fail(`${symbol} is live, but nothing came since ${String(reached)}`);
      }
    }
  }

  /** All faults end; then every symbol must be live with its newest price. */
  private recover(): void {
    const { broker, random, scheduler } = this;
    this.note(`${String(scheduler.now())} all faults end`);
    this.wait(21_000);
    Object.assign(broker, { isUp: true, spread: 0, isLagging: false });
    broker.losing.clear();
    for (const process of this.processes) {
      if (!process.isAlive) continue;
      if (process.refused.size > 0) process.fake.drop();
      process.refused.clear();
      process.lists.next(symbols.filter((symbol) => shardOf(symbol, this.shards) === process.shard.index));
    }
    for (let index = 1; index <= this.shards; index++)
      if (!this.processes.some(({ isAlive, shard }) => isAlive && shard.index === index)) this.start(index);
    // The longest wait is that for the limit on connects.
    for (let round = 0; round < 200 && !this.isConnected(); round++) this.wait(1_000);
    if (!this.isConnected()) this.fail('a link stays down');
    // Readers replace their connection while no status comes.
    if (random.chance(0.5)) {
      this.publishAll();
      this.wait(15_000);
    } else {
      for (let second = 0; second < 15; second++) {
        this.publishAll();
        this.wait(1_000);
      }
    }
    this.touchAll();
    for (const { feed, shown } of this.readers) {
      for (const symbol of symbols) {
        const image = shown.get(symbol);
        const upstream = this.processes
          .find(({ isAlive, lists }) => isAlive && lists.value.includes(symbol))
          ?.feed.last(symbol);
        const is = JSON.stringify([image?.price, image?.state, image?.market]);
        const should = JSON.stringify([upstream?.bid, 'live', upstream?.market]);
        if (is !== should)
          this.fail(`${symbol} is ${is} and should be ${should}: ${String(feed.explain(symbol)[0]?.why)}`);
      }
      this.totals.superseded += feed.stats().dropped['superseded'] ?? 0;
    }
  }

  private isConnected(): boolean {
    const isHeard = this.readers.every(({ link }) => link.isUp && link.fake.connections.some(({ isOpen }) => isOpen));
    return isHeard && this.processes.every((one) => !one.isAlive || (one.isConnected && one.isLive));
  }

  private upTo(ms: number): number {
    return Math.floor(this.random.next() * ms);
  }

  private note(line: string): void {
    this.trail.push(line);
  }

  private fail(message: string): never {
    throw new Error(`at ${String(this.scheduler.now())}: ${message}`);
  }
}
