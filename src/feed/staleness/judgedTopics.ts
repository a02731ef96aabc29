import { milliseconds, wrongType } from '../../../operators/support/argument.js';
import type { Kind, Venue } from '../../model/venue.js';
import type { Callbacks } from '../diagnostics/callbacks.js';
import type { ResolvedSettings } from '../feedConfig.js';
import type { MarketStates } from '../trust/marketStates.js';
import type { Silence } from '../topics/received.js';
import type { Verdict } from './judge/silenceJudge.js';
import type { TopicRegistry, Topic } from '../topics/topicRegistry.js';
import { nextState } from '../trust/transitions.js';

/** What is asked about the topics whose silence is judged. */
export interface JudgedTopicsConfig<E extends { readonly symbol: string }> {
  readonly venue: Pick<Venue<E>, 'marketOf'>;
  readonly callbacks: Callbacks;
  readonly markets: Pick<MarketStates, 'at' | 'planned'>;
  readonly book: Pick<TopicRegistry<E>, 'get' | 'all'>;
  readonly settings: () => Pick<ResolvedSettings, 'staleAfter' | 'minAfter' | 'maxAfter' | 'muteReconnects'>;
}

/**
 * Whether silence of a topic is judged: quotes and price infos come as a market goes on. A bar of a day and the status of
 * a market may be silent for hours; whether they are up to date is known from the link alone.
 */
export function judgesSilence(kind: Kind): boolean {
  return kind === 'quote' || kind === 'info';
}

/** The topics whose silence is judged: of what market, by whose word, and what a verdict says of them. */
export class JudgedTopics<E extends { readonly symbol: string }> {
  private readonly config: JudgedTopicsConfig<E>;

  constructor(config: JudgedTopicsConfig<E>) {
    this.config = config;
  }

  /** A symbol of each market, to ask the calendar of. */
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

  /** Whether a market of theirs is open now, by all that is known and by the calendar, if there is one. */
  isOpen(): boolean {
    const { markets } = this.config;
    for (const entry of this.all()) {
      const planned = markets.planned(entry.symbol ?? '')?.market ?? 'open';
      if (planned === 'open' && markets.at(entry) === 'open') return true;
    }
    return false;
  }

  /** The silence, in ms, after which a topic is stale by the user's word; `undefined` where it is learned. */
  spanOf({ topic, symbol, decoder: { kind } }: Topic<E>): number | undefined {
    const { settings, callbacks } = this.config;
    const { staleAfter } = settings();
    if (staleAfter === 'learned') return undefined;
    if (typeof staleAfter === 'number') return staleAfter;
    let span: unknown;
    try {
      span = staleAfter(symbol ?? topic, kind);
      return span === 'learned' ? undefined : milliseconds('quoteFeed.staleAfter()', span, 1, true);
    } catch (error) {
      // A user's function that fails for one symbol must not end the watch over all.
      callbacks.failed('staleAfter', error, span);
      return undefined;
    }
  }

  /** What a verdict says, and of what topics; of none where all it would say is known, or doubted, already. */
  silenceOf(verdict: Verdict): Silence {
    switch (verdict.scope) {
      case 'quiet':
        return { type: 'lull', topics: this.changed('lull', [verdict.topic]) };
      case 'topic':
        return this.silent([verdict.topic], this.reasonOf(verdict.topic));
      case 'share':
        return this.silent(verdict.topics, `together with others, ${verdict.topics.length} in all`);
      case 'market':
        return this.silent(this.learned(verdict.market), 'its whole market is silent');
      case 'feed':
        return this.silent(this.learned(), 'the whole feed is silent');
    }
  }

  private reasonOf(topic: string): string {
    const span = this.config.book.get(topic)?.span;
    return span === undefined ? 'longer than is normal for it' : `staleAfter, ${span} ms`;
  }

  private silent(topics: readonly string[], why: string): Silence {
    return { type: 'silent', topics: this.changed('silent', topics), why };
  }

  private changed(type: Silence['type'], topics: readonly string[]): string[] {
    return topics.filter((topic) => {
      const entry = this.config.book.get(topic);
      return entry !== undefined && nextState(entry.state, type, true) !== entry.state;
    });
  }

  /** The topics of a market, or of all, but those with a span of the user's. */
  private learned(market?: string): string[] {
    return [...this.all()]
      .filter(({ symbol = '' }) => market === undefined || this.marketOf(symbol) === market)
      .filter(({ span }) => span === undefined)
      .map(({ topic }) => topic);
  }

  private *all(): Iterable<Topic<E>> {
    for (const entry of this.config.book.all()) if (entry.judgedIn !== undefined) yield entry;
  }
}
