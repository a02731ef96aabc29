import { describe, expect, it } from 'vitest';
import type { MarketState } from '../../src/index.js';
import {
  derivativesMarketStatus,
  equityMarketStatus,
  infoStatus,
  type StatusWord,
} from '../../src/settrade/marketStatus.js';

/** The meaning of each word for trading, written apart from the tables under test; every other is `unknown`. */
const meanings: Readonly<Record<Exclude<MarketState, 'unknown'>, string>> = {
  open: 'OPEN OPEN0 OPEN1 OPEN2',
  auction: 'PRE_OPEN PRE_OPEN0 PRE_OPEN1 PRE_OPEN2 CALL',
  halted: 'FREEZE1 FREEZE2 FREEZE3 HALT FULL_HALT CIRCUIT_BREAK SUSPEND PAUSE NO_MATCHING',
  closed:
    'INTERMISSION INTERMISSION1 INTERMISSION2 INTERMISSION3 INTERMISSION_NIGHT RUN_OFF CLOSE EXPIRED PRE_SETTLEMENT SETTLEMENT',
};

/** Names of the SDK's enums by their numbers (settrade-v2 2.2.1, `settrade_v2.pb`); `-` where it has none. */
const info =
  'UNDEFINED PRE_OPEN_E PRE_OPEN1_E PRE_OPEN2_E OPEN_E OPEN1_E OPEN2_E INTERMISSION_E CALL_E RUN_OFF_E CLOSE_E FREEZE1_E FREEZE2_E FREEZE3_E HALT_E FULL_HALT_E CIRCUIT_BREAK_E SUSPEND_E PAUSE_E EXPIRED_E PRE_OPEN_D PRE_OPEN0_D PRE_OPEN1_D PRE_OPEN2_D OPEN0_D OPEN1_D OPEN2_D DAY_D PRE_SETTLEMENT_D SETTLEMENT_D INTERMISSION1_D INTERMISSION2_D INTERMISSION3_D CLOSE_D HALT_D FULL_HALT_D CIRCUIT_BREAK_D SUSPEND_D PAUSE_D EXPIRED_D NO_MATCHING_E - PRE_DAY_E PRE_NIGHT_E DAY_E NIGHT_E INTERMISSION_NIGHT_E CANCEL_E';
const equity =
  'UNDEFINED - PRE_OPEN1 PRE_OPEN2 - OPEN1 OPEN2 INTERMISSION CALL RUN_OFF CLOSE PRE_DAY PRE_NIGHT DAY NIGHT INTERMISSION_NIGHT CANCEL';
const derivatives =
  'UNDEFINED PRE_OPEN0 PRE_OPEN1 PRE_OPEN2 OPEN0 OPEN1 OPEN2 INTERMISSION1 INTERMISSION2 INTERMISSION3 SETTLEMENT CLOSE - - DAY PRE_SETTLEMENT';

function meaningOf(word: string): MarketState {
  const plain = word.replace(/_[ED]$/, '');
  const found = Object.entries(meanings).find(([, words]) => words.split(' ').includes(plain));
  return (found?.[0] ?? 'unknown') as MarketState;
}

describe.each<[string, string, (value: number) => StatusWord]>([
  ['a symbol', info, infoStatus],
  ['an equity market', equity, equityMarketStatus],
  ['a derivatives market', derivatives, derivativesMarketStatus],
])('the status of %s', (_of, names, read) => {
  const words = names.split(' ');

  it.each(words.map((word, value) => [value, word] as const))(
    '%i is %s, with its meaning for trading',
    (value, word) => {
      const expected = word === '-' ? `STATUS_${String(value)}` : word;
      expect(read(value)).toEqual({ status: expected, market: meaningOf(word) });
    },
  );

  it('is unknown, and never open, for any other number', () => {
    for (const value of [-1, words.length, words.length + 1, 99, 255, 1_000, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(read(value)).toEqual({ status: `STATUS_${String(value)}`, market: 'unknown' });
    }
  });
});
