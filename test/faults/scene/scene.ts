import { defer, type Observable } from 'rxjs';
import {
  type ConnectionState,
  type Gap,
  mqttVenue,
  type QuoteFeed,
  quoteFeed,
  type Tagged,
} from '../../../src/index.js';
import { defaultTransport } from '../../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../../src/settrade/index.js';
import type { Endpoint, Transport } from '../../../src/model/transport.js';
import type { EndpointRequest, Venue } from '../../../src/model/venue.js';
import { type SkippingClock, skippingClock } from '../../live/skippingClock.js';
import { type FaultProxy, type FaultProxyConfig, startFaultProxy } from '../../support/faultProxy/faultProxy.js';
import type { Broker } from '../broker.js';
import type { Sent } from '../judge/record.js';
import type { Evidence } from '../judge/verdict.js';
import type { Far, Publisher } from './far.js';
import { type FeedTime, feedTime } from './feedTime.js';
import { type Numbered, numberedVenue } from './numberedVenue.js';
import { startPublisher } from './publisher.js';
import { recorder, type Recorder } from './recorder.js';

/** Options of a feed that a row may set. */
export interface SceneFeed {
  /** Asked at every attempt. */
  readonly endpoint?: (request: EndpointRequest) => Endpoint | Promise<Endpoint>;
  /** The venue instead of one over that endpoint. */
  readonly venue?: Venue<{ readonly symbol: string }>;
  readonly onSubscribe?: 'snapshot' | 'nothing' | 'unknown';
  readonly symbols?: readonly string[];
  /** Transforms the quotes before they are written down. */
  readonly through?: (quotes$: Observable<Tagged<Numbered>>) => Observable<Tagged<Numbered>>;
  /** Writes down gaps too. */
  readonly gaps?: boolean;
  /** Begins to publish only by `publish()`. */
  readonly paused?: boolean;
  /** Another way to connect. */
  readonly transport?: Transport;
}

/** Real time that a wait may take before it is in vain, in ms. */
const PATIENCE = 30_000;
/**
 * Feed time that a wait is skipped by at a time, in ms: less while sockets are opened, whose answers need real time. With as
 * much as a stall the feed would take it for one.
 */
const STEP = 60;
const CONNECTING_STEP = 20;
const MINUTE = 60_000;
/**
 * How often a symbol has its turn in a second, and the most messages that are sent: the feed's own thread publishes.
 */
const ROUNDS = 10;
const MOST = 1_000;

const hasFailed = (
  state: ConnectionState | undefined,
): state is Extract<ConnectionState, { status: 'waiting' | 'rejected' }> =>
  state?.status === 'waiting' || state?.status === 'rejected';

/** A feed and its far side, the faults that happen to them, and the record of the run. */
export class Scene {
  readonly broker: Broker;
  readonly far: Far;
  readonly clock: SkippingClock = skippingClock();
  readonly states: ConnectionState[] = [];
  private readonly time: FeedTime = feedTime(this.clock);
  /** When each state and each gap was emitted. */
  private readonly reportedAt = new WeakMap<object, number>();
  readonly requests: EndpointRequest[] = [];
  /** Times of requests for new credentials. */
  readonly tokenFetches: number[] = [];
  readonly record: Recorder;
  /** Gaps emitted so far, where a row wants to know. */
  readonly gaps: Gap[] = [];
  /** By how much the wall clock has stepped, in ms. */
  wallStep = 0;
  private readonly rate: number | undefined;
  private readonly asked: number[] = [];
  private readonly received: number[] = [];
  private readonly got: string[] = [];
  private readonly ends: (() => Promise<void> | void)[] = [];
  private proxy: FaultProxy | undefined;
  private publisher: Publisher | undefined;
  private allSent: readonly Sent[] = [];
  private made: QuoteFeed<Numbered> | undefined;
  private wanted: readonly string[];
  private faultAt: number;
  private detectedAt: number | undefined;
  private curedAt: number | undefined;
  private recoveredAt: number | undefined;
  private liveAt: number | undefined;
  private completedAt: number | undefined;

  /** @param rate - images a second over all symbols; left out, ten of each, a thousand in all at most */
  constructor(broker: Broker, far: Far, rate?: number) {
    this.broker = broker;
    this.rate = rate;
    this.far = far;
    this.wanted = far.symbols;
    this.record = recorder(this.now);
    this.faultAt = this.now();
  }

  readonly now = (): number => this.clock.monotonic();

  get feed(): QuoteFeed<Numbered> {
    if (this.made === undefined) throw new Error('the row has no feed yet');
    return this.made;
  }

  /** Done after the row, whatever became of it. */
  finally(work: () => Promise<void> | void): void {
    this.ends.push(work);
  }

