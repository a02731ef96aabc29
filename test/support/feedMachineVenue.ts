import type { MarketState } from '../../src/events.js';
import { mqttVenue, type QuoteFeed, quoteFeed } from '../../src/index.js';
import { virtualClock } from '../../src/testing/index.js';
import type { Calendar, EndpointProvider, Venue } from '../../src/venue.js';
import type { FastScheduler } from './fastScheduler.js';
import type { Dice } from './feedMachineDice.js';
import type { FarSide } from './feedMachineFar.js';

/** An image of the machine's venue: a book, its price a sequence number of its topic. */
export interface MachineEvent {
  readonly symbol: string;
  readonly seq: number;
  readonly depth: 1 | 10;
  readonly bidPrices?: readonly number[];
  readonly market?: MarketState;
}

/** What calls back into the machine. */
interface MachineVenueConfig {
  readonly endpoint: EndpointProvider;
  readonly calendar: Calendar;
  readonly subscribeImage: 'none' | 'unknown' | 'current';
  called(): void;
}

const text = new TextDecoder();

/** `px/{symbol}` carries `seq` or `other symbol:seq`, `market` a state; anything else throws. */
function machineVenue({ endpoint, calendar, subscribeImage, called }: MachineVenueConfig): Venue<MachineEvent> {
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

/** What a machine's feed is made with. */
export interface MachineFeedConfig {
  readonly dice: Dice;
  readonly scheduler: FastScheduler;
  readonly far: FarSide;
  /** Called from every callback that the feed's maker has. */
  readonly called: () => void;
}

/** A feed with settings at random, all its callbacks watched. */
export function machineFeed({ dice, scheduler, far, called }: MachineFeedConfig): QuoteFeed<MachineEvent> {
  const calendar: Calendar = {
    at: (time) => {
      called();
      return { market: time % 40_000 < 20_000 ? 'open' : 'closed', until: time - (time % 20_000) + 20_000 };
    },
  };
  const endpoint: EndpointProvider = (attempt) => {
    called();
    return far.endpoints(attempt);
  };
  return quoteFeed<MachineEvent>({
    venue: machineVenue({ endpoint, calendar, subscribeImage: dice.pick(['none', 'unknown', 'current']), called }),
    transport: far.transport,
    clock: virtualClock(scheduler, { random: () => dice.next() }),
    maxPayload: 64,
    capacity: dice.pick([6, 18, 24, 1_000]),
    maxBatch: dice.pick([1, 3, 1_000]),
    maxSlice: dice.pick([1, 10]),
    linger: dice.pick([0, 0, 50, 5_000]),
    staleAfter: () => {
      called();
      return 3_000;
    },
    onReject: called,
    logger: { debug: called, info: called, warn: called, error: called },
  });
}
