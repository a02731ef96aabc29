import type { MarketStatus } from '../model/events.js';
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

type Figures = Omit<MarketStatus, 'kind' | 'symbol' | 'market' | 'status'>;

function indexOf(fields: MessageFields): Figures {
  const current = fields.price('current');
  return {
    current,
    high: fields.price('high'),
    low: fields.price('low'),
    netChange: fields.change('change', current),
    percentChange: fields.change('percent_change', current),
    totalVolume: fields.count('total_index_volume'),
    totalValue: fields.amount('total_index_value'),
  };
}

function totalsOf(fields: MessageFields): Figures {
  return {
    totalVolume: fields.count('total_volume'),
    totalDeals: fields.count('total_deal'),
    openInterest: fields.count('open_interest'),
  };
}

function decodeStatus(
  payload: Uint8Array,
  topic: string | undefined,
  schema: MessageSchema,
  word: (value: number) => StatusWord,
  figures: (fields: MessageFields) => Figures,
): MarketStatus {
  const market = readMessage(payload, schema).messages.get('market_info') ?? new MessageFields();
  return {
    kind: 'market',
    symbol: topicSymbol(market.text('name'), lastLevel(topic)),
    ...word(market.number('market_status')),
    ...figures(market),
  };
}

/**
 * Reads an `EquityExchangeInfoV3`: status, index and totals of an equity market, as Settrade publishes it on
 * `proto/topic/exchinfoeqv3/{market}`.
 *
 * An index that is zero or left out is `NaN`, and so are the changes while there is no index; totals are 0 where they are
 * left out.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError as `decodeBidOfferV3`
 */
export function decodeEquityExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  return decodeStatus(payload, topic, equity, equityMarketStatus, indexOf);
}

/**
 * Reads a `DerivExchangeInfoV3`: status and totals of a derivatives market, as Settrade publishes it on
 * `proto/topic/exchinfodvv3/{market}`. Totals and open interest are 0 where they are left out.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError with reason `truncated`, `schema`, `number` or `symbol`
 */
export function decodeDerivExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  return decodeStatus(payload, topic, derivatives, derivativesMarketStatus, totalsOf);
}
