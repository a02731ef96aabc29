import { BehaviorSubject, Observable } from 'rxjs';
import { mqttVenue, quoteFeed, type QuoteFeed } from '../../src/index.js';
import { ConnectionFailure } from '../../src/model/errors.js';
import type { TopOfBook } from '../../src/model/events.js';
import type { MarketState } from '../../src/model/state.js';
import { checkRelayConfig } from '../../src/relay/relayConfig.js';
import { RunningRelay } from '../../src/relay/runningRelay.js';
import {
  checkConservation,
  fakeTransport,
  type FakeTransport,
  virtualClock,
  type VirtualClock,
} from '../../src/testing/index.js';
import type { Dice } from '../support/feedMachineDice.js';
import type { FastScheduler } from '../support/fastScheduler.js';
import { type MachineBroker, RelayLink } from './machineBroker.js';

/** A symbol as the feed of a process shows it. */
export interface Shown {
  readonly price: number;
  readonly isLive: boolean;
}

export interface ProcessConfig {
  readonly scheduler: FastScheduler;
  readonly broker: MachineBroker;
  readonly random: Dice;
  readonly symbols: readonly string[];
  readonly shard: { readonly index: number; readonly count: number };
  readonly format: 'json' | 'protobuf';
  readonly refresh: number;
  /** Called before the feed of the process shows another price or state of a symbol. */
  readonly before: (process: RelayProcess, symbol: string) => void;
}

type Event = TopOfBook & { readonly market?: MarketState };

const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
const book = { depth: 1, bidFlag: 'normal', askFlag: 'normal', bidVolume: 1, askVolume: 1 } as const;

/** A process with a feed and a relay of it. */
export class RelayProcess {
  readonly shard: ProcessConfig['shard'];
  readonly link: RelayLink = new RelayLink();
  readonly fake: FakeTransport;
  readonly feed: QuoteFeed<Event>;
  readonly clock: VirtualClock;
  readonly relay: RunningRelay<Event>;
  readonly lists: BehaviorSubject<readonly string[]>;
  /** Each symbol as the feed shows it now. */
  readonly shown: Map<string, Shown> = new Map();
  /** The symbols that the venue refuses. */
  readonly refused: Set<string> = new Set();
  /** The symbols and prices that its feed showed. */
  readonly prices: Set<string> = new Set();
  isUpstreamUp = true;
  /** Whether the connection of its feed is live. */
  isLive = false;
  isAlive = true;

  constructor({ scheduler, broker, random, symbols, shard, format, refresh, before }: ProcessConfig) {
    this.shard = shard;
    this.fake = fakeTransport({
      ...{ latency: 5, scheduler },
      suback: (topic) => (this.refused.has(topic.slice(3)) ? 128 : 0),
    });
    // Clocks of two machines differ.
    const clock = virtualClock(scheduler, { random: random.next, start: 1e12 + Math.floor(random.next() * 20_000) });
    this.clock = clock;
    this.feed = quoteFeed<Event>({
      venue: mqttVenue<Event>({
        endpoint: 'mqtt://upstream.test',
        topics: { quote: 'px/{symbol}', market: 'market' },
        decode: {
          quote: (payload, _, symbol) => ({ ...book, symbol, bid: Number(text(payload)), ask: 1e9 }),
          market: (payload) => ({ symbol: '', market: text(payload) }) as unknown as Event,
        },
        market: ({ market }) => (market === undefined ? undefined : { market }),
        onSubscribe: 'nothing',
      }),
      transport: (endpoint) =>
        new Observable((out) => {
          if (this.isUpstreamUp) return this.fake.transport(endpoint).subscribe(out);
          out.error(new ConnectionFailure('network', 'refused', { subcause: 'refused' }));
          return undefined;
        }),
      clock,
    });
    this.feed.state$.subscribe(({ status }) => {
      this.isLive = status === 'live';
    });
    this.lists = new BehaviorSubject(symbols);
    this.feed.updates(symbols).subscribe((update) => {
      if (update.kind === 'gap') return;
      before(this, update.symbol);
      const price = 'bid' in update ? update.bid : NaN;
      this.prices.add(`${update.symbol} ${String(price)}`);
      this.shown.set(update.symbol, { price, isLive: update.state === 'live' });
    });
    const config = {
      feed: this.feed,
      symbols: this.lists,
      broker: 'mqtt://broker.test',
      shard,
      format,
      refresh,
      clock,
    };
    this.relay = new RunningRelay(checkRelayConfig(config as never), (will) => broker.relay(this.link, will));
    this.relay.state$.subscribe({
      error: () => {
        this.end();
      },
    });
    this.relay.start();
  }

  get isConnected(): boolean {
    return this.isAlive && this.link.isOpen && !this.link.isMuted;
  }

  /** The process ends without a word. */
  end(): void {
    if (!this.isAlive) return;
    this.isAlive = this.link.isAlive = false;
    void this.relay.close();
    void this.feed.close();
  }

  check(): void {
    checkConservation(this.feed.stats());
    const { received, published, conflated, waiting, skipped } = this.relay.stats();
    if (published + conflated + waiting + skipped !== received)
      throw new Error(`the relay is not conserved: ${JSON.stringify(this.relay.stats())}`);
  }
}
