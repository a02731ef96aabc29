import { isObservable, type Observable } from 'rxjs';
import { type ArgumentError, knownOptions, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { specialSubscription } from '../../model/topicFilter.js';
import type { TopicKind, Venue } from '../../model/venue.js';
import { checkSymbol, checkSymbols } from './checkSymbol.js';
import type { ReplayOptions } from '../feedTypes.js';
import type { ListedSymbol } from './listChanges.js';
import type { Interest } from './topicRegistry.js';

/** The checked arguments of a subscription: topics of one kind, and the topics with the state of their market. */
export interface Request {
  readonly kind: TopicKind;
  readonly depth: 1 | 10;
  readonly replay: boolean;
  /** The name of the subscription in measurements. */
  readonly name: string;
  readonly interests: readonly Interest[];
  /** Topics that are subscribed to for the state of the market. */
  readonly marketTopics: readonly string[];
}

/** The checked arguments of a subscription to a list of symbols that changes. */
export interface ChangingRequest extends Omit<Request, 'interests' | 'marketTopics'> {
  /** The name of the list in errors. */
  readonly option: string;
  /** The lists of the user, not checked yet. */
  readonly lists$: Observable<unknown>;
  /** Checks a symbol at its index in a list; throws for a value that is no symbol. */
  readonly listed: (given: unknown, index: number) => ListedSymbol;
}

/** Symbols: a list, or an Observable of lists, each of which replaces the previous list. */
type SymbolList = readonly string[] | Observable<readonly string[]>;

/** How to subscribe to quotes. */
type QuoteOptions = ReplayOptions & { readonly depth?: 1 | 10 };

type AnyVenue = Pick<Venue<{ readonly symbol: string }>, 'topic' | 'marketTopics' | 'symbol'> & {
  decoder(topic: string): { readonly kind: TopicKind } | undefined;
};

const carried: Readonly<Record<TopicKind, string>> = {
  quote: 'quotes',
  info: 'price infos',
  candle: 'candles',
  market: 'market status',
};

/** The name of subscriptions that the user gives none. */
export const unnamed = 'unnamed';

function common(owner: string, { replay = true, name = unnamed }: ReplayOptions): Pick<Request, 'replay' | 'name'> {
  if (typeof replay !== 'boolean') throw wrongType(`${owner}.replay`, replay, 'pass true or false');
  return { replay, name: checkName(`${owner}.name`, name) };
}

function depthOf(owner: string, { depth = 1 }: Pick<QuoteOptions, 'depth'>): 1 | 10 {
  if (![1, 10].includes(depth))
    throw (typeof depth === 'number' ? outOfRange : wrongType)(`${owner}.depth`, depth, 'pass 1 or 10');
  return depth;
}

/** Checks a name in measurements: 1 to 64 characters. */
export function checkName(option: string, name: unknown): string {
  const remedy = 'pass a name of 1 to 64 characters';
  if (typeof name !== 'string') throw wrongType(option, name, remedy);
  if (name.length < 1 || name.length > 64) throw outOfRange(option, name, remedy);
  return name;
}

function isArgumentError(error: unknown): error is ArgumentError {
  return error instanceof Error && 'code' in error && error.code === 'RXQ_ARGUMENT';
}

function checkSubscribable(option: string, topic: string): void {
  const why = specialSubscription(topic);
  if (why !== undefined) throw outOfRange(option, topic, why);
}

/** Checks the arguments of a feed's methods, and turns them into requests; throws `RXQ_ARGUMENT`. */
export class Requests {
  private readonly venue: AnyVenue;

  constructor(venue: AnyVenue) {
    this.venue = venue;
  }

  /** `owner` is the name of the method in errors. */
  quotes(owner: string, symbols: SymbolList | undefined, options: QuoteOptions = {}): Request | ChangingRequest {
    knownOptions(owner, options, ['depth', 'replay', 'name']);
    const depth = depthOf(owner, options);
    return { ...this.ofSymbols(owner, 'quote', symbols, common(owner, options)), depth };
  }

  last(given: string, options: Pick<QuoteOptions, 'depth'> = {}): Pick<Request, 'depth'> & { readonly symbol: string } {
    knownOptions('last', options, ['depth']);
    return { symbol: this.symbol(checkSymbol('last.symbol', given)), depth: depthOf('last', options) };
  }

  priceInfos(symbols: SymbolList | undefined, options: ReplayOptions = {}): Request | ChangingRequest {
    knownOptions('priceInfos', options, ['replay', 'name']);
    return this.ofSymbols('priceInfos', 'info', symbols, common('priceInfos', options));
  }

  candles(symbols: SymbolList, options: ReplayOptions & { readonly interval: string }): Request | ChangingRequest {
    knownOptions('candles', options, ['interval', 'replay', 'name']);
    const interval = checkSymbol('candles.interval', options.interval);
    // Bars need a list of symbols: `undefined` throws.
    if ((symbols as unknown) === undefined) checkSymbols('candles.symbols', symbols);
    return this.ofSymbols('candles', 'candle', symbols, common('candles', options), `/${interval}`);
  }

  markets(names: readonly string[], options: ReplayOptions = {}): Request {
    knownOptions('markets', options, ['replay', 'name']);
    const interests = checkSymbols('markets.names', names).map((symbol) => ({
      filter: this.topic('markets.names', 'market', symbol),
      symbol,
    }));
    return { kind: 'market', depth: 10, ...common('markets', options), interests, marketTopics: [] };
  }

  /** The venue's spelling of a symbol. */
  symbol(given: string): string {
    return this.venue.symbol?.(given) ?? given;
  }

  private ofSymbols(
    owner: string,
    kind: TopicKind,
    symbols: SymbolList | undefined,
    how: Pick<Request, 'replay' | 'name'>,
    suffix = '',
  ): Request | ChangingRequest {
    const option = `${owner}.symbols`;
    const interest = (symbol: string): Interest => ({ filter: this.topic(option, kind, symbol + suffix), symbol });
    if (isObservable(symbols)) {
      const listed = (given: unknown, index: number): ListedSymbol => {
        const symbol = this.symbol(checkSymbol(`${option}[${String(index)}]`, given));
        return { interest: interest(symbol), marketTopics: this.marketTopics([symbol]) };
      };
      return { kind, depth: 10, ...how, option, lists$: symbols, listed };
    }
    const named =
      symbols === undefined
        ? undefined
        : [...new Set(checkSymbols(option, symbols).map((given) => this.symbol(given)))];
    const interests = named?.map(interest) ?? [{ filter: this.topic(option, kind, '+') }];
    return { kind, depth: 10, ...how, interests, marketTopics: this.marketTopics(named ?? ['+']) };
  }

  private marketTopics(symbols: readonly string[]): readonly string[] {
    const topics = [...new Set(this.venue.marketTopics(symbols))];
    for (const topic of topics) checkSubscribable('venue.marketTopics', topic);
    return topics;
  }

  private topic(option: string, kind: TopicKind, key: string): string {
    const lacking = (): RangeError => outOfRange(option, key, `the venue has no topic for its ${carried[kind]}`);
    let topic: string;
    try {
      topic = this.venue.topic(kind, key);
    } catch (error) {
      throw isArgumentError(error) ? error : lacking();
    }
    checkSubscribable('venue.topic', topic);
    // A venue may have no decoder for the wildcard itself.
    const found = key === '+' ? kind : this.venue.decoder(topic)?.kind;
    if (found === undefined) throw lacking();
    if (found !== kind) {
      const remedy = `its topic ${topic} carries ${carried[found]}, not ${carried[kind]}: leave it out, or give the venue other topics`;
      throw outOfRange(option, key, remedy);
    }
    return topic;
  }
}
