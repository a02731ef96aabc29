import { rarityOf } from './gapLaws.js';
import type { MarketTime } from './marketTime.js';
import { rules } from './rules.js';
import type { TopicSilence } from './topicSilence.js';
import type { Verdict } from './verdict.js';

/** The silence of one market, as a round adds it up. */
interface Silence {
  /** The market time from which the silence of its topics is added up, and its length until now; `NaN` if it is too short. */
  readonly since: number;
  readonly lasts: number;
  /** The market time at which a part of the market may have died; `NaN` if none is looked for. */
  readonly ago: number;
  rarity: number;
}

/** Judges the silence of many topics together: of the feed, of a market, or of a part of the feed. A round adds each topic once. */
export class Outages {
  private silences = new Map<MarketTime, Silence>();
  /** The markets that may be silent, and the time of the last message of any market. */
  private judged: readonly MarketTime[] = [];
  private last = -Infinity;
  /** How long ago a part of the feed died, in ms, as this round assumes. The next round assumes less, down to `soonest`. */
  private span: number = rules.soonest;
  private lookedAt = -Infinity;
  /** The number of topics of open markets that may still be alive. */
  private living = 0;
  private likelier = 0;
  private silent: TopicSilence[] = [];

  begin(markets: Iterable<MarketTime>, now: number): void {
    this.judged = [...markets].filter(isOpen);
    this.last = Math.max(...this.judged.map(({ lastAt }) => lastAt));
    const isFeedSilent = now - this.last >= rules.soonest;
    const looksForPart = !isFeedSilent && now - this.lookedAt >= rules.late;
    if (looksForPart) {
      this.lookedAt = now;
      this.span = this.span > rules.soonest ? this.span / 1.5 : rules.longestSpan;
    }
    this.living = 0;
    this.likelier = 0;
    this.silent = [];
    this.silences = new Map();
    for (const market of this.judged) {
      const { lastAt, time, at, speed, speedAtLast } = market;
      const from = isFeedSilent ? this.last : lastAt;
      const isLong = now - lastAt >= rules.soonest && (now - lastAt) * speedAtLast >= rules.fewMessages;
      const isSilent = isFeedSilent || isLong;
      const ago = looksForPart && isEven(market, now) ? market.timeAgo(this.span) : NaN;
      if (!isSilent && Number.isNaN(ago)) continue;
      // The speed of a market with few equally busy topics is measured over a long time, so it may be outdated.
      const part = isFeedSilent ? rules.slowdown : Math.min(rules.slowdownBeside, market.evenTopics / 10);
      const lasts = (now - from) * speedAtLast * part;
      this.silences.set(market, { since: isSilent ? time - (at - from) * speed : NaN, lasts, ago, rarity: 0 });
    }
  }

  /** Adds the silence of a topic that is not stale. */
  add(topic: TopicSilence): void {
    const { market, weights, pace, last, from, judged, reported } = topic;
    const isLearned = weights !== undefined && judged.span === undefined;
    if (market.open > 0 && (isLearned || reported === 'nothing')) this.living += 1;
    const silence = this.silences.get(market);
    if (silence === undefined || !isLearned || Number.isNaN(last)) return;
    if (silence.since >= 0) {
      const age = Math.max(0, silence.since - last) / pace;
      silence.rarity += rarityOf(weights, age + silence.lasts / pace) - rarityOf(weights, age);
    }
    if (silence.ago >= market.anew && last >= market.anew && last >= from) this.addToPart(topic, weights, silence.ago);
  }

  /** Ends a round, and reports its findings. */
  end(now: number, report: (verdict: Verdict) => void): void {
    // Markets may have closed between two turns.
    const judged = (this.judged = this.judged.filter(isOpen));
    const { last } = this;
    if (judged.every(({ isReported }) => isReported)) return;
    if (now - last >= rules.soonest && judged.every(({ lastAt }) => lastAt <= last) && this.isFeedSilent(now)) {
      for (const market of judged) market.isReported = true;
      report({ scope: 'feed' });
      return;
    }
    for (const market of judged) {
      const { rarity } = this.silences.get(market) ?? { rarity: 0 };
      if (rarity < rules.rare || market.isReported || now - market.lastAt < rules.soonest) continue;
      // A market in which most messages came from topics that are now stale says too little.
      if (market.alive <= rules.leastAlive) continue;
      market.isReported = true;
      report({ scope: 'market', market: market.name });
    }
    const silent = this.silent.filter((topic) => topic.isJudged && topic.judged.notes === 0);
    if (this.likelier < rules.rarePart || silent.length === 0) return;
    for (const topic of silent) topic.reported = 'stale';
    report({ scope: 'partial', topics: silent.map(({ name }) => name) });
  }

  /** The time at which the silence of a market may lead to a finding, if no message comes. */
  next(now: number): number {
    const wait = ({ lastAt }: MarketTime): number => Math.max(lastAt + rules.soonest, now + rules.every);
    return Math.min(...this.judged.map((market) => (market.isReported ? Infinity : wait(market))));
  }

  /** Whether the silence of all markets together is too rare for chance, and also the silence of each market alone. */
  private isFeedSilent(now: number): boolean {
    if (this.living === 0) return true;
    let [missed, rarity] = [0, 0];
    for (const market of this.judged) {
      // A market that has been silent for long is no evidence about the others.
      const missedHere = (now - this.last) * market.speedAtLast;
      const rarityHere = this.silences.get(market)?.rarity ?? 0;
      // The rarity is 0 if nothing is learned, or if all topics are stale.
      if (missedHere < rules.missing && rarityHere > 0 && rarityHere < 1) return false;
      missed += missedHere;
      rarity += rarityHere;
    }
    return missed >= rules.missing || rarity >= rules.rare;
  }

  /** Adds a topic to the likelihood that a part of all topics died at `ago`, compared with none. */
  private addToPart(topic: TopicSilence, weights: Float64Array, ago: number): void {
    const { last, market, pace } = topic;
    if (last >= ago) {
      this.likelier += Math.log(1 - rules.part);
      return;
    }
    const rarity = rarityOf(weights, (market.time - last) / pace) - rarityOf(weights, (ago - last) / pace);
    this.likelier += Math.log(1 - rules.part + rules.part * Math.exp(Math.min(rules.rarePart, rarity)));
    if (rarity >= rules.suspicious) this.silent.push(topic);
  }
}

function isOpen(market: MarketTime): boolean {
  return market.isAwake && market.open > 0;
}

/** Whether a market is as fast as in the last minutes. On its first day its usual speed is unknown, and after an open it varies. */
function isEven(market: MarketTime, now: number): boolean {
  if (market.day === 1 || now - market.openedAt < 2 * rules.longestSpan) return false;
  return (
    now - market.lastAt < rules.late &&
    market.speedOver(rules.soonest) > rules.slows * market.speedOver(rules.longestSpan)
  );
}
