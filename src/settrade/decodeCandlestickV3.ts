import { DecodeError } from '../model/errors.js';
import type { Candle } from '../model/events.js';
import { amountOf, countOf, priceOf } from './figures.js';
import { readCandlestickV3, type Timestamp } from './generated/cdlv3.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';

/** The greatest distance of a `Date` from 1970, in ms (ECMA-262, time values). */
const farthest = 8.64e15;

/**
 * Reads a `CandlestickV3`: one bar, as Settrade publishes it on `proto/topic/cdlv3/{symbol}/{interval}`.
 *
 * A price that is zero or left out is `NaN`; volume and value are 0 where they are left out. `time` is in whole ms.
 *
 * @param payload - the bytes of one message; the bar shares no memory with them
 * @param topic - the topic of the message: the message must have the symbol and interval of the topic's last two
 * levels; left out, they are the message's own
 * @throws DecodeError as `decodeBidOfferV3`; also with reason `schema` for a bar without a time, `symbol` for another
 * interval than the topic's, and `number` for a time that no `Date` has
 */
export function decodeCandlestickV3(payload: Uint8Array, topic?: string): Candle {
  const read = readCandlestickV3(payload);
  const { interval } = read;
  const named = lastLevel(topic);
  if (named !== undefined && interval !== named) {
    throw new DecodeError('symbol', `the bar is of ${JSON.stringify(interval)}, its topic of ${JSON.stringify(named)}`);
  }
  return {
    kind: 'candle',
    symbol: topicSymbol(read.symbol, lastLevel(topic?.slice(0, topic.lastIndexOf('/')))),
    interval,
    sequence: countOf(read.lastSequence, 'last_sequence'),
    time: timeOf(read.time),
    open: priceOf(read.open),
    high: priceOf(read.high),
    low: priceOf(read.low),
    close: priceOf(read.close),
    volume: countOf(read.volume, 'volume'),
    value: amountOf(read.value),
  };
}

function timeOf(time: Timestamp | null): number {
  if (time === null) throw new DecodeError('schema', 'the bar has no time');
  const { seconds, nanos } = time;
  const ms = seconds * 1000 + Math.floor(nanos / 1_000_000);
  if (nanos >= 0 && nanos < 1_000_000_000 && Math.abs(ms) <= farthest) return ms;
  throw new DecodeError('number', `a time of ${String(seconds)} s and ${String(nanos)} ns: no date has it`);
}
