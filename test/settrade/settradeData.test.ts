import { describe, expect, it } from 'vitest';
import { settradeData } from '../../src/settrade/settradeData.js';
import { payloadOf } from '../support/goldenBidOfferV3.js';
import { goldenMessages } from '../support/goldenMessages.js';

const { topic, marketTopics, decoder, market, marketOf } = settradeData;

/** The events that the venue reads from a golden payload. */
function read(name: string): ReturnType<NonNullable<ReturnType<typeof decoder>>['decode']> {
  const golden = goldenMessages.find((one) => one.name === name);
  const found = golden === undefined ? undefined : decoder(golden.topic);
  if (golden === undefined || found === undefined) throw new Error(`no golden or no decoder: ${name}`);
  return found.decode(payloadOf(golden), golden.topic);
}

it('the markets whose silence is judged together are those with their own hours, by the form of the symbol', () => {
  const symbols = ['AOT', 'aot', 'NFLX80', 'S50Z26', 'S50Z26C900', 'GOZ26', 'USDH26'];
  expect(symbols.map((symbol) => marketOf?.(symbol))).toEqual([
    ...['SET', 'SET', 'SET', 'TFEX', 'TFEX', 'TFEX_NIGHT', 'TFEX_NIGHT'],
  ]);
});

describe('the topics of Settrade', () => {
  it.each([
    ['quote', 's & j', 'proto/topic/bidofferv3/S & J'],
    ['info', 'aot', 'proto/topic/infov3/AOT'],
    ['candle', 'aot/1m', 'proto/topic/cdlv3/AOT/1m'],
    ['candle', 'AOT/1M', 'proto/topic/cdlv3/AOT/1M'],
    ['market', 'SET', 'proto/topic/exchinfoeqv3/SET'],
    ['market', 'mai', 'proto/topic/exchinfoeqv3/mai'],
    ['market', 'TFEX', 'proto/topic/exchinfodvv3/TFEX'],
    ['quote', '+', 'proto/topic/bidofferv3/+'],
  ] as const)('have %s of %s as %s, and read it as such', (kind, key, expected) => {
    expect(topic(kind, key)).toBe(expected);
    expect(decoder(expected)?.kind).toBe(kind);
  });

  it('include no bar without an interval', () => {
    expect(() => topic('candle', 'AOT')).toThrow('AOT: a bar is of a symbol and an interval');
  });

  it.each([
    '',
    'proto/topic/',
    'proto/topic/infov3',
    'proto/topic/toString/AOT',
    'px/bidofferv3/AOT',
    '/quote/bidoffer/+/+',
  ])('have no decoder for %o', (other) => {
    expect(decoder(other)).toBeUndefined();
  });

  it('never let a bar or a status replace another', () => {
    expect(decoder('proto/topic/cdlv3/AOT/1m')).toMatchObject({ delivery: 'series' });
    expect(decoder('proto/topic/exchinfoeqv3/SET')).toMatchObject({ delivery: 'event' });
    const bars = ['CandlestickV3/a bar', 'CandlestickV3/without trades', 'CandlestickV3/a time of the year 2038'];
    const keys = bars.map((name) => decoder('proto/topic/cdlv3/AOT/1m')?.seriesKey?.(read(name)));
    expect(keys).toEqual([1_720_148_400_000, 1_720_148_400_000, 2_147_483_648_000]);
  });
});

describe('the market by Settrade’s messages', () => {
  it('is known from the symbol’s own price info', () => {
    expect(marketTopics(['aot', 'S & J'])).toEqual(['proto/topic/infov3/AOT', 'proto/topic/infov3/S & J']);
    expect(market?.(read('InfoV3/a day'))).toEqual({ symbol: 'AOT', market: 'open' });
    expect(market?.(read('InfoV3/status 16'))).toEqual({ symbol: 'AOT', market: 'halted' });
    expect(market?.(read('InfoV3/status 0'))).toEqual({ symbol: 'AOT', market: 'unknown' });
  });

  it('does not change by the status of a market or a bar', () => {
    expect(market?.(read('EquityExchangeInfoV3/a day'))).toBeUndefined();
    expect(market?.(read('DerivExchangeInfoV3/a day'))).toBeUndefined();
    expect(market?.(read('CandlestickV3/a bar'))).toBeUndefined();
  });
});
