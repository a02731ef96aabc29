import type { VenueBroker } from '../broker/venueBroker.js';
import type { Instrument } from '../market/instrument.js';
import type { Market } from '../market/market.js';
import type { SessionPhase } from '../market/sessionPhase.js';
import type { Channel } from '../wire/channel.js';
import type { VenueMessageKind } from '../wire/venueTopics.js';
import type { VenueChannels } from './venueChannels.js';

/**
 * Moves the market and publishes the changes: a book for every order, prices for every trade, and everything for every
 * phase.
 */
export class Publisher {
  /** Messages by kind, with or without subscribers. */
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

  /** @param turns - the order of instruments, which is repeated */
  constructor(market: Market, channels: VenueChannels, broker: VenueBroker, turns: readonly Instrument[]) {
    this.market = market;
    this.channels = channels;
    this.broker = broker;
    this.turns = turns;
  }

  /** Publishes `count` books, of the next symbols in turn. Skips halted symbols, and publishes nothing out of hours. */
  takeTurns(count: number): void {
    if (!this.market.rules.isMoving) return;
    for (let done = 0; done < count; done++) {
      const instrument = this.turns[this.turn] as Instrument;
      this.turn = (this.turn + 1) % this.turns.length;
      if (instrument.isMoving) this.move(instrument);
    }
    this.broker.flush();
  }

  /** Publishes one order of one symbol; its unchanged image if the symbol does not trade now. */
  publish(instrument: Instrument): void {
    this.move(instrument);
    this.broker.flush();
  }

  /** Moves the market to another phase, and publishes it for the market first, then for each symbol. */
  enterPhase(phase: SessionPhase): void {
    this.market.enter(phase);
    this.announce();
  }

  /** Publishes the state of the market and of all symbols. */
  announce(): void {
    this.tellMarket();
    for (const instrument of this.market.instruments.values()) {
      this.tell('info', this.channels.info(instrument));
      this.tellBar(instrument);
      this.tell('quote', this.channels.quote(instrument));
    }
    this.broker.flush();
  }

  /** Publishes status and index of the market, and status and totals of the derivatives, if there are any. */
  tellMarket(): void {
    this.channels.refreshMarket();
    this.tell('market', this.channels.market);
    if (this.channels.derivatives !== undefined) this.tell('derivatives', this.channels.derivatives);
    this.broker.flush();
  }

  /** Halts a symbol, or ends its halt. */
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
