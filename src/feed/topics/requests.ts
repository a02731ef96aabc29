import { isObservable, type Observable } from 'rxjs';
import { type ArgumentError, knownOptions, outOfRange, wrongType } from '../../../operators/support/argument.js';
import type { Kind, Venue } from '../../model/venue.js';
import { checkSymbol, checkSymbols } from './checkSymbol.js';
import type { CandleOptions, QuoteOptions, ReplayOptions, SymbolList } from '../feedTypes.js';
import type { ListedSymbol } from './listChanges.js';
import type { Interest } from './topicRegistry.js';

/** What a subscription asks for, checked: topics of one kind, and those needed to know the market. */
export interface Request {
  readonly kind: Kind;
  readonly depth: 1 | 10;
  readonly replay: boolean;
  /** What the subscription is called in measurements. */
  readonly name: string;
  readonly interests: readonly Interest[];
  /** Topics that are wanted for what they say of the market. */
  readonly context: readonly string[];
}

/** The same for a list of symbols that changes. */
export interface ChangingRequest extends Omit<Request, 'interests' | 'context'> {
  /** What errors call the list. */
  readonly option: string;
  /** The lists as they are given: nothing is checked yet. */
  readonly lists$: Observable<unknown>;
  /** Checks a symbol at its place in a list; what is wrong throws. */
  readonly listed: (given: unknown, index: number) => ListedSymbol;
}

type AnyVenue = Pick<Venue<{ readonly symbol: string }>, 'topic' | 'context' | 'symbol'> & {
  decoder(topic: string): { readonly kind: Kind } | undefined;
};

const carried: Readonly<Record<Kind, string>> = {
  quote: 'quotes',
  info: 'price infos',
  candle: 'candles',
  market: 'market status',
};

function common(owner: string, { replay = true, name = 'unnamed' }: ReplayOptions): Pick<Request, 'replay' | 'name'> {
  if (typeof replay !== 'boolean') throw wrongType(`${owner}.replay`, replay, 'pass true or false');
  return { replay, name: checkName(`${owner}.name`, name) };
}

function depthOf(owner: string, { depth = 1 }: Pick<QuoteOptions, 'depth'>): 1 | 10 {
  if (![1, 10].includes(depth))
    throw (typeof depth === 'number' ? outOfRange : wrongType)(`${owner}.depth`, depth, 'pass 1 or 10');
  return depth;
}

/** What something is called in measurements. */
export function checkName(option: string, name: unknown): string {
  const remedy = 'pass a name of 1 to 64 characters';
  if (typeof name !== 'string') throw wrongType(option, name, remedy);
  if (name.length < 1 || name.length > 64) throw outOfRange(option, name, remedy);
  return name;
}

function isArgumentError(error: unknown): error is ArgumentError {
  return error instanceof Error && 'code' in error && error.code === 'RXQ_ARGUMENT';
}

/** Turns the arguments of a feed's methods into what is asked for; what is wrong throws. */
export class Requests {
  private readonly venue: AnyVenue;

  constructor(venue: AnyVenue) {
    this.venue = venue;
  }

  /** `owner` is the method the arguments were given to, for messages. */
  quotes(owner: string, symbols: SymbolList | undefined, options: QuoteOptions = {}): Request | ChangingRequest {
    knownOptions(owner, options, ['depth', 'replay', 'name']);
    const depth = depthOf(owner, options);
    return { ...this.ofSymbols(owner, 'quote', symbols, common(owner, options)), depth };
  }

  last(given: string, options: Pick<QuoteOptions, 'depth'> = {}): Pick<Request, 'depth'> & { readonly symbol: string } {
    knownOptions('last', options, ['depth']);
    return { symbol: this.symbol(checkSymbol('last.symbol', given)), depth: depthOf('last', options) };
  }

  infos(symbols: SymbolList | undefined, options: ReplayOptions = {}): Request | ChangingRequest {
    knownOptions('infos', options, ['replay', 'name']);
    return this.ofSymbols('infos', 'info', symbols, common('infos', options));
  }

  candles(symbols: SymbolList, options: CandleOptions): Request | ChangingRequest {
    knownOptions('candles', options, ['interval', 'replay', 'name']);
    const interval = checkSymbol('candles.interval', options.interval);
    // Bars of every symbol can't be asked for.
    if ((symbols as unknown) === undefined) checkSymbols('candles.symbols', symbols);
    return this.ofSymbols('candles', 'candle', symbols, common('candles', options), `/${interval}`);
  }

  markets(names: readonly string[], options: ReplayOptions = {}): Request {
    knownOptions('markets', options, ['replay', 'name']);
    const interests = checkSymbols('markets.names', names).map((symbol) => ({
      filter: this.topic('markets.names', 'market', symbol),
      symbol,
    }));
    return { kind: 'market', depth: 10, ...common('markets', options), interests, context: [] };
  }

  /** The venue's spelling of a symbol that a user named. */
  symbol(given: string): string {
    return this.venue.symbol?.(given) ?? given;
  }

  private ofSymbols(
    owner: string,
    kind: Kind,
    symbols: SymbolList | undefined,
    how: Pick<Request, 'replay' | 'name'>,
    suffix = '',
  ): Request | ChangingRequest {
    const option = `${owner}.symbols`;
    const interest = (symbol: string): Interest => ({ filter: this.topic(option, kind, symbol + suffix), symbol });
    if (isObservable(symbols)) {
      const listed = (given: unknown, index: number): ListedSymbol => {
        const symbol = this.symbol(checkSymbol(`${option}[${String(index)}]`, given));
        return { interest: interest(symbol), context: this.venue.context([symbol]) };
      };
      return { kind, depth: 10, ...how, option, lists$: symbols, listed };
    }
    const named =
      symbols === undefined
        ? undefined
        : [...new Set(checkSymbols(option, symbols).map((given) => this.symbol(given)))];
    const interests = named?.map(interest) ?? [{ filter: this.topic(option, kind, '+') }];
    const context = [...new Set(this.venue.context(named ?? ['+']))];
    return { kind, depth: 10, ...how, interests, context };
  }

  private topic(option: string, kind: Kind, key: string): string {
    const lacking = (): RangeError => outOfRange(option, key, `the venue has no topic for its ${carried[kind]}`);
    let topic: string;
    try {
      topic = this.venue.topic(kind, key);
    } catch (error) {
      throw isArgumentError(error) ? error : lacking();
    }
    // Of a wildcard a venue need not know what it brings.
    if (key !== '+' && this.venue.decoder(topic)?.kind !== kind) throw lacking();
    return topic;
  }
}
