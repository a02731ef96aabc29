import { milliseconds, wrongType } from '../../../operators/support/argument.js';
import type { TopicKind, Venue } from '../../model/venue.js';
import type { Callbacks } from '../diagnostics/callbacks.js';
import type { ResolvedSettings } from '../feedConfig.js';
import type { MarketStates } from '../trust/marketStates.js';
import type { Silence } from '../trust/controlQueue.js';
import type { Verdict } from './judge/verdict.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import { nextState } from '../trust/transitions.js';

/** The parts that `JudgedTopics` works with. */
export interface JudgedTopicsConfig<E extends { readonly symbol: string }> {
  readonly venue: Pick<Venue<E>, 'marketOf'>;
  readonly callbacks: Callbacks;
  readonly markets: Pick<MarketStates, 'planned' | 'wasOpen'>;
  readonly registry: Pick<TopicRegistry<E>, 'get' | 'all' | 'forgotten$'>;
  readonly settings: Readonly<Pick<ResolvedSettings, 'staleAfter' | 'minStaleAfter' | 'maxStaleAfter'>>;
}

/**
 * Whether the silence of topics of a kind is judged. Quotes and price infos come while a market trades. A bar of a day
 * and the status of a market may be silent for hours, so only a loss of the link shows that they may be old.
 */
export function judgesSilence(kind: TopicKind): boolean {
  return kind === 'quote' || kind === 'info';
}

/** The topics whose silence is judged: their markets, their fixed spans, and the control event for a verdict. */
export class JudgedTopics<E extends { readonly symbol: string }> {
  private readonly config: JudgedTopicsConfig<E>;

  constructor(config: JudgedTopicsConfig<E>) {
    this.config = config;
  }

  /** One symbol of each market, for which the calendar is called. */
  examples(): ReadonlyMap<string, string> {
    return new Map([...this.all()].map(({ symbol = '' }) => [this.marketOf(symbol), symbol]));
  }

  marketOf(symbol: string): string {
    const { venue, callbacks } = this.config;
    let name: unknown;
    try {
      name = venue.marketOf?.(symbol) ?? '';
      if (typeof name === 'string') return name;
      throw wrongType('marketOf()', name, 'return the name of a market');
    } catch (error) {
      callbacks.failed('marketOf', error, name);
      return '';
    }
  }

  /** The user's `staleAfter` for a topic, in ms; `undefined` where it is learned. */
  spanOf({ name, symbol, decoder: { kind } }: Topic<E>): number | undefined {
    const { settings, callbacks } = this.config;
    const { staleAfter } = settings;
    if (staleAfter === 'learned') return undefined;
    if (typeof staleAfter === 'number') return staleAfter;
    let span: unknown;
    try {
      span = staleAfter(symbol ?? name, kind);
      return span === 'learned' ? undefined : milliseconds('quoteFeed.staleAfter()', span, 1, true);
    } catch (error) {
      // If the user's function fails for one symbol, the judge continues for all others.
      callbacks.failed('staleAfter', error, span);
      return undefined;
    }
  }

  /** The control event for a verdict, without the topics whose state it would not change. */
  silenceOf(verdict: Verdict): Silence<E> {
    switch (verdict.scope) {
      case 'quiet':
        return { type: 'quiet', topics: this.changed('quiet', this.named([verdict.topic])) };
      case 'topic':
        return this.silent(this.named([verdict.topic]), this.reasonOf(verdict.topic));
      case 'partial':
        return this.silent(this.named(verdict.topics), `together with others, ${verdict.topics.length} in all`);
      case 'market':
        return this.silent(this.learned(verdict.market), 'its whole market is silent');
      case 'feed':
        return this.silent(this.learned(), 'the whole feed is silent');
    }
  }

  private reasonOf(name: string): string {
    const span = this.config.registry.get(name)?.judged.span;
    return span === undefined ? 'longer than is normal for it' : `staleAfter, ${span} ms`;
  }

  private silent(topics: readonly Topic<E>[], why: string): Silence<E> {
    return { type: 'silent', topics: this.changed('silent', topics), why };
  }

  private changed(type: Silence<E>['type'], topics: readonly Topic<E>[]): Topic<E>[] {
    return topics.filter(({ state }) => nextState(state, type, true) !== state);
  }

  private named(names: readonly string[]): Topic<E>[] {
    return names.map((name) => this.config.registry.get(name)).filter((topic) => topic !== undefined);
  }

  /** The topics of one market, or of all markets, without those with a fixed span. */
  private learned(market?: string): Topic<E>[] {
    return [...this.all()]
      .filter(({ symbol = '' }) => market === undefined || this.marketOf(symbol) === market)
      .filter(({ judged }) => judged.span === undefined);
  }

  *all(): Iterable<Topic<E>> {
    for (const topic of this.config.registry.all()) if (topic.judged.market !== undefined) yield topic;
  }
}
