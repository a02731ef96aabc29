import { BarSeries, type Bar } from '../market/bar.js';
import type { Instrument } from '../market/instrument.js';
import type { Market } from '../market/market.js';
import { bookParts } from '../wire/bookParts.js';
import { Channel } from '../wire/channel.js';
import { barInterval, candleFields, derivativesFields } from '../wire/candleFields.js';
import { infoFields, marketFields } from '../wire/infoFields.js';
import { venueTopic } from '../wire/venueTopics.js';
import type { WireEncoder } from '../wire/wireEncoder.js';

interface SymbolChannels {
  readonly quote: Channel;
  readonly info: Channel;
  readonly candle: Channel;
  readonly bars: BarSeries;
}

/** The topics of a market and its symbols, and how each one's message is made. */
export class VenueChannels {
  readonly market: Channel;
  /** The channel of the derivatives market; `undefined` without derivatives. */
  readonly derivatives: Channel | undefined;
  readonly byTopic: ReadonlyMap<string, Channel>;
  private readonly source: Market;
  private readonly bySymbol: ReadonlyMap<Instrument, SymbolChannels>;
  private readonly now: () => number;
  private figures: ReturnType<Market['figures']>;
  private totals: ReturnType<Market['derivatives']>;

  /** @param now - wall time in ms, which decides the minute of a trade */
  constructor(market: Market, encoder: WireEncoder, now: () => number) {
    this.source = market;
    this.now = now;
    this.figures = market.figures();
    this.totals = market.derivatives();
    this.market = new Channel(venueTopic('market', market.name), () => [
      encoder.encode('EquityExchangeInfoV3', marketFields(this.figures)),
    ]);
    const pairs = [...market.instruments.values()].map((instrument) => {
      const { symbol } = instrument;
      const quote = new Channel(venueTopic('quote', symbol), bookParts(instrument, encoder));
      const info = new Channel(venueTopic('info', symbol), () => [encoder.encode('InfoV3', infoFields(instrument))]);
      const bars = new BarSeries();
      // A channel's message is made only after its first trade.
      const candle = new Channel(venueTopic('candle', `${symbol}/${barInterval}`), () => [
        encoder.encode('CandlestickV3', candleFields(symbol, bars.bar as Bar)),
      ]);
      return [instrument, { quote, info, candle, bars }] as const;
    });
    const hasDerivatives = pairs.some(([{ kind }]) => kind === 'derivative');
    this.derivatives = hasDerivatives
      ? new Channel(venueTopic('derivatives', this.totals.name), () => [
          encoder.encode('DerivExchangeInfoV3', derivativesFields(this.totals)),
        ])
      : undefined;
    this.bySymbol = new Map(pairs);
    const markets = this.derivatives === undefined ? [this.market] : [this.market, this.derivatives];
    const all = [...markets, ...pairs.flatMap(([, { quote, info, candle }]) => [quote, info, candle])];
    this.byTopic = new Map(all.map((channel) => [channel.topic, channel]));
  }

  quote(instrument: Instrument): Channel {
    return this.pair(instrument).quote;
  }

  info(instrument: Instrument): Channel {
    return this.pair(instrument).info;
  }

  candle(instrument: Instrument): Channel {
    return this.pair(instrument).candle;
  }

  /** Adds a trade to its bar. Returns whether there was a trade since the last call. */
  updateBar(instrument: Instrument): boolean {
    return this.pair(instrument).bars.update(instrument.totals, this.now());
  }

  /**
   * Copies the present figures of the market for its next message: the figures change with every trade, the message
   * does not.
   */
  refreshMarket(): void {
    this.figures = this.source.figures();
    this.totals = this.source.derivatives();
  }

  private pair(instrument: Instrument): SymbolChannels {
    return this.bySymbol.get(instrument) as SymbolChannels;
  }
}
