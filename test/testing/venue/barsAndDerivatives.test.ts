import protobuf from 'protobufjs';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeDerivExchangeInfoV3 } from '../../../src/settrade/decodeExchangeInfoV3.js';
import { systemClock } from '../../../src/model/systemClock.js';
import { type SimulatedVenue, type SimulatedVenueConfig, startSimulatedVenue } from '../../../src/testing/index.js';
import { BarSeries } from '../../../src/testing/venue/market/bar.js';
import { until } from '../../contract/openConnection.js';
import { itRejectsArguments } from '../../support/rejectedArguments.js';
import { connectTo, readByProto, type VenueClient } from './venueClient.js';

/** The field numbers once more, as settrade-v2 2.2.1 on PyPI has them in cdlv3_pb2 and exchinfodvv3_pb2. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message CandlestickV3 {
    string symbol = 1; string interval = 2; int64 last_sequence = 3; Timestamp time = 4; Money open = 5; Money high = 6;
    Money low = 7; Money close = 8; int64 volume = 9; Money value = 10;
  }
  message DerivExchangeInfoV3 { DerivMarketInfoV3 market_info = 1; }
  message DerivMarketInfoV3 {
    string name = 1; int32 market_status = 2; int64 total_volume = 3; int64 total_deal = 4; int32 open_interest = 5;
  }
`);
const reading =
  (message: string) =>
  (payload: Uint8Array): Record<string, unknown> => {
    const type = root.lookupType(message);
    return type.toObject(type.decode(payload), { longs: Number });
  };
const readBar = reading('CandlestickV3');
const readMarket = reading('DerivExchangeInfoV3');
const readInfo = readByProto('infov3.proto', 'InfoV3');

const running: { venue: SimulatedVenue; client: VenueClient }[] = [];
async function opened(config: SimulatedVenueConfig = {}): Promise<{ venue: SimulatedVenue } & VenueClient> {
  const venue = await startSimulatedVenue({ symbols: ['AOT'], derivatives: ['s50z26'], rate: 0, ...config });
  const client = await connectTo(venue);
  running.push({ venue, client });
  return { venue, ...client };
}
afterEach(async () => {
  for (const { venue, client } of running.splice(0)) {
    await client.client.endAsync(true);
    await venue.stop();
  }
});

const amount = (money: unknown): number => {
  const { units = 0, nanos = 0 } = money as { readonly units?: number; readonly nanos?: number };
  return Math.round(units * 100 + nanos / 1e7);
};

describe('bars of one minute', () => {
  it('are sent with every trade, and add up to the totals in the prices', async () => {
    let now = Date.UTC(2026, 0, 5, 3, 0, 59, 500);
    const { venue, got, subscribe, has } = await opened({ clock: { ...systemClock, now: () => now } });
    expect(venue.topic('candle', 'AOT')).toBe('proto/topic/cdlv3/AOT/1m');
    await subscribe(venue.topic('candle', 'AOT'), venue.topic('info', 'AOT'));
    const before = venue.counts.published.candle;
    for (let order = 0; order < 200; order++) {
      if (order === 100) now += 1_000;
      venue.publish('AOT');
    }
    const trades = venue.counts.published.candle - before;
    await has(2 * trades);

    const bars = got.filter(({ topic }) => topic.includes('cdlv3')).map(({ payload }) => readBar(payload));
    const infos = got.filter(({ topic }) => topic.includes('infov3')).map(({ payload }) => readInfo(payload));
    expect(bars.map(({ close }) => amount(close))).toEqual(infos.map(({ last }) => amount(last)));
    expect(bars.map(({ lastSequence }) => lastSequence)).toEqual(bars.map((_, index) => index + 1));
    const minutes = [Date.UTC(2026, 0, 5, 3, 0), Date.UTC(2026, 0, 5, 3, 1)];
    expect([...new Set(bars.map(({ time }) => (time as { seconds: number }).seconds * 1000))]).toEqual(minutes);
    const ofMinute = minutes.map((minute) =>
      bars.filter(({ time }) => (time as { seconds: number }).seconds * 1000 === minute),
    );
    for (const one of ofMinute) {
      const closes = one.map(({ close }) => amount(close));
      expect(one.at(-1)).toMatchObject({ symbol: 'AOT', interval: '1m', open: one[0]!['close'] });
      expect(amount(one.at(-1)!['high'])).toBe(Math.max(...closes));
      expect(amount(one.at(-1)!['low'])).toBe(Math.min(...closes));
    }
    const sum = (field: string, of: (value: unknown) => number): number =>
      ofMinute.reduce((total, one) => total + of(one.at(-1)![field]), 0);
    expect(sum('volume', Number)).toBe(infos.at(-1)!['totalVolume']);
    expect(sum('value', amount)).toBe(amount(infos.at(-1)!['totalValue']));
  });

  it('include the trade of an auction; without trades there is none, also on subscribing', async () => {
    const { venue, got, subscribe, has } = await opened({ phase: 'pre-open1', imageOnSubscribe: true });
    await subscribe(venue.topic('candle', 'AOT'));
    await subscribe(venue.topic('info', 'AOT'));
    await has(1);
    venue.enterPhase('open1');
    await has(3);
    expect(got.map(({ topic }) => topic.split('/')[2])).toEqual(['infov3', 'infov3', 'cdlv3']);
    expect(readBar(got[2]!.payload)['volume']).toBe(readInfo(got[1]!.payload)['totalVolume']);
  });

  it('do not change without a trade', () => {
    const bars = new BarSeries();
    const totals = { last: 100, high: 100, low: 100, volume: 200, value: 20_000, deals: 1 };
    expect([bars.update({ ...totals, volume: 0 }, 0), bars.bar]).toEqual([false, undefined]);
    expect([bars.update(totals, 0), bars.update(totals, 120_000), bars.bar?.time]).toEqual([true, false, 0]);
  });
});

describe('derivatives', () => {
  it('have books and prices like shares, and a market of their own that counts only their trades', async () => {
    const { venue, got, subscribe } = await opened();
    expect(venue.symbols).toEqual(['AOT', 'S50Z26']);
    expect(venue.topic('derivatives')).toBe('proto/topic/exchinfodvv3/TFEX');
    await subscribe(venue.topic('derivatives'), venue.topic('info', 'S50Z26'));
    for (let order = 0; order < 100; order++) for (const symbol of venue.symbols) venue.publish(symbol);
    venue.enterPhase('intermission');
    await until(() => got.some(({ topic }) => topic === venue.topic('derivatives')), 'the market is reported');
    await subscribe('marker');
    venue.send('marker', 'end');
    await until(() => got.at(-1)?.topic === 'marker', 'the marker is there');
    const infos = got.filter(({ topic }) => topic === venue.topic('info', 'S50Z26'));
    const last = readInfo(infos.at(-1)!.payload);
    const market = readMarket(got.find(({ topic }) => topic === venue.topic('derivatives'))!.payload)['marketInfo'];
    expect(market).toMatchObject({ name: 'TFEX', marketStatus: 7, totalVolume: last['totalVolume'] });
    expect((market as { totalDeal: number }).totalDeal).toBe(infos.length - 1);
    const { payload } = got.find(({ topic }) => topic === venue.topic('derivatives'))!;
    expect(decodeDerivExchangeInfoV3(payload)).toEqual({
      kind: 'market',
      symbol: 'TFEX',
      market: 'closed',
      status: 'INTERMISSION1',
      totalVolume: last['totalVolume'],
      totalDeals: infos.length - 1,
      openInterest: Math.floor((last['totalVolume'] as number) / 2),
    });
  });

  it('have the words of their market, in each phase and when halted', async () => {
    const { venue, got, subscribe, has } = await opened({ phase: 'closed' });
    await subscribe(venue.topic('derivatives'), venue.topic('info', 'S50Z26'));
    const reported = [];
    for (const phase of [
      'pre-open1',
      'open1',
      'intermission',
      'pre-open2',
      'open2',
      'call',
      'run-off',
      'closed',
    ] as const) {
      venue.enterPhase(phase);
      await has(2);
      const [market, info] = got.splice(0, 2);
      const { marketStatus } = readMarket(market!.payload)['marketInfo'] as { readonly marketStatus: number };
      reported.push([phase, marketStatus, readInfo(info!.payload)['marketStatus']]);
    }
    expect(reported).toEqual([
      ['pre-open1', 2, 22],
      ['open1', 5, 25],
      ['intermission', 7, 30],
      ['pre-open2', 3, 23],
      ['open2', 6, 26],
      ['call', 15, 28],
      ['run-off', 10, 29],
      ['closed', 11, 33],
    ]);
    venue.halt('S50Z26');
    await has(1);
    expect(readInfo(got[0]!.payload)['marketStatus']).toBe(34);
  });

  it('have no market if the venue has none of them', async () => {
    const { venue, got, subscribe, has } = await opened({ derivatives: [] });
    await subscribe('proto/topic/exchinfodvv3/+', 'marker');
    venue.enterPhase('closed');
    venue.send('marker', 'end');
    await has(1);
    expect(got.map(({ topic }) => topic)).toEqual(['marker']);
  });

  itRejectsArguments([
    ['startSimulatedVenue.derivatives', 'S50Z26', () => startSimulatedVenue({ derivatives: 'S50Z26' as never })],
    ['startSimulatedVenue.derivatives[0]', 'S50/Z26', () => startSimulatedVenue({ derivatives: ['S50/Z26'] })],
    ['startSimulatedVenue.derivatives', ['AOT'], () => startSimulatedVenue({ symbols: ['AOT'], derivatives: ['AOT'] })],
  ]);
});
