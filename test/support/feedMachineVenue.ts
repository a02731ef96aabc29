import type { MarketState } from '../../src/events.js';
import { mqttVenue } from '../../src/mqttVenue.js';
import type { Calendar, EndpointProvider, Venue } from '../../src/venue.js';

/** An image of the machine's venue: a book, its price a sequence number of its topic. */
export interface MachineEvent {
  readonly symbol: string;
  readonly seq: number;
  readonly depth: 1 | 10;
  readonly bidPrices?: readonly number[];
  readonly market?: MarketState;
}

/** What calls back into the machine. */
export interface MachineVenueConfig {
  readonly endpoint: EndpointProvider;
  readonly calendar: Calendar;
  readonly subscribeImage: 'none' | 'unknown' | 'current';
  called(): void;
}

const text = new TextDecoder();

/** `px/{symbol}` carries `seq` or `other symbol:seq`, `market` a state; anything else throws. */
export function machineVenue({ endpoint, calendar, subscribeImage, called }: MachineVenueConfig): Venue<MachineEvent> {
  return mqttVenue<MachineEvent>({
    endpoint,
    topics: { quote: 'px/{symbol}', market: 'market' },
    decode: {
      quote: (payload, topic) => {
        called();
        const [number, symbol = topic.slice('px/'.length)] = text.decode(payload).split(':');
        const seq = Number(number);
        if (Number.isNaN(seq)) throw new Error('not a number');
        return { symbol, seq, depth: 10, bidPrices: [seq] };
      },
      market: (payload) => {
        called();
        return { symbol: '', seq: 0, depth: 1, market: text.decode(payload) as MarketState };
      },
    },
    market: ({ market }) => {
      called();
      return market === undefined ? undefined : { market };
    },
    calendar,
    subscribeImage,
  });
}
