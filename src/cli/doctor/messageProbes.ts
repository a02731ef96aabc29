import { concatMap, defer, filter, from, map, merge, type Observable, of, take, tap, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { MarketState } from '../../model/state.js';
import type { Venue } from '../../model/venue.js';
import { counted } from '../view/figures.js';
import { refusal } from './connectionProbes.js';
import { didYouMean, type Hint } from './didYouMean.js';
import { caused } from './failureOutcome.js';
import type { Outcome, StepResult } from './step.js';
import type { Visit } from './visit.js';

type AnyVisit = Visit<{ readonly symbol: string }>;

/** The parts that the steps about messages work with. */
export interface MessageConfig {
  readonly visit: AnyVisit;
  readonly venue: Venue<{ readonly symbol: string }>;
  /** The topic of each symbol. */
  readonly topics: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** How long first messages are waited for, in ms. */
  readonly patience: number;
  /** Whether all topics may be subscribed to for a moment, to find out what the broker sends besides. */
  readonly mayLookAround: boolean;
}

/** How long other topics are looked for, in ms, if first messages are waited for as long. */
const LOOK_AROUND = 2_000;

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

function marketsOf(visit: AnyVisit): ReadonlyMap<string, MarketState> {
  return new Map(visit.feed.symbols().map(({ symbol, market }) => [symbol, market]));
}

/** The cause that a feed would find after a longer wait. */
function silenceCode(
  symbol: string,
  { visit, topics }: MessageConfig,
  areSomeSilent: boolean,
  hint: Hint | undefined,
): string {
  if (visit.subscription(topics.get(symbol) ?? '')?.status === 'no-data') return 'RXP_TOPICS_SILENT';
  if (hint?.mistake === 'case') return 'RXP_SYMBOL_SPELLING';
  if (areSomeSilent) return 'RXP_SYMBOLS_AWAITING';
  return visit.wantedMessages > 0 ? 'RXP_NO_QUOTES' : 'RXP_NO_EVENTS';
}

function silenceFix(market: MarketState, { mayLookAround }: MessageConfig): string {
  const others = `the spelling of the symbol, ${mayLookAround ? 'the form of --topic, ' : ''}and the rights of the account: some brokers grant what they never send`;
  return market === 'open' ? `check ${others}` : `check that the market is open, then ${others}`;
}

/** The outcome for a symbol without a message. */
function silentOutcome(
  symbol: string,
  config: MessageConfig,
  market: MarketState,
  areSomeSilent: boolean,
  seen: readonly string[],
): Outcome {
  const { topics, patience, venue } = config;
  const about = symbol;
  const span = `sent nothing in ${seconds(patience)}`;
  const evidence = { topic: topics.get(symbol) ?? '', market };
  if (market === 'closed' || market === 'halted') {
    return { status: 'ok', about, text: `${span}, as is usual: its market is ${market}`, evidence };
  }
  const topicOf = (one: string): string => venue.topic('quote', one);
  const hint = didYouMean(symbol, { topics: seen, topicOf });
  const code = silenceCode(symbol, config, areSomeSilent, hint);
  return {
    status: hint !== undefined || (!areSomeSilent && market === 'open') ? 'failed' : 'warning',
    about,
    text: `${span}, and the state of its market is ${market}`,
    evidence,
    ...caused(code, hint?.text ?? silenceFix(market, config)),
  };
}

/** Waits for the first message of each symbol. Where some don't come, it looks what the broker sends besides. */
export function firstMessageProbe(config: MessageConfig, before: readonly StepResult[]): Observable<Outcome> {
  const { visit, topics, clock, patience, mayLookAround } = config;
  return defer(() => {
    const arrived = new Map<string, number>();
    const statusOf = (symbol: string): string | undefined => visit.subscription(topics.get(symbol) ?? '')?.status;
    const isSettled = (symbol: string): boolean => arrived.has(symbol) || statusOf(symbol) === 'refused';
    const refused = before.filter(({ step, status }) => step === 'suback' && status === 'failed');
    const symbols = [...topics.keys()].filter((symbol) => !refused.some(({ about }) => about === symbol));
    const note = (): void => {
      const at = clock.monotonic() - (visit.liveAt ?? clock.monotonic());
      for (const symbol of symbols) {
        if (!arrived.has(symbol) && statusOf(symbol) === 'seen') arrived.set(symbol, Math.round(at));
      }
    };
    return merge(visit.subscriptions$, timer(patience, clock.timers)).pipe(
      map((change) => change === 0),
      tap(note),
      filter((isOver) => isOver || symbols.every(isSettled)),
      take(1),
      concatMap(() => {
        const markets = marketsOf(visit);
        const silent = symbols.filter((symbol) => !isSettled(symbol));
        const isNormal = silent.every((symbol) => ['closed', 'halted'].includes(markets.get(symbol) ?? 'unknown'));
        const seen =
          silent.length === 0 || isNormal || !mayLookAround
            ? of([])
            : visit.lookAround(Math.min(patience, LOOK_AROUND));
        return seen.pipe(
          concatMap((others) =>
            from(
              symbols.map((symbol): Outcome => {
                const ms = arrived.get(symbol);
                if (ms !== undefined) return { status: 'ok', about: symbol, text: 'came', ms };
                if (statusOf(symbol) === 'refused') return refusal(visit, symbol, topics.get(symbol) ?? '');
                const market = markets.get(symbol) ?? 'unknown';
                return silentOutcome(symbol, config, market, silent.length < symbols.length, others);
              }),
            ),
          ),
        );
      }),
    );
  });
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');

/** A remedy for unreadable messages, by their first byte. */
function decodeFix(bytes: Uint8Array): string {
  const [first = 0] = bytes;
  return first === 0x7b || first === 0x5b
    ? 'the messages begin like JSON: pass --json-fields with the names of their fields, or a --decoder for them'
    : 'check that the decoder matches what the venue sends at present: pass another --decoder';
}

const isMissing = (quote: object | undefined, side: string): boolean =>
  Number.isNaN((quote as Readonly<Record<string, unknown>> | undefined)?.[side]);

/** The warning that no quote has a price, as with a wrong name of a field; `undefined` where some have one. */
function pricelessOutcome({ visit, topics }: MessageConfig): Outcome | undefined {
  const quotes = [...topics.keys()].map((symbol) => visit.feed.last(symbol)).filter((quote) => quote !== undefined);
  const missing = ['bid', 'ask'].filter((side) => quotes.every((quote) => isMissing(quote, side)));
  if (quotes.length === 0 || missing.length === 0) return undefined;
  return {
    status: 'warning',
    text: `the messages could be read, but no quote has a price for ${missing.join(' and ')}`,
    evidence: { quotes: quotes.length, missing: missing.join(', ') },
    ...caused(
      'RXP_ONE_SIDED',
      'check the names in --json-fields, or what the decoder reads; in an auction prices may be missing',
    ),
  };
}

/** Whether the messages so far could be read. */
export function decodeOutcome(config: MessageConfig): Outcome {
  const { visit } = config;
  const { rejected } = visit.feed.stats();
  const received = visit.wantedMessages;
  const unreadable = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  if (received === 0) return { status: 'skipped', text: 'no message came' };
  const [example] = visit.unreadable;
  if (example === undefined || unreadable === 0) {
    return (
      pricelessOutcome(config) ?? {
        status: 'ok',
        text: `${counted(received, 'message')} came, and all could be read`,
        evidence: { received },
      }
    );
  }
  const code = 'RXP_REJECTS';
  return {
    status: unreadable === received ? 'failed' : 'warning',
    text: `${unreadable} of ${received} messages can't be read (${example.reason}), e.g. of ${example.topic}, which begins with the bytes ${hex(example.bytes)}`,
    evidence: { received, unreadable, reason: example.reason, topic: example.topic, bytes: hex(example.bytes) },
    ...caused(code, decodeFix(example.bytes)),
  };
}

/** How long a market's status may take, in ms, and how often it is looked for. */
const MARKET_PATIENCE = 2_000;
const MARKET_LOOK = 100;

const marketText: Readonly<Record<MarketState, string>> = {
  open: 'in an open market',
  auction: 'in an auction',
  halted: 'in a halted market',
  closed: 'in a closed market, where silence is normal',
  unknown: 'in a market of unknown state, so that no quote is tradable',
};

function marketOutcome(symbol: string, market: MarketState, { venue }: MessageConfig): Outcome {
  const outcome = { about: symbol, text: marketText[market], evidence: { market } };
  if (market !== 'unknown') return { status: 'ok', ...outcome };
  return venue.marketTopics([symbol]).length === 0
    ? {
        status: 'skipped',
        text: 'neither the broker nor a calendar tells the hours: in a program, pass calendar or market to mqttVenue',
      }
    : {
        status: 'warning',
        ...outcome,
        ...caused('RXP_NO_MARKET', 'check that the account may read the topic with the status of the market'),
      };
}

/** The state of each symbol's market, for which some venues have a message of its own. */
export function marketProbe(config: MessageConfig): Observable<Outcome> {
  const { visit, venue, topics, clock } = config;
  const symbols = [...topics.keys()];
  return timer(0, MARKET_LOOK, clock.timers).pipe(
    map((count) => ({ isOver: count * MARKET_LOOK >= MARKET_PATIENCE, markets: marketsOf(visit) })),
    filter(
      ({ isOver, markets }) =>
        isOver || venue.marketTopics(symbols).length === 0 || [...markets.values()].every((one) => one !== 'unknown'),
    ),
    take(1),
    concatMap(({ markets }) => {
      const all = symbols.map((symbol) => marketOutcome(symbol, markets.get(symbol) ?? 'unknown', config));
      // Without a source of hours all symbols have the same outcome.
      return all[0]?.status === 'skipped' ? of(all[0]) : from(all);
    }),
  );
}

/** The findings of the playbook in the feed that no step has reported. */
export function findingsProbe({ visit }: MessageConfig, before: readonly StepResult[]): Observable<Outcome> {
  const known = new Set(before.map(({ code }) => code));
  const now = visit.atFailure.length > 0 ? visit.atFailure : visit.findings();
  const others = now.filter(({ code }) => !known.has(code));
  if (others.length === 0) {
    const text = now.length === 0 ? 'none in the feed' : 'the feed reports the same';
    return of({ status: 'ok', text, evidence: { codes: now.map(({ code }) => code).join(' ') } });
  }
  return from(
    others.map(
      ({ code, severity, symptom, fixes: [fix], doc }): Outcome => ({
        status: severity === 'critical' ? 'failed' : 'warning',
        code,
        text: symptom,
        ...(fix === undefined ? {} : { fix }),
        doc,
      }),
    ),
  );
}
