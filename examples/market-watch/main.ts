/**
 * Last prices, bars and the state of the market beside quotes, each a stream that shows when it can't be trusted. Runs
 * for three seconds with a broker of its own; the link is cut once.
 *
 * Run it in the project's folder: npm run examples -- market-watch
 */
import { interval, merge, takeUntil, timer } from 'rxjs';
import { type Candle, type MarketState, type MarketStatus, mqttVenue, type PriceInfo, quoteFeed } from 'rx-quotes';
import { startSimulatedVenue } from 'rx-quotes/testing';

interface Rate {
  readonly symbol: string;
  readonly mid: number;
}

type Told = Rate | PriceInfo | Candle | MarketStatus;

const read = (payload: Uint8Array): Record<string, number> =>
  JSON.parse(new TextDecoder().decode(payload)) as Record<string, number>;
const none = { high: NaN, low: NaN, netChange: NaN, totalValue: 0, projectedOpenPrice: NaN, projectedOpenVolume: 0 };

// Any broker works. This one sends only the messages that the code below gives it.
const broker = await startSimulatedVenue({ rate: 0 });

const feed = quoteFeed({
  venue: mqttVenue<Told>({
    endpoint: broker.tcpUrl,
    topics: {
      quote: 'fx/{symbol}/rate',
      info: 'fx/{symbol}/day',
      candle: 'fx/{symbol}/bars/{interval}',
      market: 'fx/{symbol}/status',
    },
    decode: {
      quote: (payload, _topic, symbol) => ({ symbol, mid: read(payload)['mid'] ?? NaN }),
      info: (payload, _topic, symbol) => {
        const { last = NaN, volume = 0 } = read(payload);
        return {
          ...none,
          kind: 'info',
          symbol,
          last,
          totalVolume: volume,
          market: 'unknown',
          status: '',
        };
      },
      candle: (payload, topic, symbol) => {
        const { start = NaN, price = NaN } = read(payload);
        const prices = { open: price, high: price, low: price, close: price };
        const interval = topic.slice(topic.lastIndexOf('/') + 1);
        return { kind: 'candle', symbol, interval, sequence: 0, time: start, ...prices, volume: 0, value: 0 };
      },
      market: (payload, _topic, symbol) => {
        const status = new TextDecoder().decode(payload);
        return { kind: 'market', symbol, status, market: status as MarketState };
      },
    },
    onSubscribe: 'nothing',
  }),
});

merge(feed.priceInfos(['USDTHB']), feed.candles(['USDTHB'], { interval: '1m' }), feed.markets(['FX'])).subscribe(
  (told) => {
    const trust = `${told.state}${told.change === 'state' ? ', again' : ''}`;
    if (told.kind === 'info') console.log(`${told.symbol}: last ${told.last}, volume ${told.totalVolume} (${trust})`);
    else if (told.kind === 'candle')
      console.log(`${told.symbol}: ${told.interval} ${told.time} close ${told.close} (${trust})`);
    else console.log(`${told.symbol}: the market is ${told.market} (${trust})`);
  },
);

timer(1000).subscribe(() => {
  broker.dropConnections();
});

// Each topic in turn, and again from the first after the last.
const sent = [
  ['fx/USDTHB/rate', ['{"mid":36.51}', '{"mid":36.52}']],
  ['fx/USDTHB/day', ['{"last":36.5,"volume":10}', '{"last":36.52,"volume":30}']],
  ['fx/USDTHB/bars/1m', ['{"start":0,"price":36.5}', '{"start":0,"price":36.52}', '{"start":60000,"price":36.52}']],
  ['fx/FX/status', ['open']],
] as const;
await interval(200)
  .pipe(takeUntil(timer(3000)))
  .forEach((turn) => {
    for (const [topic, payloads] of sent) broker.send(topic, payloads[turn % payloads.length] ?? payloads[0]);
  });
await feed.close();
await broker.stop();
