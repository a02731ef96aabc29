/**
 * Where in its day the simulated market is, in the protocol's words: two sessions, each after a pre-open, then the call
 * market that makes the closing price, the run-off at that price, and the close.
 */
export type SessionPhase =
  | 'pre-open1'
  | 'open1'
  | 'intermission'
  | 'pre-open2'
  | 'open2'
  | 'call'
  | 'run-off'
  | 'closed';

/**
 * The values that messages have in a phase. Status numbers: settrade-v2 2.2.1 on PyPI, `infov3_pb2`,
 * `exchinfoeqv3_pb2` and `exchinfodvv3_pb2`. Derivatives have no call market: they settle meanwhile.
 */
export interface PhaseRules {
  /** `market_status` of InfoV3. */
  readonly symbolStatus: number;
  /** `market_status` of EquityExchangeInfoV3. */
  readonly marketStatus: number;
  /** `market_status` of a derivative's InfoV3. */
  readonly derivativeStatus: number;
  /** `market_status` of DerivExchangeInfoV3. */
  readonly derivativesStatus: number;
  /** The auction whose orders stand first in the book, with a volume and no price. */
  readonly auction?: 'ato' | 'atc';
  /** Whether orders come in. */
  readonly isMoving: boolean;
}

/** The rules of every phase. */
export const phaseRules: Readonly<Record<SessionPhase, PhaseRules>> = {
  'pre-open1': {
    symbolStatus: 2,
    marketStatus: 2,
    derivativeStatus: 22,
    derivativesStatus: 2,
    auction: 'ato',
    isMoving: true,
  },
  open1: { symbolStatus: 5, marketStatus: 5, derivativeStatus: 25, derivativesStatus: 5, isMoving: true },
  intermission: { symbolStatus: 7, marketStatus: 7, derivativeStatus: 30, derivativesStatus: 7, isMoving: false },
  'pre-open2': {
    symbolStatus: 3,
    marketStatus: 3,
    derivativeStatus: 23,
    derivativesStatus: 3,
    auction: 'ato',
    isMoving: true,
  },
  open2: { symbolStatus: 6, marketStatus: 6, derivativeStatus: 26, derivativesStatus: 6, isMoving: true },
  call: {
    symbolStatus: 8,
    marketStatus: 8,
    derivativeStatus: 28,
    derivativesStatus: 15,
    auction: 'atc',
    isMoving: true,
  },
  'run-off': { symbolStatus: 9, marketStatus: 9, derivativeStatus: 29, derivativesStatus: 10, isMoving: false },
  closed: { symbolStatus: 10, marketStatus: 10, derivativeStatus: 33, derivativesStatus: 11, isMoving: false },
};

/** `market_status` of InfoV3 for a symbol that is halted. */
export const haltedStatus = 14;

/** The same for a derivative. */
export const haltedDerivativeStatus = 34;

/** The phases, in the order of a day. */
export const sessionPhases: readonly SessionPhase[] = Object.keys(phaseRules) as SessionPhase[];
