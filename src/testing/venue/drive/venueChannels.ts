import type { Instrument } from '../market/instrument.js';
import type { Market } from '../market/market.js';
import { bookParts } from '../wire/bookParts.js';
import { Channel } from '../wire/channel.js';
import { infoFields, marketFields } from '../wire/infoFields.js';
import { venueTopic } from '../wire/venueTopics.js';
import type { WireEncoder } from '../wire/wireEncoder.js';

/** The topics of a market and its symbols, and how each one's message is made. */
export class VenueChannels {
  readonly market: Channel;
  readonly byTopic: ReadonlyMap<string, Channel>;
  private readonly source: Market;
  private readonly bySymbol: ReadonlyMap<Instrument, { readonly quote: Channel; readonly info: Channel }>;
  private figures: ReturnType<Market['figures']>;

  constructor(market: Market, encoder: WireEncoder) {
    this.source = market;
    this.figures = market.figures();
    this.market = new Channel(venueTopic('market', market.name), () => [
      encoder.encode('EquityExchangeInfoV3', marketFields(this.figures)),
    ]);
    const pairs = [...market.instruments.values()].map((instrument) => {
      const { symbol } = instrument;
      const quote = new Channel(venueTopic('quote', symbol), bookParts(instrument, encoder));
      const info = new Channel(venueTopic('info', symbol), () => [encoder.encode('InfoV3', infoFields(instrument))]);
      return [instrument, { quote, info }] as const;
    });
    this.bySymbol = new Map(pairs);
    const all = [this.market, ...pairs.flatMap(([, { quote, info }]) => [quote, info])];
    this.byTopic = new Map(all.map((channel) => [channel.topic, channel]));
  }

  quote(instrument: Instrument): Channel {
    return this.pair(instrument).quote;
  }

  info(instrument: Instrument): Channel {
    return this.pair(instrument).info;
  }

  /** Takes the market's figures of now into its next message: they change with every trade, it does not. */
  refreshMarket(): void {
    this.figures = this.source.figures();
  }

  private pair(instrument: Instrument): { readonly quote: Channel; readonly info: Channel } {
    return this.bySymbol.get(instrument) as { readonly quote: Channel; readonly info: Channel };
  }
}
