import type { VenueBroker } from '../broker/venueBroker.js';
import type { Instrument } from '../market/instrument.js';
import type { Market } from '../market/market.js';
import type { SessionPhase } from '../market/sessionPhase.js';
import type { Channel } from '../wire/channel.js';
import type { VenueMessageKind } from '../wire/venueTopics.js';
import type { VenueChannels } from './venueChannels.js';

/** Moves the market and tells it: a book for every order, prices for every trade, all of it for every phase. */
export class Publisher {
  /** Messages by kind, whether anyone was there to get them or not. */
  readonly sent: Record<VenueMessageKind, number> = {
    quote: 0,
    info: 0,
    candle: 0,
    market: 0,
    derivatives: 0,
  };
  private readonly market: Market;
  private readonly channels: VenueChannels;
  private readonly broker: VenueBroker;
  private readonly turns: readonly Instrument[];
  private turn = 0;

  /** @param turns - whose turn it is, over and over */
  constructor(market: Market, channels: VenueChannels, broker: VenueBroker, turns: readonly Instrument[]) {
    this.market = market;
    this.channels = channels;
    this.broker = broker;
    this.turns = turns;
  }

  /** So many books, of the symbols whose turn it is; none out of hours, and none of a symbol that is halted. */
  takeTurns(count: number): void {
    if (!this.market.rules.isMoving) return;
    for (let done = 0; done < count; done++) {
      const instrument = this.turns[this.turn] as Instrument;
      this.turn = (this.turn + 1) % this.turns.length;
      if (instrument.isMoving) this.move(instrument);
    }
    this.broker.flush();
  }

  /** One order of one symbol; where nothing moves, its image as it is. */
  publish(instrument: Instrument): void {
    this.move(instrument);
    this.broker.flush();
  }

  /** The market goes on to another phase: said of the market first, then of each symbol. */
  enterPhase(phase: SessionPhase): void {
    this.market.enter(phase);
    this.announce();
  }

  /** Everything there is. */
  announce(): void {
    this.tellMarket();
    for (const instrument of this.market.instruments.values()) {
      this.tell('info', this.channels.info(instrument));
      this.tellBar(instrument);
      this.tell('quote', this.channels.quote(instrument));
    }
    this.broker.flush();
  }

  /** Status and index of the market; status and totals of the derivatives, where there are any. */
  tellMarket(): void {
    this.channels.refreshMarket();
    this.tell('market', this.channels.market);
    if (this.channels.derivatives !== undefined) this.tell('derivatives', this.channels.derivatives);
    this.broker.flush();
  }

  /** Halts a symbol, or lets it go on. */
  setHalted(instrument: Instrument, isHalted: boolean): void {
    instrument.isHalted = isHalted;
    this.tell('info', this.channels.info(instrument));
    this.broker.flush();
  }

  private move(instrument: Instrument): void {
    const hasTraded = instrument.step();
    this.tell('quote', this.channels.quote(instrument));
    if (!hasTraded) return;
    this.tell('info', this.channels.info(instrument));
    this.tellBar(instrument);
  }

  private tellBar(instrument: Instrument): void {
    if (this.channels.updateBar(instrument)) this.tell('candle', this.channels.candle(instrument));
  }

  private tell(kind: VenueMessageKind, channel: Channel): void {
    this.sent[kind] += 1;
    this.broker.publish(channel);
  }
}