  /** Puts the proxy between the feed and its far side; connections are counted there from now on. */
  async proxied(config: FaultProxyConfig = {}): Promise<FaultProxy> {
    const proxy = await startFaultProxy(this.far.url, config);
    this.proxy = proxy;
    this.finally(() => {
      proxy.stop();
    });
    return proxy;
  }

  /** Where the feed connects unless its row says so: the proxy, where there is one. */
  endpoint(): Endpoint {
    return { url: this.proxy?.url ?? this.far.url, ...this.far.login };
  }

  /** Makes the feed, subscribes to every symbol, and begins to publish. */
  subscribe(config: SceneFeed = {}): void {
    const { clock, far, record } = this;
    const { through, symbols = far.symbols, onSubscribe = 'nothing' } = config;
    const { endpoint = () => this.endpoint() } = config;
    const venue =
      config.venue ??
      mqttVenue({
        endpoint: (request) => Promise.resolve(endpoint(request)),
        topics: settradeTopics,
        decode: decodeBidOfferV3,
        onSubscribe,
      });
    const connect = config.transport ?? defaultTransport({ clock });
    const feed = quoteFeed<Numbered>({
      clock: { ...clock, now: () => clock.now() + this.wallStep },
      venue: numberedVenue(
        {
          ...venue,
          endpoints: (request) => {
            this.requests.push(request);
            if (request.renew && config.venue === undefined) this.tokenFetches.push(this.now());
            return venue.endpoints(request);
          },
        },
        record.onRead,
      ),
      transport: (target) =>
        defer(() => {
          this.asked.push(this.now());
          return connect(target);
        }),
    });
    this.made = feed;
    this.wanted = symbols;
    feed.state$.subscribe((state) => {
      this.states.push(state);
      this.reportedAt.set(state, this.now());
      if (state.status === 'live') this.liveAt ??= this.now();
      record.look(feed.stats());
    });
    const quotes$ = feed.quotes(symbols);
    (through === undefined ? quotes$ : through(quotes$)).subscribe({
      next: (quote) => {
        record.onQuote(quote);
        record.look(feed.stats());
      },
      complete: () => {
        this.completedAt = this.now();
      },
    });
    if (config.gaps === true)
      feed.updates(symbols).subscribe((update) => {
        if (update.kind !== 'gap') return;
        this.gaps.push(update);
        this.reportedAt.set(update, this.now());
      });
    if (config.paused !== true) this.publish();
  }

  /** Begins to publish. */
  publish(): void {
    const { far, now } = this;
    const rate = this.rate ?? Math.min(ROUNDS * far.symbols.length, MOST);
    this.publisher ??= far.start?.(rate, this.time.toFeed) ?? startPublisher(far, rate, now);
  }

  /** Makes the feed and waits until every symbol is live. */
  async live(config: SceneFeed = {}): Promise<void> {
    this.subscribe(config);
    await this.until(() => this.isWhole(), 'every symbol is live');
  }

  /** Whether every symbol wanted is live, in the epoch in force. */
  isWhole(symbols: readonly string[] = this.wanted): boolean {
    const { epoch, connected } = this.feed.stats();
    return (
      connected &&
      symbols.every((symbol) => {
        const last = this.record.last.get(symbol);
        return last?.state === 'live' && last.epoch === epoch;
      })
    );
  }

  /** The fault begins. */
  fault(begin: () => void = () => undefined): void {
    this.states.splice(0, this.states.length - 1);
    this.faultAt = this.now();
    begin();
  }

  /** Mends the cause of the fault: from here the recovery is timed. */
  async cure(mend: () => Promise<void> | void): Promise<void> {
    await mend();
    this.curedAt = this.now();
  }

  /** Notes the report of the fault by a name; `witness` is the state or gap that reports it, if any. */
  note(name: string, witness?: object): void {
    this.detectedAt ??= Math.max(this.faultAt, (witness && this.reportedAt.get(witness)) ?? this.now());
    this.got.push(name);
  }

  /** Waits until a failure is reported; returns the state that reports it. */
  async untilReported(patience: 'real' | 'skipping' = 'real'): Promise<ConnectionState> {
    const isReported = (): boolean => this.states.some((state) => hasFailed(state) && state.reason !== undefined);
    await this.until(isReported, 'the failure is reported', patience === 'skipping');
    const state = this.states.find((one) => hasFailed(one) && one.reason !== undefined);
    const reason = hasFailed(state) ? state.reason : undefined;
    if (state === undefined || reason === undefined) throw new Error('no failure');
    this.note(`${reason.kind} ${reason.code}`, state);
    return state;
  }

