import type { MarketState } from '../model/state.js';

/** The meaning of a status number: the venue's own word, and the state of the market for a trader. */
export interface StatusWord {
  readonly status: string;
  readonly market: MarketState;
}

type Words = Readonly<Record<number, readonly [status: string, market: MarketState]>>;

/**
 * `market_status` of InfoV3, `_E` for equities and `_D` for derivatives. Source of the numbers and words: settrade-v2
 * 2.2.1 on PyPI. docs/settrade-protocol.md gives the meaning of each word for trading; without a public source it is
 * `unknown`, never `open`.
 */
const infoWords: Words = {
  0: ['UNDEFINED', 'unknown'],
  1: ['PRE_OPEN_E', 'auction'],
  2: ['PRE_OPEN1_E', 'auction'],
  3: ['PRE_OPEN2_E', 'auction'],
  4: ['OPEN_E', 'open'],
  5: ['OPEN1_E', 'open'],
  6: ['OPEN2_E', 'open'],
  7: ['INTERMISSION_E', 'closed'],
  8: ['CALL_E', 'auction'],
  9: ['RUN_OFF_E', 'closed'],
  10: ['CLOSE_E', 'closed'],
  11: ['FREEZE1_E', 'halted'],
  12: ['FREEZE2_E', 'halted'],
  13: ['FREEZE3_E', 'halted'],
  14: ['HALT_E', 'halted'],
  15: ['FULL_HALT_E', 'halted'],
  16: ['CIRCUIT_BREAK_E', 'halted'],
  17: ['SUSPEND_E', 'halted'],
  18: ['PAUSE_E', 'halted'],
  19: ['EXPIRED_E', 'closed'],
  20: ['PRE_OPEN_D', 'auction'],
  21: ['PRE_OPEN0_D', 'auction'],
  22: ['PRE_OPEN1_D', 'auction'],
  23: ['PRE_OPEN2_D', 'auction'],
  24: ['OPEN0_D', 'open'],
  25: ['OPEN1_D', 'open'],
  26: ['OPEN2_D', 'open'],
  27: ['DAY_D', 'unknown'],
  28: ['PRE_SETTLEMENT_D', 'closed'],
  29: ['SETTLEMENT_D', 'closed'],
  30: ['INTERMISSION1_D', 'closed'],
  31: ['INTERMISSION2_D', 'closed'],
  32: ['INTERMISSION3_D', 'closed'],
  33: ['CLOSE_D', 'closed'],
  34: ['HALT_D', 'halted'],
  35: ['FULL_HALT_D', 'halted'],
  36: ['CIRCUIT_BREAK_D', 'halted'],
  37: ['SUSPEND_D', 'halted'],
  38: ['PAUSE_D', 'halted'],
  39: ['EXPIRED_D', 'closed'],
  40: ['NO_MATCHING_E', 'halted'],
  42: ['PRE_DAY_E', 'unknown'],
  43: ['PRE_NIGHT_E', 'unknown'],
  44: ['DAY_E', 'unknown'],
  45: ['NIGHT_E', 'unknown'],
  46: ['INTERMISSION_NIGHT_E', 'closed'],
  47: ['CANCEL_E', 'unknown'],
};

/** `market_status` of EquityMarketInfoV3. */
const equityWords: Words = {
  0: ['UNDEFINED', 'unknown'],
  2: ['PRE_OPEN1', 'auction'],
  3: ['PRE_OPEN2', 'auction'],
  5: ['OPEN1', 'open'],
  6: ['OPEN2', 'open'],
  7: ['INTERMISSION', 'closed'],
  8: ['CALL', 'auction'],
  9: ['RUN_OFF', 'closed'],
  10: ['CLOSE', 'closed'],
  11: ['PRE_DAY', 'unknown'],
  12: ['PRE_NIGHT', 'unknown'],
  13: ['DAY', 'unknown'],
  14: ['NIGHT', 'unknown'],
  15: ['INTERMISSION_NIGHT', 'closed'],
  16: ['CANCEL', 'unknown'],
};

/** `market_status` of DerivMarketInfoV3. */
const derivativesWords: Words = {
  0: ['UNDEFINED', 'unknown'],
  1: ['PRE_OPEN0', 'auction'],
  2: ['PRE_OPEN1', 'auction'],
  3: ['PRE_OPEN2', 'auction'],
  4: ['OPEN0', 'open'],
  5: ['OPEN1', 'open'],
  6: ['OPEN2', 'open'],
  7: ['INTERMISSION1', 'closed'],
  8: ['INTERMISSION2', 'closed'],
  9: ['INTERMISSION3', 'closed'],
  10: ['SETTLEMENT', 'closed'],
  11: ['CLOSE', 'closed'],
  14: ['DAY', 'unknown'],
  15: ['PRE_SETTLEMENT', 'closed'],
};

/** Enums of proto3 are open: a number that this version does not know is shown as it is, and is `unknown`. */
function word(words: Words, value: number): StatusWord {
  const [status, market] = words[value] ?? [`STATUS_${String(value)}`, 'unknown'];
  return { status, market };
}

/** The status of a symbol. */
export const infoStatus = (value: number): StatusWord => word(infoWords, value);

/** The status of an equity market. */
export const equityMarketStatus = (value: number): StatusWord => word(equityWords, value);

/** The status of a derivatives market. */
export const derivativesMarketStatus = (value: number): StatusWord => word(derivativesWords, value);
