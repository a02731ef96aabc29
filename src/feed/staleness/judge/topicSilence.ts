import type { MarketState } from '../../../model/state.js';
import type { Judged } from '../../topics/topic.js';
import { binCount, binOf, gapOf, lawCount, weigh } from './gapLaws.js';
import type { MarketTime } from './marketTime.js';
import { rules } from './rules.js';

/** The silence of one topic in the time of its market: its pace, its gaps by length, and its thresholds. */
export class TopicSilence {
  readonly name: string;
  readonly market: MarketTime;
  /** The messages since the last round, as the delivery path noted them. */
  readonly judged: Judged;
  state: MarketState = 'unknown';
  /** Whether its market is open, or of unknown state and was open when that was last known. */
  isOpen: boolean = false;
  reported: 'nothing' | 'quiet' | 'stale' = 'nothing';
  /** The market time of its last message; while its market is not open, the silence until the close. */
  last: number = NaN;
  /** The market time at which today's silence begins. */
  from: number = -Infinity;
  /** The time in ms of its last message, or of the later open of its market. */
  since: number = NaN;
  /** The mean gap in market time. */
  pace: number = 0;
  gaps: number = 0;
  /** The weights of the laws; `undefined` until they are learned. */
  weights: Float64Array | undefined;
  /** The gaps that are exceeded once a day and once in a thousand days, in mean gaps; 0 until they are learned. */
  private daily = 0;
  private rare = 0;
  private readonly counts = new Float32Array(binCount);
  private weighAt = -Infinity;
  private longest = 0;
  /** The number of gaps in today's pace. */
  private paceRests = 0;
  private morningPace = 0;
  private day: number;
  private days = 0;

  constructor(name: string, market: MarketTime, judged: Judged) {
    this.name = name;
    this.market = market;
    this.judged = judged;
    this.day = market.day;
  }

  get isJudged(): boolean {
    return this.state === 'open' || this.state === 'unknown';
  }

  /** Learns from the messages that were noted since the last round. */
  settle(): void {
    const { judged, market } = this;
    const { notes, firstAt, lastAt, span } = judged;
    if (notes === 0) return;
    judged.notes = 0;
    this.since = lastAt;
    if (!this.isJudged) this.last = 0;
    else if (lastAt >= market.anewAt) {
      const first = market.timeAt(firstAt);
      const last = market.timeAt(lastAt);
      // Market time stands still until the speed is measured. A topic with a fixed span learns nothing.
      const isLearned = span === undefined && market.isAwake && market.speed > 0;
      market.count(span === undefined ? notes : 0, lastAt);
      if (isLearned) this.learnRound(first, last, notes);
      this.last = last;
    }
    this.reported = 'nothing';
  }

  /** Called when the market opens or closes. After a break, silence continues where it stopped; on another day it starts again. */
  become(state: MarketState, now: number): void {
    this.settle();
    const was = this.isJudged;
    const time = this.market.timeAt(now);
    this.state = state;
    if (was === this.isJudged) return;
    if (was) this.last -= time;
    else {
      this.last += time;
      if (!Number.isNaN(this.since)) this.since = now;
      if (this.day !== this.market.day) this.beginDay(time);
    }
  }

  /** The silence in market time after which the topic is quiet; `Infinity` until it is learned. */
  get quietAfter(): number {
    return this.weights === undefined ? Infinity : this.pace * this.daily;
  }

  /** The silence in market time after which the topic is stale; `Infinity` until it is learned. */
  get staleAfter(): number {
    return this.weights === undefined ? Infinity : rules.margin * Math.max(this.rarest(), this.longest);
  }

  /** Market time since the last message, the open, or the first read after a block, whichever is latest. */
  silence(): number {
    return this.market.time - Math.max(this.last, this.from, this.market.anew);
  }

  /** Weighs the laws and sets the thresholds, if that is due. `prior` has the weights for the whole feed, and learns from this topic. */
  weigh(prior: Float64Array, now: number): boolean {
    if (now < this.weighAt || this.gaps < rules.fewGaps || this.pace === 0) return false;
    this.weighAt = now + rules.weighEvery;
    const weights = (this.weights ??= new Float64Array(lawCount));
    weigh(this.counts, prior, weights);
    if (this.day !== this.market.day) this.grow();
    const { pace } = this;
    const gapsADay = 1 + this.market.messagesADay / pace;
    this.daily = gapOf(weights, Math.log(gapsADay));
    this.rare = gapOf(weights, Math.log(rules.daysToOneError * gapsADay));
    if (this.gaps < rules.paceGaps) return true;
    const any = 1 / rules.topicsOfPrior;
    for (const [law, weight] of weights.entries()) {
      const before = prior[law] ?? 0;
      prior[law] = before + any * ((weight + any / lawCount) / (1 + any) - before);
    }
    return true;
  }

  /** Learns the gaps of one round. Its messages are so close together that their mean gap counts for each gap between them. */
  private learnRound(first: number, last: number, notes: number): void {
    if (this.last >= this.market.anew) this.learn(Math.max(0, first - this.last), 1);
    if (notes > 1) this.learn((last - first) / (notes - 1), notes - 1);
  }

  /** Learns `count` gaps of this length. A gap that was reported as stale was an outage, or the threshold was too short. */
  private learn(gap: number, count: number): void {
    if (this.reported === 'stale') {
      this.longest = Math.max(this.longest, Math.min(gap, this.rarest()));
      return;
    }
    const rested = this.paceRests;
    this.gaps += count;
    this.paceRests += count;
    // Bounded, so that many messages in one moment never make the pace 0.
    this.pace += (gap - this.pace) * (count / (count + Math.min(rested, rules.paceGaps)));
    if (rested < rules.fewGaps && this.paceRests >= rules.fewGaps) this.morningPace = this.pace;
    // The first gaps can't be measured in mean gaps, since no pace is known yet.
    if (this.gaps <= rules.fewMessages || this.pace === 0) return;
    const bin = binOf(gap / this.pace);
    this.counts[bin] = (this.counts[bin] ?? 0) + count;
    this.longest = Math.max(this.longest, gap);
  }

  /** The gap in market time that is exceeded once in a thousand days; longer while few days or few gaps are known. */
  private rarest(): number {
    const doubt = Math.max(1, rules.firstDays - this.days) * (1 + rules.doubt / Math.sqrt(this.paceRests + 1));
    return doubt * this.pace * this.rare;
  }

  /** Called when another day begins: earlier days then count for less. */
  private grow(): void {
    this.day = this.market.day;
    this.days += 1;
    this.longest *= rules.fades;
    for (const [bin, count] of this.counts.entries()) this.counts[bin] = rules.fades * count;
  }

  private beginDay(time: number): void {
    this.grow();
    this.from = time;
    this.reported = 'nothing';
    this.paceRests = Math.min(this.paceRests, rules.paceGapsOfOtherDays);
    // A symbol that is busiest late in the day starts the next day slowly.
    this.pace = Math.max(this.pace, this.morningPace);
  }
}
