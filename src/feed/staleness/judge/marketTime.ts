import type { MarketState } from '../../../model/state.js';
import { rules } from './rules.js';

/** The number of rounds whose market time is kept: enough to look back over the longest span. */
const remembered = 2 + rules.longestSpan / rules.every;

/** The time of one market, counted in its messages: it is fast in a busy hour, and stops while the market is closed. */
export class MarketTime {
  readonly name: string;
  /** The market time at `at`, which is in ms. */
  time: number = 0;
  at: number;
  /** Messages per ms from topics that are not stale: now, at the last message, and on average. */
  speed: number = 0;
  speedAtLast: number = 0;
  usual: number = 0;
  /** The number of topics of the market; of those whose silence is judged; of those whose market is open by the venue or the calendar. */
  topics: number = 0;
  judged: number = 0;
  open: number = 0;
  /** When its last message came, and when it opened, in ms. */
  lastAt: number;
  openedAt: number;
  /** Trading days since the feed began. */
  day: number = 0;
  /** Whether the market is open by the calendar, and until when; always open without a calendar. */
  isPlannedOpen: boolean = true;
  plannedUntil: number = Infinity;
  isReported: boolean = false;
  /** The start of counted silence, in market time and in ms: before it, the sockets could not be read. */
  anew: number = 0;
  anewAt: number = -Infinity;
  /** How many topics would send the messages of this market if all were as busy as its busiest ones. */
  evenTopics: number = 1;
  /** The part of its messages that comes from topics that are not stale; at least `leastAlive`. */
  alive: number = 1;
  /** The learned rates of its topics, in messages per unit of market time: their sum, sum of squares, and sum of those not stale. */
  private sums = { all: 0, squares: 0, alive: 0 };
  private received = 0;
  private counted = 0;
  private clock = 0;
  private today = 0;
  private mostOfDay = 0;
  private dayAt = NaN;
  private closedAt = -Infinity;
  private measuredAt = NaN;
  private usualAt = NaN;
  private moments = 0;
  private readonly times = new Float64Array(remembered);
  private readonly timesAt = new Float64Array(remembered);

  constructor(name: string, now: number) {
    this.name = name;
    this.at = this.lastAt = this.openedAt = now;
    this.wake(now);
  }

  /** Whether the market is open, and has sent messages since its open or should have. An open may come late. */
  get isAwake(): boolean {
    return this.judged > 0 && this.received >= rules.fewMessages && this.isPlannedOpen;
  }

  timeAt(at: number): number {
    return this.isAwake ? this.time + (at - this.at) * this.speed : this.time;
  }

  /** About how many messages the market sends on a day. */
  get messagesADay(): number {
    return Math.max(this.today, this.mostOfDay > 0 ? this.mostOfDay : this.usual * rules.tradingDay);
  }

  /** Counts messages of one topic, the last of which came at `lastAt`. */
  count(messages: number, lastAt: number): void {
    this.received += messages;
    this.counted += messages;
    this.lastAt = Math.max(this.lastAt, lastAt);
    // A reported silence of the market itself is no gap of its topics.
    if (this.isReported) {
      this.anew = this.timeAt(lastAt);
      this.usualAt = lastAt;
    }
    this.isReported = false;
  }

  /** Called when the first of its topics opens. */
  wake(now: number): void {
    if (now - this.closedAt > rules.tradingDay) this.beginDay(now);
    this.received = 0;
    this.counted = 0;
    this.at = this.lastAt = this.openedAt = this.closedAt = this.measuredAt = this.usualAt = now;
    this.alive = 1;
    this.isReported = false;
  }

  /** Called when the last of its topics closes. A topic that is added while the market is closed does not close it again. */
  close(now: number): void {
    if (this.received > 0) this.closedAt = now;
    this.received = 0;
  }

