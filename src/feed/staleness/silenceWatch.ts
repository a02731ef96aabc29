import { Subscription } from 'rxjs';
import { longestTimer } from '../../../operators/support/argument.js';
import type { Clock } from '../../model/clock.js';
import type { FeedState } from '../feedState.js';
import { JudgedTopics, type JudgedTopicsConfig, judgesSilence } from './judgedTopics.js';
import { MuteWatchdog } from './muteWatchdog.js';
import type { Silence } from '../topics/received.js';
import { createSilenceJudge } from './judge/createSilenceJudge.js';
import type { SilenceExplanation, SilenceJudge, Verdict } from './judge/silenceJudge.js';
import type { Topic } from '../topics/topicRegistry.js';

/** What a watch over silence works with. */
export interface SilenceWatchConfig<E extends { readonly symbol: string }> extends JudgedTopicsConfig<E> {
  readonly clock: Clock;
  readonly state: FeedState;
  /** Topics are silent. */
  readonly onSilence: (silence: Silence) => void;
  /** The connection is to be replaced. */
  readonly reconnect: () => void;
}

/** How often silence was told, by what it was of. */
export type Silences = Readonly<Record<Verdict['scope'], number>>;

/** A timer so late, in ms, had to wait for its thread … */
const blocked = 250;
/** … and what piled up meanwhile is read within so long. */
const catchUp = 250;

/** Drives the judge of silence with what the feed hears, and one timer armed for the nearest time something can be said. */
export class SilenceWatch<E extends { readonly symbol: string }> {
  readonly counts: Record<Verdict['scope'], number> = { topic: 0, quiet: 0, share: 0, market: 0, feed: 0 };
  private readonly config: SilenceWatchConfig<E>;
  private readonly topics: JudgedTopics<E>;
  private readonly watchdog: MuteWatchdog;
  private readonly judge: SilenceJudge;
  private timer = Subscription.EMPTY;
  private armedFor = Infinity;
  private catchingUp = false;
  private stopped = false;
  private mute = false;
  private latest = -Infinity;

  constructor(config: SilenceWatchConfig<E>) {
    this.config = config;
    this.judge = createSilenceJudge(config.settings);
    this.topics = new JudgedTopics(config);
    this.watchdog = new MuteWatchdog({
      ...config,
      perHour: () => config.settings().muteReconnects,
      isOpen: () => this.topics.isOpen(),
    });
    this.judge.linkLost(this.now());
  }

  /** A message of a topic came that is news, though it need not be its newest. */
  heard(entry: Topic<E>): void {
    if (!judgesSilence(entry.decoder.kind)) return;
    this.follow(entry);
    entry.span = this.topics.spanOf(entry);
    this.judge.seen(entry.topic, this.now(entry.image?.monotonicAt), entry.span);
    if (this.mute) {
      this.mute = false;
      this.watchdog.heard();
    }
    if (this.judge.deadline() < this.armedFor) this.arm();
  }

  /** The market of a topic may be another. */
  follow(entry: Topic<E>): void {
    const { topic, symbol, market, judgedIn, image, decoder } = entry;
    if (market === judgedIn || symbol === undefined || image === undefined || !judgesSilence(decoder.kind)) return;
    if (judgedIn === undefined) {
      const name = this.topics.marketOf(symbol);
      this.judge.watch(topic, { symbol, market: name }, this.now());
      this.consult(name, symbol);
    }
    entry.judgedIn = market;
    this.judge.market(topic, market, this.now());
    if (this.mute && market === 'open') this.watchdog.review();
    this.arm();
  }

  forget(topic: string): void {
    this.judge.forget(topic);
  }

  /** The calendar turned. */
  turn(): void {
    for (const [market, symbol] of this.topics.examples()) this.consult(market, symbol);
    this.watchdog.review();
    this.arm();
  }

  /** Settings are changed. */
  tuned(): void {
    this.judge.review(this.now());
    this.arm();
    this.watchdog.review();
  }

  lost(): void {
    this.mute = false;
    this.watchdog.stop();
    this.judge.linkLost(this.now());
    this.arm();
  }

  live(): void {
    this.watchdog.heard();
    this.judge.linkLive(this.now());
    this.arm();
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
    const deadline = this.judge.deadline();
    if (deadline !== this.armedFor && !this.catchingUp) this.wait(deadline);
  }

  private wait(due: number): void {
    const { clock } = this.config;
    this.timer.unsubscribe();
    this.armedFor = due;
    if (this.stopped || due === Infinity) return;
    const span = Math.max(0, due - clock.monotonic());
    this.timer = clock.background.schedule(
      () => {
        // A timer may be early by a rounding; one that was cut short by what timers can take is.
        this.look(due, span <= longestTimer ? due : 0);
      },
      Math.min(longestTimer, span),
    );
  }

  private look(due: number, least: number): void {
    this.armedFor = NaN;
    // Timers fire before sockets are read: what piled up while the thread was blocked is heard first.
    this.catchingUp = !this.catchingUp && this.now() - due > blocked;
    if (this.catchingUp) {
      this.wait(this.now() + catchUp);
      return;
    }
    for (const verdict of this.judge.advance(this.now(least))) if (!this.stopped) this.tell(verdict);
    this.arm();
  }

  private tell(verdict: Verdict): void {
    const silence = this.topics.silenceOf(verdict);
    const concerns = silence.topics.length > 0;
    if (concerns || verdict.scope === 'feed') this.counts[verdict.scope] += 1;
    if (verdict.scope === 'feed') {
      this.mute = true;
      this.watchdog.mute();
    }
    if (concerns) this.config.onSilence(silence);
  }

  private consult(market: string, symbol: string): void {
    const { clock, markets } = this.config;
    const plan = markets.planned(symbol);
    if (plan === undefined) return;
    const until = plan.until === undefined ? undefined : this.now() + plan.until - clock.now();
    this.judge.calendar(market, plan.market, this.now(), until);
  }

  /** Time never falls, though a message may be handed out long after it was read. */
  private now(at: number = this.config.clock.monotonic()): number {
    this.latest = Math.max(this.latest, at);
    return this.latest;
  }
}
