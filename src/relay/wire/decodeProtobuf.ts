import type { Book, TopOfBook } from '../../model/events.js';
import { DecodeError } from '../../model/errors.js';
import { readRelayedQuote, readRelayStatus } from '../generated/relay.js';
import {
  changes,
  dataStates,
  flags,
  gapCauses,
  marketStates,
  marks,
  type QuoteHead,
  relayStates,
  type StatusMessage,
} from './messages.js';

type RelayedQuote = ReturnType<typeof readRelayedQuote>;

/** The word of an enum's number. A number of a later version is refused, since this version can't know what it means. */
function wordOf<W>(words: readonly W[], number: number, field: string): W {
  const word = words[number];
  if (word === undefined) throw new DecodeError('schema', `${field} is ${String(number)}, a number without a word`);
  return word;
}

/** Reads a message `RelayedQuote`. `event` is `undefined` for a symbol without an image. */
export function decodeQuote(
  payload: Uint8Array,
  symbol: string,
): { readonly head: QuoteHead; readonly event: TopOfBook | Book | undefined } {
  const message = readRelayedQuote(payload);
  const { run, epoch, counter, receivedAt, age } = message;
  const head: QuoteHead = {
    ...{ run, epoch, counter, receivedAt, age },
    state: wordOf(dataStates, message.state, 'state'),
    market: wordOf(marketStates, message.market, 'market'),
    change: wordOf(changes, message.change, 'change'),
  };
  return { head, event: bookOf(symbol, message) };
}

function bookOf(symbol: string, message: RelayedQuote): TopOfBook | Book | undefined {
  const { bidPrices, askPrices, bidVolumes, askVolumes } = message;
  const depth = bidPrices.length;
  if ([askPrices, bidVolumes, askVolumes].some(({ length }) => length !== depth) || ![0, 1, 10].includes(depth)) {
    throw new DecodeError('schema', `a book has no or one or ten levels a side, each with a price and a volume`);
  }
  if (depth === 0) return undefined;
  const best = {
    symbol,
    bidFlag: wordOf(flags, message.bidFlag, 'bid_flag'),
    askFlag: wordOf(flags, message.askFlag, 'ask_flag'),
    bid: bidPrices[0] as number,
    ask: askPrices[0] as number,
    bidVolume: bidVolumes[0] as number,
    askVolume: askVolumes[0] as number,
  };
  const mark = wordOf(marks, message.implausible, 'implausible');
  const marked = mark === 'none' || mark === undefined ? {} : { implausible: mark };
  if (depth === 1) return { depth: 1, ...best, ...marked };
  return { depth: 10, ...best, bidPrices, askPrices, bidVolumes, askVolumes, ...marked };
}

/** Reads a message `RelayStatus`. */
export function decodeStatus(payload: Uint8Array): StatusMessage {
  const { state, gap, ...status } = readRelayStatus(payload);
  return {
    ...status,
    state: stateOf(wordOf(relayStates, state, 'state')),
    ...(gap === null ? {} : { gap: { ...gap, cause: wordOf(gapCauses, gap.cause, 'gap.cause') } }),
  };
}

function stateOf(state: (typeof relayStates)[number]): StatusMessage['state'] {
  if (state === 'unstated') throw new DecodeError('schema', 'the status of a relay has no state');
  return state;
}
