import { BehaviorSubject, Observable, type Subscriber, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { ConnectionState } from '../../src/index.js';
import type { FeedUpdate } from '../../src/model/quote.js';
import { ConnectionFailure } from '../../src/model/errors.js';
import type { ConnectionEvent, Transport } from '../../src/model/transport.js';
import type { Will } from '../../src/mqtt/transport/transportConfig.js';
import { checkRelayConfig } from '../../src/relay/relayConfig.js';
import type { Relay, RelayConfig } from '../../src/relay/relayTypes.js';
import { RunningRelay } from '../../src/relay/runningRelay.js';
import { fakeFeed, virtualClock, type VirtualClock } from '../../src/testing/index.js';

/** A message that a relay published, read from JSON. */
export interface Published {
  /** Virtual ms. */
  readonly at: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly fields: Readonly<Record<string, unknown>>;
}

const utf8 = new TextDecoder();

/** The broker of a relay in virtual time, in the hands of the test. */
export class FakeBroker {
  /** Everything that was published, oldest first, and the newest of each topic. */
  readonly published: Published[] = [];
  readonly retained: Map<string, Published> = new Map();
  readonly subscribed: string[] = [];
  /** The connections that were made. */
  connects = 0;
  /** DISCONNECTs. */
  closes = 0;
  /** The result of `unsent`. */
  unsent = 0;
  /** Whether connections are accepted, and the failure of those that are not. */
  isUp = true;
  /** Whether the account has rights: a broker answers nothing to a PUBLISH that it forbids. */
  isAllowed = true;
  failure: ConnectionFailure = new ConnectionFailure('network', 'refused', { subcause: 'refused' });
  /** The answer to a SUBSCRIBE. */
  suback = 0;
  will: Will | undefined;
  private readonly now: () => number;
  private out: Subscriber<ConnectionEvent> | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  readonly open = (will: Will): Transport => {
    this.will = will;
    return () =>
      new Observable((out) => {
        this.connects += 1;
        if (!this.isUp) {
          out.error(this.failure);
          return;
        }
        this.out = out;
        out.next({ type: 'handshake' });
        out.next({
          type: 'open',
          connection: {
            subscribe: (topics) =>
              new Observable((answer) => {
                this.subscribed.push(...topics);
                answer.next([this.suback]);
                answer.complete();
              }),
            unsubscribe: () => undefined,
            publish: (topic, payload, retain) => {
              if (!out.closed && this.isAllowed) this.take(topic, payload, retain);
            },
            unsent: () => this.unsent,
            close: () =>
              new Observable((done) => {
                this.closes += 1;
                out.complete();
                done.complete();
              }),
          },
        });
      });
  };

  /** Cuts the connection; with `isUp` set to false the next ones are refused. */
  drop(): void {
    this.out?.error(new ConnectionFailure('network', 'cut'));
  }

  /** Reports that the broker does not answer a ping in time (`false`), or answers again. */
  responsive(responsive: boolean): void {
    this.out?.next({ type: 'responsive', responsive });
  }

  /** Sends a message to the relay. */
  send(topic: string, payload: Uint8Array, retain = false): void {
    this.out?.next({ type: 'frame', topic, payload, retain });
  }

  /** The quotes of a symbol, or of all, that were published. */
  quotes(symbol = ''): readonly Published[] {
    return this.published.filter(({ topic }) => topic.includes(`/quote/${symbol}`));
  }

  statuses(): readonly Published[] {
    return this.published.filter(({ topic }) => topic.includes('/relay/'));
  }

  private take(topic: string, payload: Uint8Array, retain: boolean): void {
    if (!retain) throw new Error(`${topic} was published without the retain flag`);
    const isJson = payload[0] === 0x7b;
    const fields = isJson ? (JSON.parse(utf8.decode(payload)) as Published['fields']) : {};
    const message = { at: this.now(), topic, payload, fields };
    this.published.push(message);
    this.retained.set(topic, message);
    if (this.subscribed.includes(topic) && this.suback === 0) this.send(topic, payload);
  }
}

/** A relay of a fake feed in virtual time. */
export interface RelayScene {
  readonly scheduler: TestScheduler;
  readonly clock: VirtualClock;
  readonly broker: FakeBroker;
  /** The updates of the feed, and the states of its connection. */
  readonly source: Subject<FeedUpdate>;
  readonly states: BehaviorSubject<ConnectionState>;
  readonly relay: Relay;
  at(time: number, work: () => void): void;
}

/** The options of a scene besides those of its relay. */
export interface SceneConfig {
  readonly random?: () => number;
  /** Wall time at 0 ms. */
  readonly start?: number;
  /** The topics of a symbol. */
  readonly explain?: (symbol: string) => readonly { readonly topic: string }[];
}

const live: ConnectionState = {
  ...{ status: 'live', epoch: 1, since: 0 },
  ledger: { wanted: 0, granted: 0, refused: [], noData: [] },
};

/** Runs a script on a relay that publishes JSON, and ends the virtual time at `end` ms. */
export function runRelay(
  end: number,
  script: (scene: RelayScene) => void,
  config: Partial<RelayConfig<never>> & SceneConfig = {},
): void {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const { random = () => 0.5, start = 0, explain = () => [], ...options } = config;
    const clock = virtualClock(scheduler, { random, start });
    const source = new Subject<FeedUpdate>();
    const states = new BehaviorSubject<ConnectionState>(live);
    const feed = { ...fakeFeed({ quotes: source, state$: states }), explain };
    const broker = new FakeBroker(() => scheduler.now());
    const checked = checkRelayConfig({ feed, broker: 'mqtt://127.0.0.1', format: 'json', clock, ...options } as never);
    const relay = new RunningRelay(checked, broker.open);
    relay.start();
    const at = (time: number, work: () => void): void => {
      scheduler.schedule(work, time);
    };
    script({ scheduler, clock, broker, source, states, relay, at });
    at(end, () => {
      scheduler.actions.length = 0;
    });
    scheduler.flush();
  });
}
