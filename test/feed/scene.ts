import { Observable, Subject, type Subscription } from 'rxjs';
import type { Clock } from '../../src/model/clock.js';
import type { ConnectionState, FeedUpdate, QuoteFeed, QuoteFeedConfig } from '../../src/index.js';
import { quoteFeed } from '../../src/index.js';
import type { MqttVenueConfig } from '../../src/mqttVenue.js';
import {
  checkConservation,
  fakeTransport,
  type FakeTransport,
  type FakeTransportOptions,
  virtualClock,
} from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import type { VenueNotices } from '../../src/model/venue.js';
import { type TextEvent, textVenue } from '../support/textVenue.js';

/** A feed of the text venue on a fake broker, in virtual time that the test moves on. */
export interface Scene {
  readonly scheduler: FastScheduler;
  readonly fake: FakeTransport;
  readonly feed: QuoteFeed<TextEvent>;
  readonly states: readonly ConnectionState[];
  /** Subscribes, and writes every update into the list in one line; each checks the counts. */
  listen(
    symbols?: Parameters<QuoteFeed['quotes']>[0],
    onUpdate?: (update: FeedUpdate<TextEvent>) => void,
    options?: { replay?: boolean },
  ): Listener;
  /**
   * The machine sleeps for `ms` milliseconds: wall time goes on, monotonic time and timers stand still. The clock does not
   * report it, so that the next step of the test is the first thing after waking.
   */
  sleep(ms: number): void;
  /** The clock compares its times once more, as `systemClock` does twice a second. */
  wake(): void;
  /** Subscriptions to the clock's jumps right now. */
  readonly jumpListeners: number;
  /** Publishes a price. */
  price(symbol: string, price: number | string, options?: { readonly retain?: boolean }): void;
}

/** A subscription and what it received. */
export interface Listener {
  readonly said: string[];
  readonly subscription: Subscription;
}

/** The options of a scene. */
export interface SceneConfig {
  readonly venue?: Partial<MqttVenueConfig<TextEvent>>;
  readonly notices?: VenueNotices;
  readonly marketOf?: (symbol: string) => string;
  readonly fake?: Omit<FakeTransportOptions, 'scheduler'>;
  readonly feed?: Omit<QuoteFeedConfig<TextEvent>, 'venue'>;
  /** Makes another clock of the scene's. */
  readonly clock?: (clock: Clock) => Clock;
  /** The clock's chance. @defaultValue always the middle */
  readonly random?: () => number;
}

/** An update in one line. */
export function line(update: FeedUpdate<TextEvent>): string {
  if (update.kind === 'gap') return `gap ${update.cause} ${update.phase} ${update.fromEpoch}→${update.toEpoch ?? ''}`;
  if (update.kind === 'status') return `${update.symbol} ${update.state}`;
  const { symbol, price, state, epoch, change, replayed = '', market } = update;
  return `${symbol} ${price} ${state} ${market} e${epoch} ${change} ${replayed}`.trim();
}

/** Sets the scene: nothing is subscribed to yet. */
export function scene({
  venue,
  notices,
  marketOf,
  fake: fakeOptions,
  feed: config,
  clock: changed = (clock) => clock,
  random,
}: SceneConfig = {}): Scene {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ ...fakeOptions, scheduler });
  const virtual = virtualClock(scheduler, random === undefined ? {} : { random });
  const jumps = new Subject<number>();
  let [slept, jumpListeners] = [0, 0];
  const clock = changed({
    ...virtual,
    now: () => virtual.now() + slept,
    jumps: () =>
      new Observable((out) => {
        jumpListeners += 1;
        out.add(() => {
          jumpListeners -= 1;
        });
        return jumps.subscribe(out);
      }),
  });
  const feed = quoteFeed<TextEvent>({
    venue: {
      ...textVenue(venue),
      ...(notices === undefined ? {} : { notices }),
      ...(marketOf === undefined ? {} : { marketOf }),
    },
    transport: fake.transport,
    clock,
    ...config,
  });
  const states: ConnectionState[] = [];
  feed.state$.subscribe((state) => {
    states.push(state);
  });
  return {
    scheduler,
    fake,
    feed,
    states,
    listen: (symbols, onUpdate, options = {}) => {
      const said: string[] = [];
      const subscription = feed.updates(symbols, options).subscribe({
        next: (update) => {
          said.push(line(update));
          checkConservation(feed.stats());
          onUpdate?.(update);
        },
        complete: () => {
          said.push('complete');
        },
        error: (error: unknown) => {
          said.push(String(error));
        },
      });
      return { said, subscription };
    },
    sleep: (ms) => {
      slept += ms;
    },
    wake: () => {
      jumps.next(0);
    },
    get jumpListeners() {
      return jumpListeners;
    },
    price: (symbol, price, options) => {
      fake.publish(`px/${symbol}`, String(price), options);
    },
  };
}
