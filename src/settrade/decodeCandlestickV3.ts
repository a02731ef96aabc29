import { DecodeError } from '../model/errors.js';
import type { Candlestick } from '../model/events.js';
import { type MessageFields, type MessageSchema, readMessage } from './readMessage.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';

/** Source: settrade-v2 2.2.1 on PyPI, `settrade_v2.pb.candlestickv3_pb2`. */
const schema: MessageSchema = {
  name: 'CandlestickV3',
  fields: {
    1: ['symbol', 'string'],
    2: ['interval', 'string'],
    3: ['last_sequence', 'int64'],
    4: ['time', 'timestamp'],
    5: ['open', 'money'],
    6: ['high', 'money'],
    7: ['low', 'money'],
    8: ['close', 'money'],
    9: ['volume', 'int64'],
    10: ['value', 'money'],
  },
};

/** The farthest a `Date` reaches from 1970, in ms (ECMA-262, time values). */
const farthest = 8.64e15;

/**
 * Reads a `CandlestickV3`: one bar, as Settrade publishes it on `proto/topic/cdlv3/{symbol}/{interval}`.
 *
 * A price that is zero or left out is `NaN`; volume and value are 0 where they are left out. `time` is in whole ms.
 *
 * @param payload - the bytes of one message; the bar shares no memory with them
 * @param topic - the topic it came on: the message must name the symbol and interval of its last two levels; left out,
 * they are the message's own
 * @throws DecodeError as `decodeBidOfferV3`; also with reason `schema` for a bar without a time, `symbol` for another
 * interval than the topic's, and `number` for a time that no `Date` has
 */
export function decodeCandlestickV3(payload: Uint8Array, topic?: string): Candlestick {
  const fields = readMessage(payload, schema);
  const named = lastLevel(topic);
  const interval = fields.text('interval');
  if (named !== undefined && interval !== named) {
    throw new DecodeError('symbol', `the bar is of ${JSON.stringify(interval)}, its topic of ${JSON.stringify(named)}`);
  }
  return {
    kind: 'candle',
    symbol: topicSymbol(fields.text('symbol'), lastLevel(topic?.slice(0, topic.lastIndexOf('/')))),
    interval,
    sequence: fields.count('last_sequence'),
    time: timeOf(fields),
    open: fields.price('open'),
    high: fields.price('high'),
    low: fields.price('low'),
    close: fields.price('close'),
    volume: fields.count('volume'),
    value: fields.amount('value'),
  };
}

function timeOf(fields: MessageFields): number {
  const time = fields.times.get('time');
  if (time === undefined) throw new DecodeError('schema', 'the bar has no time');
  const { seconds, nanos } = time;
  const ms = seconds * 1000 + Math.floor(nanos / 1_000_000);
  if (nanos >= 0 && nanos < 1_000_000_000 && Math.abs(ms) <= farthest) return ms;
  throw new DecodeError('number', `a time of ${String(seconds)} s and ${String(nanos)} ns: no date has it`);
}