  /** Called when the calendar opens or closes the market. Its status from the venue may stay open all the time. */
  plan(state: MarketState | undefined, until: number, now: number): void {
    this.advance(now);
    const isOpen = (state ?? 'open') === 'open';
    if (this.isPlannedOpen && !isOpen) this.close(now);
    if (!this.isPlannedOpen && isOpen) {
      this.lastAt = this.openedAt = now;
      this.received = 0;
      this.isReported = false;
    }
    this.isPlannedOpen = isOpen;
    this.plannedUntil = isOpen ? until : Infinity;
  }

  /** Called when the sockets could not be read until now: silence starts again. */
  excuse(now: number): void {
    this.at = this.lastAt = this.anewAt = this.measuredAt = this.usualAt = now;
    this.counted = 0;
    this.anew = this.time;
    this.isReported = false;
  }

  /** When the market counts as awake even without a message; `Infinity` if its usual speed is unknown, or if it is awake. */
  get wakesAt(): number {
    return this.open > 0 && this.usual > 0 && this.received < rules.fewMessages
      ? this.openedAt + rules.unlearned
      : Infinity;
  }

  /** Advances the market time to `now`. */
  advance(now: number): void {
    if (now >= this.wakesAt) this.received = rules.fewMessages;
    // A market that never closes also gets a new day.
    if (this.open > 0 && now - this.dayAt >= 4 * rules.tradingDay) this.beginDay(now);
    if (this.isAwake) this.time += (now - this.at) * this.speed;
    this.at = now;
  }

  /** Adds a topic with this pace to the sums of the round. */
  add(pace: number, isAlive: boolean): void {
    const messages = 1 / pace;
    this.sums.all += messages;
    this.sums.squares += messages * messages;
    if (isAlive) this.sums.alive += messages;
  }

  /** Called when the round that began at `now` has included all topics. */
  endRound(now: number): void {
    const { all, squares, alive } = this.sums;
    if (all > 0) this.evenTopics = (all * all) / squares;
    if (all > 0 && this.isAwake) this.alive = Math.max(rules.leastAlive, alive / all);
    this.sums = { all: 0, squares: 0, alive: 0 };
    // Over a shorter span, a single message would change the speed too much.
    if (now - this.measuredAt < rules.every) return;
    if (this.isAwake) this.measure(now - this.measuredAt, now);
    this.measuredAt = now;
    this.counted = 0;
    this.moments += 1;
    this.times[this.moments % remembered] = this.time;
    this.timesAt[this.moments % remembered] = now;
  }

  /** The market time about `span` ms ago; `NaN` if that is not known. */
  timeAgo(span: number): number {
    for (let moment = this.moments; moment > Math.max(0, this.moments - remembered); moment -= 1) {
      const place = moment % remembered;
      if ((this.timesAt[place] ?? NaN) <= this.at - span) return this.times[place] ?? NaN;
    }
    return NaN;
  }

  /** The mean speed over the last `span` ms; `NaN` if that is not known. */
  speedOver(span: number): number {
    return (this.time - this.timeAgo(span)) / span;
  }

  private beginDay(now: number): void {
    this.day += 1;
    this.dayAt = now;
    this.mostOfDay = Math.max(this.today, this.mostOfDay / 2);
    this.today = 0;
  }

  private measure(span: number, now: number): void {
    const rate = this.counted / span / this.alive;
    this.today += this.counted / this.alive;
    // A silence that continues may be an outage: only a silence that ended counts for the usual speed.
    if (this.counted > 0) {
      const spanOfUsual = now - this.usualAt;
      this.clock = Math.min(this.clock + spanOfUsual, rules.firstDays * rules.tradingDay);
      this.usual += (this.counted / this.alive - this.usual * spanOfUsual) / this.clock;
      this.usualAt = now;
    }
    const over = rules.speedMessages / this.evenTopics / Math.max(this.usual, this.speed);
    const part = Math.max(span / (over + span), Math.min(1, span / (now - this.openedAt)));
    this.speed = Math.max(rules.slowest * this.usual, this.speed + (rate - this.speed) * part);
    if (this.counted > 0) this.speedAtLast = this.speed;
  }
}
