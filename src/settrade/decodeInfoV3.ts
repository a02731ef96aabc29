import type { PriceInfo } from '../model/events.js';
import { infoStatus } from './marketStatus.js';
import { type MessageSchema, readMessage } from './readMessage.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';

/** Source: settrade-v2 2.2.1 on PyPI, `settrade_v2.pb.infov3_pb2`. */
const schema: MessageSchema = {
  name: 'InfoV3',
  fields: {
    1: ['symbol', 'string'],
    2: ['high', 'money'],
    3: ['low', 'money'],
    4: ['last', 'money'],
    5: ['total_volume', 'int64'],
    6: ['projected_open_price', 'money'],
    7: ['change', 'money'],
    8: ['total_value', 'money'],
    9: ['market_status', 'int32'],
    10: ['projected_open_volume', 'int64'],
  },
};

/**
 * Reads an `InfoV3`: last price, the day's range and totals, and the market status of a symbol, as Settrade publishes it on
 * `proto/topic/infov3/{symbol}`.
 *
 * A price that is zero or left out is `NaN`, and so is the net change while there is no last price; totals are 0 where
 * they are left out. `status` is the venue's own word, `STATUS_99` for a number that this version does not know; what is
 * not known to be open is never `open`.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the symbol's; left out, the symbol is the message's own
 * @throws DecodeError as `decodeBidOfferV3`
 */
export function decodeInfoV3(payload: Uint8Array, topic?: string): PriceInfo {
  const fields = readMessage(payload, schema);
  const last = fields.price('last');
  return {
    kind: 'info',
    symbol: topicSymbol(fields.text('symbol'), lastLevel(topic)),
    high: fields.price('high'),
    low: fields.price('low'),
    last,
    netChange: fields.change('change', last),
    totalVolume: fields.count('total_volume'),
    totalValue: fields.amount('total_value'),
    projectedOpenPrice: fields.price('projected_open_price'),
    projectedOpenVolume: fields.count('projected_open_volume'),
    ...infoStatus(fields.number('market_status')),
  };
}
