import { type Observable, Subject, Subscription } from 'rxjs';
import { longestTimer } from '../../../operators/support/argument.js';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';
import { JudgedTopics, type JudgedTopicsConfig, judgesSilence } from './judgedTopics.js';
import { SilenceWatchdog } from './silenceWatchdog.js';
import { SilenceJudge } from './judge/silenceJudge.js';
import type { FeedLog } from '../diagnostics/feedLog.js';
import { namedTopics } from '../diagnostics/logLines.js';
import type { SilenceExplanation } from '../diagnostics/topicExplanation.js';
import type { Verdict } from './judge/verdict.js';
import type { Topic } from '../topics/topic.js';
import type { ControlQueue } from '../trust/controlQueue.js';
import type { SilenceReports } from '../trust/ports.js';

/** The parts that a watch over silence works with. */
export interface SilenceWatchConfig<E extends { readonly symbol: string }> extends JudgedTopicsConfig<E> {
  readonly clock: Clock;
  readonly state: FeedState;
  readonly log: FeedLog;
  /** Gets control events with silent topics. */
  readonly control: Pick<ControlQueue<E>, 'push'>;
}

/** If a timer is later than this, in ms, the thread was blocked. */
const blocked = 250;
/** The time in ms that the feed then has to read the buffered messages. */
const catchUp = 250;

/** Passes the feed's messages and markets to the judge of silence, with one timer armed for the judge's next deadline. */
export class SilenceWatch<E extends { readonly symbol: string }> implements SilenceReports<E> {
  /** Emits when the connection is to be replaced, because no message comes although a market is open. */
  readonly reconnects$: Observable<void>;
  readonly counts: Record<Verdict['scope'], number> = { topic: 0, quiet: 0, partial: 0, market: 0, feed: 0 };
  private readonly config: SilenceWatchConfig<E>;
  private readonly reconnects = new Subject<void>();
  private readonly topics: JudgedTopics<E>;
  private readonly watchdog: SilenceWatchdog;
  private readonly judge: SilenceJudge;
  private timer = Subscription.EMPTY;
  private armedFor = Infinity;
  /**
   * The time at which the late timer was due, while buffered messages are read after a block; otherwise `undefined`.
   */
  private catchingUpSince: number | undefined;
  private stopped = false;

  constructor(config: SilenceWatchConfig<E>) {
    this.config = config;
    this.reconnects$ = this.reconnects.asObservable();
    this.judge = new SilenceJudge(() => config.settings);
    this.topics = new JudgedTopics(config);
    this.watchdog = new SilenceWatchdog({
      ...config,
      isOpen: () => this.isOpen(),
      reconnect: () => {
        this.reconnects.next();
      },
    });
    config.registry.forgotten$.subscribe(({ topic }) => {
      this.judge.forget(topic.name);
      this.review();
    });
    this.judge.linkLost();
  }

  onMessage(topic: Topic<E>, at: number, isNew: boolean, isSnapshot: boolean): void {
    const { judged, image } = topic;
    if (topic.market !== judged.market) this.onMarket(topic);
    if (!isNew || judged.market === undefined || image === undefined) return;
    if (judged.notes === 0) judged.firstAt = at;
    judged.notes += 1;
    judged.lastAt = at;
    judged.span = this.topics.spanOf(topic);
    this.judge.noted(at, judged.span);
    // A broker answers a SUBSCRIBE with a snapshot also where its source is dead.
    if (this.config.state.isSilent && !isSnapshot) this.watchdog.onData();
    if (this.judge.deadline < this.armedFor) this.arm();
  }

  onMarket(topic: Topic<E>): void {
    const { name, symbol, market, judged, image, decoder } = topic;
    if (topic.isForgotten) return;
    if (market === judged.market || symbol === undefined || image === undefined || !judgesSilence(decoder.kind)) return;
    if (judged.market === undefined) {
      const group = this.topics.marketOf(symbol);
      this.judge.watch(name, group, judged, this.now());
      this.consult(group, symbol);
    }
    judged.market = market;
    this.judge.market(name, market, this.now(), this.config.markets.wasOpen(symbol));
    this.review();
    this.arm();
  }

