import type { Clock } from '../../src/model/clock.js';
import type { MarketState } from '../../src/model/state.js';
import { mqttVenue, type QuoteFeed, quoteFeed } from '../../src/index.js';
import type { Calendar, EndpointProvider, Venue } from '../../src/model/venue.js';
import type { Dice } from './feedMachineDice.js';
import type { FarSide } from './feedMachineFar.js';

/** An event of the machine's venue, with a sequence number of its topic, or of its bar. */
interface Numbered<K extends string> {
  readonly kind: K;
  readonly symbol: string;
  readonly seq: number;
}

/** A book, another event of a symbol, or the state of the one market, `M`. */
export type MachineEvent =
  | (Omit<Numbered<''>, 'kind'> & {
      readonly depth: 1 | 10;
      readonly bidPrices: readonly number[];
      readonly askPrices: readonly number[];
    })
  | Numbered<'info'>
  | (Numbered<'candle'> & { readonly time: number })
  | (Numbered<'market'> & { readonly said: MarketState });

/** Callbacks into the machine. */
interface MachineVenueConfig {
  readonly endpoint: EndpointProvider;
  readonly calendar: Calendar;
  readonly onSubscribe: 'nothing' | 'unknown' | 'snapshot';
  called(): void;
}

const text = new TextDecoder();

function numbered(payload: Uint8Array): [seq: number, rest: string | undefined] {
  const [number, rest] = text.decode(payload).split(':');
  const seq = Number(number);
  if (Number.isNaN(seq)) throw new Error('not a number');
  return [seq, rest];
}

/**
 * `px/{symbol}` and `in/{symbol}` carry `seq` or `seq:other symbol`, `cd/{symbol}/{interval}` `seq:time`, `market`
 * `seq:state`; anything else throws.
 */
function machineVenue({ endpoint, calendar, onSubscribe, called }: MachineVenueConfig): Venue<MachineEvent> {
  return mqttVenue<MachineEvent>({
    endpoint,
    topics: { quote: 'px/{symbol}', info: 'in/{symbol}', candle: 'cd/{symbol}/{interval}', market: 'market' },
    decode: {
      quote: (payload, topic) => {
        called();
        const [seq, symbol = topic.slice('px/'.length)] = numbered(payload);
        return { symbol, seq, depth: 10, bidPrices: [seq], askPrices: [seq + 1] };
      },
      info: (payload, topic) => {
        called();
        const [seq, symbol = topic.slice('in/'.length)] = numbered(payload);
        return { kind: 'info', symbol, seq };
      },
      candle: (payload, topic) => {
        called();
        const [seq, time] = numbered(payload);
        return { kind: 'candle', symbol: topic.split('/')[1] ?? '', seq, time: Number(time) };
      },
      market: (payload) => {
        called();
        const [seq, said] = numbered(payload);
        return { kind: 'market', symbol: 'M', seq, said: said as MarketState };
      },
    },
    market: (event) => {
      called();
      return 'said' in event ? { market: event.said } : undefined;
    },
    calendar,
    onSubscribe,
  });
}

/** The options of a machine's feed. */
export interface MachineFeedConfig {
  readonly dice: Dice;
  readonly far: FarSide;
  readonly clock: Clock;
  /** Called from every callback that the feed's maker has. */
  readonly called: () => void;
}

/** A feed with settings at random, all its callbacks watched. */
export function machineFeed({ dice, clock, far, called }: MachineFeedConfig): QuoteFeed<MachineEvent> {
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
    venue: machineVenue({ endpoint, calendar, onSubscribe: dice.pick(['nothing', 'unknown', 'snapshot']), called }),
    transport: far.transport,
    clock,
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
