import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Book, Candle, MarketStatus, PriceInfo } from '../../src/index.js';
import { type QuoteFeed, quoteFeed } from '../../src/index.js';
import { settrade, type SettradeEvent } from '../../src/settrade/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { pythonWithSdk, type SdkClient, type SdkLine, startSdkClient } from './sdkClient.js';

const shares = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];
const series = 'S50Z26';
const symbols = [...shares, series];
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** The credentials of both. */
const accountOf = ({ appId, appSecret, appCode, brokerId }: SimulatedVenue) => ({
  appId,
  appSecret,
  appCode,
  brokerId,
});

/** A book as the SDK prints it: a missing price is 0 there. */
function bookOf(data: Readonly<Record<string, unknown>>): unknown[] {
  const column = (name: string): unknown[] => levels.map((level) => data[`${name}${String(level)}`]);
  return [
    data.symbol,
    ...column('bid_price'),
    ...column('ask_price'),
    ...column('bid_volume'),
    ...column('ask_volume'),
  ];
}

function oursAsTheirs({ symbol, bidPrices, askPrices, bidVolumes, askVolumes }: Book): unknown[] {
  const prices = [...bidPrices, ...askPrices].map((price) => (Number.isNaN(price) ? 0 : price));
  return [symbol, ...prices, ...bidVolumes, ...askVolumes];
}

type Fields = Readonly<Record<string, unknown>>;

/** A message of one kind as both sides read it, its numbers in the same order. The SDK has 0 where we have `NaN`. */
const valuesOf = (names: readonly string[], event: object): unknown[] =>
  names.map((name) => {
    const value: unknown = Object.entries(event).find(([key]) => key === name)?.[1];
    return Number.isNaN(value) ? 0 : value;
  });

/** Names of the same values: the SDK's, ours. */
const infoNames = {
  symbol: 'symbol',
  high: 'high',
  low: 'low',
  last: 'last',
  change: 'netChange',
  total_volume: 'totalVolume',
  total_value: 'totalValue',
  projected_open_price: 'projectedOpenPrice',
  projected_open_volume: 'projectedOpenVolume',
  market_status: 'status',
};
const candleNames = {
  symbol: 'symbol',
  interval: 'interval',
  last_sequence: 'sequence',
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume: 'volume',
  value: 'value',
};
const equityNames = {
  name: 'symbol',
  market_status: 'status',
  current: 'current',
  high: 'high',
  low: 'low',
  change: 'netChange',
  percent_change: 'percentChange',
  total_index_volume: 'totalVolume',
  total_index_value: 'totalValue',
};
const derivativesNames = {
  name: 'symbol',
  market_status: 'status',
  total_volume: 'totalVolume',
  total_deal: 'totalDeals',
  open_interest: 'openInterest',
};

const oursBy = (names: Fields, event: PriceInfo | Candle | MarketStatus): string =>
  JSON.stringify(valuesOf(Object.values(names) as string[], event));
const theirsBy = (names: Fields, data: Fields): string => JSON.stringify(valuesOf(Object.keys(names), data));
/** A bar has its time besides: text there, ms since 1970 here. */
const timed = (values: string, time: number): string => `${values} ${String(time)}`;