  /** Called when the calendar's answer may have changed. */
  turn(): void {
    for (const [market, symbol] of this.topics.examples()) this.consult(market, symbol);
    this.review();
    this.arm();
  }

  /** Called when settings have changed. */
  tuned(): void {
    this.judge.review(this.now());
    this.arm();
  }

  onLost(): void {
    this.watchdog.stop();
    this.judge.linkLost();
    this.arm();
  }

  onPromoted(): void {
    this.watchdog.onConnected();
    this.judge.linkLive(this.now());
    this.arm();
  }

  onNoStatus(): void {
    if (!this.config.state.isSilent && this.isOpen()) this.watchdog.onSilence();
  }

  onStatus(): void {
    if (this.config.state.isSilent) this.watchdog.onData();
  }

  explain(topic: string): SilenceExplanation | undefined {
    return this.judge.explain(topic);
  }

  stop(): void {
    this.stopped = true;
    this.timer.unsubscribe();
    this.watchdog.stop();
  }

  private arm(): void {
    const { deadline } = this.judge;
    if (deadline !== this.armedFor && this.catchingUpSince === undefined) this.wait(deadline);
  }

  private wait(due: number): void {
    const { clock } = this.config;
    this.timer.unsubscribe();
    this.armedFor = due;
    if (this.stopped || due === Infinity) return;
    // A message that waited in the queue may have a deadline in the past.
    const now = this.now();
    const at = Math.min(Math.max(due, now), now + longestTimer);
    this.timer = clock.background.schedule(() => {
      this.look(at);
    }, at - now);
  }

  /** Called when the timer that was armed for `at` fires; it may be late, or early by a rounding. */
  private look(at: number): void {
    this.armedFor = NaN;
    const now = Math.max(at, this.now());
    const since = this.catchingUpSince ?? at;
    if (this.catchingUpSince === undefined && now - at > blocked) {
      // Timers fire before sockets are read. So after a block, first let the buffered messages be read.
      this.catchingUpSince = at;
      this.wait(now + catchUp);
      return;
    }
    // If the thread was blocked once more, judge the silence at the time when the messages had been read.
    const time = this.catchingUpSince === undefined ? now : at;
    this.catchingUpSince = undefined;
    for (const verdict of this.judge.advance(time, since)) if (!this.stopped) this.report(verdict);
    this.arm();
  }

  private report(verdict: Verdict): void {
    const { state } = this.config;
    const isNewSilence = verdict.scope === 'feed' && !state.isSilent;
    // The last status of the market may have become too old.
    if (isNewSilence && !this.isOpen()) return;
    const silence = this.topics.silenceOf(verdict);
    const concerns = silence.topics.length > 0;
    if (isNewSilence || (concerns && verdict.scope !== 'feed')) {
      this.counts[verdict.scope] += 1;
      this.write(verdict.scope, silence.topics);
    }
    if (isNewSilence) this.watchdog.onSilence();
    if (concerns) this.config.control.push(silence);
  }

  private write(scope: Verdict['scope'], topics: readonly Topic<E>[]): void {
    const { log } = this.config;
    // A single symbol that is quiet or stale is shown by its quotes; lines for each would fill the log.
    if (scope === 'quiet' || scope === 'topic') return;
    log.limited('silence', scope, { scope, ...namedTopics(topics.map(({ name }) => name)) });
  }

  /** Whether any market is open by the state that was last reported, and by the calendar, if there is one. */
  private isOpen(): boolean {
    const { markets } = this.config;
    const now = this.now();
    for (const [market, symbol] of this.topics.examples()) this.consult(market, symbol);
    for (const { name, symbol = '', judged } of this.topics.all()) {
      if (judged.market === 'unknown') this.judge.market(name, judged.market, now, markets.wasOpen(symbol));
    }
    return this.judge.isOpen;
  }

  /** The last market may have closed. */
  private review(): void {
    if (!this.judge.isOpen) this.watchdog.onClosed();
  }

  private consult(market: string, symbol: string): void {
    const { clock, markets } = this.config;
    const plan = markets.planned(symbol);
    if (plan === undefined) return;
    const until = plan.until === undefined ? undefined : this.now() + plan.until - clock.now();
    this.judge.calendar(market, plan.market, this.now(), until);
  }

  private now(): number {
    return this.config.clock.monotonic();
  }
}