  /** Lets a minute of failures pass, notes when the feed retries slowly, and repairs the fault. */
  async minuteThenCure(mend: () => Promise<void> | void, hurry = true): Promise<void> {
    await this.minute(hurry);
    if (this.states.some(({ status }) => status === 'rejected')) this.note('rejected');
    await this.cure(mend);
    await this.recovered();
  }

  /** Waits until connections that come and go are reported, which has to be with the third loss. */
  async reportedFlap(): Promise<void> {
    const losses = (): ConnectionState[] => this.states.filter((one) => hasFailed(one) && one.reason !== undefined);
    const isFlap = (one: ConnectionState): boolean => hasFailed(one) && one.reason?.kind === 'flap';
    await this.until(() => losses().some(isFlap), 'flapping is reported');
    this.note(losses().slice(0, 3).some(isFlap) ? 'flap RXQ_FLAP' : 'flap reported late');
  }

  /** Waits until another report of the fault comes. */
  async reportedBy(name: string, condition: () => boolean, patience: 'real' | 'skipping' = 'real'): Promise<void> {
    await this.until(condition, name, patience === 'skipping');
    this.note(name);
  }

  /** Waits until a gap of this cause is emitted, beyond the first `known` gaps. */
  async reportedGap(cause: Gap['cause'], known: number): Promise<void> {
    const newGap = (): Gap | undefined => this.gaps.slice(known).find((gap) => gap.cause === cause);
    await this.until(() => newGap() !== undefined, `a gap of cause ${cause} is reported`);
    this.note(`gap ${cause}`, newGap());
  }

  /** Waits until every symbol, or these, are live again; with `hurry` the feed's time is skipped meanwhile. */
  async recovered(symbols: readonly string[] = this.wanted, hurry = false): Promise<void> {
    await this.until(() => this.isWhole(symbols), 'every symbol is live again', hurry);
    this.recoveredAt = this.now();
  }

  /** Lets a minute of the feed's time pass since the fault began; unless `hurry`, only its waits are skipped. */
  async minute(hurry = true): Promise<void> {
    await this.until(() => this.now() - this.faultAt >= MINUTE, 'a minute has passed', hurry);
  }

  /** Lets `ms` ms pass in real time. */
  async pass(ms: number): Promise<void> {
    const end = performance.now() + ms;
    await this.until(() => performance.now() >= end, `${ms} ms have passed`);
  }

  /** Skips the feed's own waits until the condition holds; with `hurry` also its waits for the peer. */
  async until(condition: () => boolean, what: string, hurry = false): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.count();
      const state = this.states.at(-1);
      if (hasFailed(state)) this.time.skip(STEP);
      else if (hurry) this.time.skip(state?.status === 'live' ? STEP : CONNECTING_STEP);
    }
  }

  /** Ends the row: pending messages arrive, the feed closes, and the record is returned. */
  async end(): Promise<Evidence> {
    this.allSent = (await this.publisher?.stop()) ?? [];
    await this.settle();
    this.count();
    const { record, faultAt, got, detectedAt, curedAt, recoveredAt } = this;
    const end = this.completedAt === undefined ? { end: this.now() } : {};
    if (this.made !== undefined) record.look(this.made.stats());
    await this.made?.close();
    for (const work of this.ends.splice(0)) await work();
    await this.far.stop();
    return {
      records: { sent: this.sent(), said: record.said, read: record.read, ...end },
      ...{ faultAt, got, mendedAt: curedAt ?? faultAt },
      ...(detectedAt === undefined ? {} : { detectedAt }),
      ...(recoveredAt === undefined ? {} : { recoveredAt }),
      connects: this.received.length > this.asked.length ? this.received : this.asked,
      tokenFetches: this.tokenFetches,
      conserved: record.conserved,
    };
  }

  /** Waits until the last image of each symbol is there, for so long that a loss of it would be hidden. */
  private async settle(): Promise<void> {
    const last = new Map(this.sent().map(({ topic, number }) => [topic, number]));
    const isThere = (): boolean => [...last].every(([topic, number]) => this.record.last.get(topic)?.number === number);
    const end = performance.now() + 2_000;
    while (!isThere() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Images sent of the wanted symbols from the feed's first live state to its end: nothing is promised before and after. */
  private sent(): readonly Sent[] {
    const wanted = new Set(this.wanted);
    const [from, to] = [this.liveAt ?? Infinity, this.completedAt ?? Infinity];
    return this.allSent.filter(({ topic, at }) => at >= from && at < to && wanted.has(topic));
  }

  /** Connections the proxy has taken since it was last looked at. */
  private count(): void {
    const { connections } = this.proxy ?? { connections: [] };
    while (this.received.length < connections.length) this.received.push(this.now());
  }
}