describe('the official SDK as a client of the simulated venue', () => {
  let directory: string;
  let certificates: Certificates;
  let python: string;
  let venue: SimulatedVenue | undefined;
  let client: SdkClient | undefined;
  let feed: QuoteFeed<SettradeEvent> | undefined;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'rx-quotes-interop-'));
    certificates = makeCertificates(directory);
    python = pythonWithSdk();
  });

  afterEach(async () => {
    await client?.stop();
    await feed?.close();
    await venue?.stop();
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  async function startVenue(config: { readonly rate: number }): Promise<SimulatedVenue> {
    const { cert, key } = certificates;
    venue = await startSimulatedVenue({
      symbols: shares,
      derivatives: [series],
      tls: { cert, key },
      imageOnSubscribe: true,
      ...config,
    });
    return venue;
  }

  function startClient(venue: SimulatedVenue): SdkClient {
    const [base, { caFile }] = [venue.secureRestUrl ?? '', certificates];
    client = startSdkClient(python, {
      ...accountOf(venue),
      base,
      caFile,
      symbols,
      markets: ['SET'],
      derivativesMarkets: ['TFEX'],
    });
    return client;
  }

  async function until(holds: () => boolean, what: string): Promise<void> {
    await vi.waitUntil(holds, { timeout: 30_000, interval: 20 }).catch((cause: unknown) => {
      throw new Error(`waited in vain for ${what}\n${client?.complaints() ?? ''}`, { cause });
    });
  }

  const reported = (kind: SdkLine['kind']): SdkLine[] => client?.lines.filter((line) => line.kind === kind) ?? [];

  it('signs in, subscribes, and reads every number of every message with the same value as this project', async () => {
    const started = await startVenue({ rate: 100 });
    const ours: string[] = [];
    const secure = started.secureRestUrl ?? '';
    // Node's own fetch takes no authority of ours.
    const overHttp = (url: string, init: RequestInit): Promise<Response> =>
      fetch(url.replace(secure, started.restUrl), init);
    feed = quoteFeed({
      stallThreshold: Infinity,
      venue: settrade({
        ...accountOf(started),
        baseUrl: secure,
        tls: { ca: certificates.ca },
        fetch: overHttp,
        onSubscribe: 'snapshot',
      }),
    });
    feed.quotes(symbols, { depth: 10 }).subscribe((quote) => {
      if (quote.change === 'image') ours.push(JSON.stringify(oursAsTheirs(quote)));
    });
    const [infos, candles, markets] = [new Set<string>(), new Set<string>(), new Set<string>()];
    feed.priceInfos(symbols).subscribe((info) => {
      infos.add(oursBy(infoNames, info));
    });
    feed.candles(symbols, { interval: '1m' }).subscribe((candle) => {
      candles.add(timed(oursBy(candleNames, candle), candle.time));
    });
    feed.markets(['SET', 'TFEX']).subscribe((market) => {
      markets.add(oursBy(market.symbol === 'SET' ? equityNames : derivativesNames, market));
    });
    await until(() => new Set(ours).size >= symbols.length, 'our own images');

    const sdk = startClient(started);
    await until(() => reported('quote').length > 100, 'quotes of the SDK');
    await until(
      () => new Set(reported('candle').map(({ key }) => key)).size === symbols.length,
      'bars of every symbol',
    );
    await until(() => reported('market').length > 2 && reported('derivatives').length > 2, 'market status at the SDK');
    started.pause();
    const finals = symbols.map((symbol) => JSON.stringify(oursAsTheirs(started.lastImage(symbol))));
    const theirs = (): string[] => reported('quote').map(({ data = {} }) => JSON.stringify(bookOf(data)));
    await until(() => finals.every((image) => theirs().includes(image)), 'the last book of every symbol at the SDK');
    await until(() => finals.every((image) => ours.includes(image)), 'the last book of every symbol at ours');

    expect(reported('signed in')).toEqual([{ kind: 'signed in', token_type: 'Bearer' }]);
    expect(reported('quote').filter(({ is_success: ok }) => ok !== true)).toEqual([]);
    const known = new Set(ours);
    expect(theirs().filter((image) => !known.has(image))).toEqual([]);
    expect(new Set(reported('info').map(({ key }) => key))).toEqual(new Set(symbols));
    const marketOf = ({ data = {} }: SdkLine): Fields => data['market_info'] as Fields;
    const read = {
      infos: reported('info').map(({ data = {} }) => theirsBy(infoNames, data)),
      candles: reported('candle').map(({ data = {} }) =>
        timed(theirsBy(candleNames, data), Date.parse(String(data['time']))),
      ),
      markets: [
        ...reported('market').map((line) => theirsBy(equityNames, marketOf(line))),
        ...reported('derivatives').map((line) => theirsBy(derivativesNames, marketOf(line))),
      ],
    };
    await vi.waitFor(
      () => {
        expect(read.infos.filter((one) => !infos.has(one))).toEqual([]);
        expect(read.candles.filter((one) => !candles.has(one))).toEqual([]);
        expect(read.markets.filter((one) => !markets.has(one))).toEqual([]);
      },
      { timeout: 10_000 },
    );
    // Misspelt names on both sides, or a market without trades, would compare equal and prove nothing.
    expect(read.markets.at(-1)).toMatch(/^\["TFEX","OPEN1",[1-9]\d*,[1-9]\d*,[1-9]\d*\]$/);
    expect(read.markets.join()).toMatch(
      /\["SET","OPEN1",\d+(\.\d+)?,\d+(\.\d+)?,\d+(\.\d+)?,-?[\d.]+,-?[\d.]+,[1-9]\d*,[\d.]+\]/,
    );
    expect(await sdk.stop()).toBe(0);
    expect(feed.stats()).toMatchObject({ dropped: {}, rejected: {}, unclaimed: 0 });
  });

  it('gets a refused symbol by the venue’s notice', async () => {
    const started = await startVenue({ rate: 20 });
    started.refuse(started.topic('quote', 'PTT'), 'notice');
    startClient(started);
    await until(() => reported('quote').some(({ is_success: ok }) => ok === false), 'a refusal');
    await until(
      () => reported('quote').some(({ key, is_success: ok }) => key === 'AOT' && ok === true),
      'quotes of AOT',
    );
    const refused = reported('quote').filter(({ is_success: ok }) => ok === false);
    expect(new Set(refused.map(({ key }) => key))).toEqual(new Set(['PTT']));
    expect(refused[0]?.message).not.toBe('');
    expect(reported('quote').some(({ key, is_success: ok }) => key === 'PTT' && ok === true)).toBe(false);
  });
});
