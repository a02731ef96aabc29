import { mqttVenue, type MqttVenueConfig } from '../../src/mqttVenue.js';
import type { MarketState } from '../../src/model/state.js';
import type { Venue } from '../../src/model/venue.js';

/** The meaning of the text venue's payloads: a price, or the state of the market. */
export interface TextEvent {
  readonly symbol: string;
  readonly price: number;
  readonly market?: MarketState;
}

const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** A venue for tests: `px/{symbol}` carries a price as text, `market` the state of the market as text. */
export function textVenue(config: Partial<MqttVenueConfig<TextEvent>> = {}): Venue<TextEvent> {
  return mqttVenue<TextEvent>({
    endpoint: 'mqtt://broker.test',
    topics: { quote: 'px/{symbol}', market: 'market' },
    decode: {
      quote: (payload, _topic, symbol) => {
        const price = Number(text(payload));
        if (Number.isNaN(price)) throw new Error('not a price');
        return { symbol, price };
      },
      market: (payload) => ({ symbol: '', price: Number.NaN, market: text(payload) as MarketState }),
    },
    market: ({ market }) => (market === undefined ? undefined : { market }),
    onSubscribe: 'nothing',
    ...config,
  });
}
