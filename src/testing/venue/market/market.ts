import { referencePrice } from './defaultSymbols.js';
import { Instrument, type InstrumentKind } from './instrument.js';
import { phaseRules, type PhaseRules, type SessionPhase } from './sessionPhase.js';
import { seededRandom } from './seededRandom.js';

/** The index in points, and the trades of all symbols. */
export interface MarketFigures {
  readonly name: string;
  readonly status: number;
  /** In hundredths of a point. */
  readonly index: number;
  readonly high: number;
  readonly low: number;
  readonly change: number;
  /** In hundredths of a per cent. */
  readonly percentChange: number;
  readonly volume: number;
  /** In satang. */
  readonly value: number;
}

/** The derivatives market: the trades of all its symbols, in contracts. */
export interface DerivativesFigures {
  readonly name: string;
  readonly status: number;
  readonly volume: number;
  readonly deals: number;
  readonly openInterest: number;
}

/** Name of the derivatives market in the topic of its status. */
export const derivativesMarket = 'TFEX';

/** The fraction of a derivative's trades that opens a position: an invented number. */
const openingFraction = 0.5;

/** The index before anything traded, in hundredths of a point. */
const indexBase = 100_000;

/** All symbols, in one phase. The same seed makes the same books, for any order of the symbols. */
export class Market {
  readonly name: string;
  readonly instruments: ReadonlyMap<string, Instrument>;
  private readonly shares: number;
  private currentPhase: SessionPhase;
  private high = indexBase;
  private low = indexBase;

  constructor(
    name: string,
    symbols: readonly string[],
    phase: SessionPhase,
    seed: number,
    derivatives: readonly string[] = [],
  ) {
    this.name = name;
    this.currentPhase = phase;
    const listed = (kind: InstrumentKind) => (symbol: string) => {
      const random = seededRandom(`${String(seed)}/${symbol}`);
      return [symbol, new Instrument(symbol, referencePrice(symbol), phaseRules[phase], random, kind)] as const;
    };
    this.instruments = new Map([...symbols.map(listed('share')), ...derivatives.map(listed('derivative'))]);
    this.shares = symbols.length;
  }

  get phase(): SessionPhase {
    return this.currentPhase;
  }

  get rules(): PhaseRules {
    return phaseRules[this.currentPhase];
  }

  enter(phase: SessionPhase): void {
    this.currentPhase = phase;
    for (const instrument of this.instruments.values()) instrument.enter(phaseRules[phase]);
  }

  /** Read for every message about the market. */
  figures(): MarketFigures {
    let [moved, volume, value] = [0, 0, 0];
    for (const { totals, reference, kind } of this.instruments.values()) {
      if (kind === 'derivative') continue;
      if (totals.last !== 0) moved += totals.last / reference - 1;
      volume += totals.volume;
      value += totals.value;
    }
    const index = Math.round(indexBase * (1 + moved / this.shares));
    this.high = Math.max(this.high, index);
    this.low = Math.min(this.low, index);
    const change = index - indexBase;
    return {
      name: this.name,
      status: this.rules.marketStatus,
      index,
      high: this.high,
      low: this.low,
      change,
      percentChange: Math.round((change / indexBase) * 10_000),
      volume,
      value,
    };
  }

  /** The same for the derivatives. */
  derivatives(): DerivativesFigures {
    let [volume, deals] = [0, 0];
    for (const { totals, kind } of this.instruments.values()) {
      if (kind === 'share') continue;
      volume += totals.volume;
      deals += totals.deals;
    }
    const status = this.rules.derivativesStatus;
    return { name: derivativesMarket, status, volume, deals, openInterest: Math.floor(volume * openingFraction) };
  }
}
