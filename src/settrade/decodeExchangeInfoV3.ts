import type { MarketStatus } from '../events.js';
import { derivativesMarketStatus, equityMarketStatus, type StatusWord } from './marketStatus.js';
import { MessageFields, type MessageSchema, readMessage } from './readMessage.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';

/** Source: settrade-v2 2.2.1 on PyPI, `settrade_v2.pb.exchinfoeqv3_pb2`. */
const equity: MessageSchema = {
  name: 'EquityExchangeInfoV3',
  fields: {
    1: [
      'market_info',
      {
        name: 'EquityMarketInfoV3',
        fields: {
          1: ['name', 'string'],
          2: ['market_status', 'int32'],
          3: ['current', 'money'],
          4: ['high', 'money'],
          5: ['low', 'money'],
          6: ['change', 'money'],
          7: ['percent_change', 'money'],
          8: ['total_index_volume', 'int64'],
          9: ['total_index_value', 'money'],
        },
      },
    ],
  },
};

/** Source: settrade-v2 2.2.1 on PyPI, `settrade_v2.pb.exchinfodvv3_pb2`. */
const derivatives: MessageSchema = {
  name: 'DerivExchangeInfoV3',
  fields: {
    1: [
      'market_info',
      {
        name: 'DerivMarketInfoV3',
        fields: {
          1: ['name', 'string'],
          2: ['market_status', 'int32'],
          3: ['total_volume', 'int64'],
          4: ['total_deal', 'int64'],
          5: ['open_interest', 'int32'],
        },
      },
    ],
  },
};

function decodeStatus(
  payload: Uint8Array,
  topic: string | undefined,
  schema: MessageSchema,
  word: (value: number) => StatusWord,
): MarketStatus {
  const market = readMessage(payload, schema).messages.get('market_info') ?? new MessageFields();
  return {
    kind: 'market',
    symbol: topicSymbol(market.text('name'), lastLevel(topic)),
    ...word(market.number('market_status')),
  };
}

/**
 * Reads an `EquityExchangeInfoV3`: the status of an equity market, as Settrade publishes it on
 * `proto/topic/exchinfoeqv3/{market}`. Index and totals are not kept.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError with reason `truncated`, `schema`, `money-layout` or `symbol`
 */
export function decodeEquityExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  return decodeStatus(payload, topic, equity, equityMarketStatus);
}

/**
 * Reads a `DerivExchangeInfoV3`: the status of a derivatives market, as Settrade publishes it on
 * `proto/topic/exchinfodvv3/{market}`. Totals are not kept.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError with reason `truncated`, `schema` or `symbol`
 */
export function decodeDerivExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  return decodeStatus(payload, topic, derivatives, derivativesMarketStatus);
}
