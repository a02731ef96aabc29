import { wrongType } from '../../../operators/support/argument.js';
import type { MarketState } from '../../model/state.js';
import type { MarketChange, Venue } from '../../model/venue.js';
import type { Callbacks } from '../diagnostics/callbacks.js';
import { isMarketState, marketStates } from './marketTransitions.js';

/** The result for an event that the venue's `market` can't read: it is unknown which symbol the event is about. */
export type Unclear = 'unclear';

/**
 * Reads the market state in an event with the venue's `market`. This is a user's function: it may throw or return an
 * invalid value. Then the event's image is still emitted, but market states from earlier events no longer hold.
 */
export class MarketReader<E extends { readonly symbol: string }> {
  private readonly venue: Pick<Venue<E>, 'market'>;
  private readonly callbacks: Callbacks;

  constructor(venue: Pick<Venue<E>, 'market'>, callbacks: Callbacks) {
    this.venue = venue;
    this.callbacks = callbacks;
  }

  read(event: E): MarketChange | Unclear | undefined {
    const { venue, callbacks } = this;
    if (venue.market === undefined) return undefined;
    let answer: unknown;
    try {
      answer = venue.market(event);
      if (answer === undefined) return undefined;
      const change = subjectOf(answer);
      if (!isMarketState(change.market)) {
        callbacks.failed('market', wrongType('market().market', change.market, `return one of ${marketStates}`));
        return { ...change, market: 'unknown' };
      }
      return change as MarketChange;
    } catch (error) {
      callbacks.failed('market', error, answer);
      return 'unclear';
    }
  }

  /**
   * The state in an event of a market's own topic: from the venue's `market`, or else from the event's own field, if
   * any.
   */
  own(event: E, change: MarketChange | Unclear | undefined, topic: string): MarketState | undefined {
    if (change === 'unclear') return 'unknown';
    const own: unknown = change?.market ?? ('market' in event ? event.market : undefined);
    if (own === undefined || isMarketState(own)) return own;
    const error = wrongType(`the market in an event of ${topic}`, own, `give one of ${marketStates}`);
    this.callbacks.failed('decode', error);
    return 'unknown';
  }
}

/** The symbol and the state in a result of `market`, each read once. Throws for an invalid result. */
function subjectOf(answer: unknown): { readonly symbol?: string; readonly market: unknown } {
  if (typeof answer !== 'object' || answer === null || !('market' in answer)) {
    throw wrongType('market()', answer, 'return { symbol?, market }, or undefined for an event without a market state');
  }
  const { symbol, market } = answer as { readonly symbol?: unknown; readonly market?: unknown };
  if (symbol === undefined) return { market };
  if (typeof symbol === 'string') return { symbol, market };
  throw wrongType('market().symbol', symbol, 'return a symbol, or leave it out for the whole venue');
}
