import { type FeedUpdate, isTradable, quoteFeed, type QuoteFeed } from '../../src/index.js';
import type { Book, TopOfBook } from '../../src/model/events.js';
import { relayVenue } from '../../src/relay/relayVenue.js';
import { checkConservation, fakeTransport, type FakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

type Fields = Readonly<Record<string, unknown>>;

/** A feed that reads a relay on a fake broker, in virtual time. The test writes the relay's messages, as JSON. */
export interface RelayScene {
  readonly scheduler: FastScheduler;
  readonly fake: FakeTransport;
  readonly feed: QuoteFeed<TopOfBook | Book>;
  /** The updates so far, each in a line. */
  readonly seen: string[];
  /** Returns the updates since the last call. */
  news(): readonly string[];
  /** Publishes a quote; the counter of its symbol goes on by itself. */
  quote(symbol: string, fields?: Fields): void;
  /** Publishes a status of the relay. */
  status(fields?: Fields): void;
  /** Publishes a status each second, for a number of seconds of virtual time. */
  beats(seconds: number, fields?: Fields): void;
  /** Moves virtual time on by `ms`. */
  wait(ms: number): void;
}

function line(update: FeedUpdate): string {
  if (update.kind === 'gap') return `gap ${update.cause} ${update.phase}: ${update.topics.join(' ')}`;
  if (update.kind === 'status') return `${update.symbol} ${update.state}`;
  const { symbol, bid, state, market, change, replayed, upstream } = update;
  const tradable = isTradable(update) ? 'tradable' : '';
  return [symbol, bid, state, market, change, replayed, `(${upstream?.state ?? ''})`, tradable]
    .filter(Boolean)
    .join(' ');
}

/** @param before - publishes what the broker retains before the feed connects */
export function relayScene(
  symbols: readonly string[] | undefined,
  before: (scene: RelayScene) => void = () => undefined,
): RelayScene {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const clock = virtualClock(scheduler);
  const feed = quoteFeed({
    venue: relayVenue({ url: 'ws://broker.example' }),
    transport: fake.transport,
    clock,
  });
  const seen: string[] = [];
  let read = 0;
  const counters = new Map<string, number>();
  let sequence = 0;
  const wait = (ms: number): void => {
    scheduler.advance(ms);
  };
  const status = (fields: Fields = {}): void => {
    sequence += 1;
    const { index = 1 } = fields;
    const whole = { run: 7, sequence, state: 'live', epoch: 1, startedAt: 0, heartbeat: 1_000, reason: '', since: 0 };
    const payload = JSON.stringify({ ...whole, index, count: 1, ...fields });
    fake.publish(`rx-quotes/relay/${String(index)}`, payload, { retain: true });
  };
  const scene: RelayScene = {
    scheduler,
    fake,
    feed,
    seen,
    news: () => {
      const news = seen.slice(read);
      read = seen.length;
      return news;
    },
    quote: (symbol, { bid = 61.75, ...fields } = {}) => {
      const counter = (counters.get(symbol) ?? 0) + 1;
      const head = { run: 7, epoch: 1, counter, state: 'live', market: 'open', change: 'image', receivedAt: 0, age: 5 };
      const quote = { depth: 1, bidFlag: 'normal', askFlag: 'normal', bid, ask: 70, bidVolume: 1, askVolume: 1 };
      const whole = { ...head, quote, ...fields };
      counters.set(symbol, whole.counter);
      fake.publish(`rx-quotes/quote/${symbol}`, JSON.stringify(whole), { retain: true });
    },
    status,
    beats: (seconds, fields) => {
      for (let second = 0; second < seconds; second++) {
        status(fields);
        wait(1_000);
      }
    },
    wait,
  };
  before(scene);
  feed.updates(symbols).subscribe((update) => {
    seen.push(line(update));
    checkConservation(feed.stats());
  });
  return scene;
}
