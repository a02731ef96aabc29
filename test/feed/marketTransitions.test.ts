import { describe, expect, it } from 'vitest';
import { MarketStates } from '../../src/feed/trust/marketStates.js';
import { believedFirst, marketRules, marketTransitions } from '../../src/feed/trust/marketTransitions.js';
import { transitions } from '../../src/feed/trust/transitions.js';
import type { MarketState } from '../../src/model/state.js';

const states = Object.keys(marketRules) as MarketState[];

describe('the state of a market', () => {
  it('comes from the symbol first, then from the venue, then from the calendar', () => {
    expect(believedFirst).toEqual(['symbol', 'venue', 'calendar']);
    const book = new MarketStates({ at: () => ({ market: 'closed' }) }, () => 0);
    expect(book.of('PTT')).toBe('closed');
    book.change({ market: 'auction' }, 'venue');
    expect(book.of('PTT')).toBe('auction');
    book.change({ symbol: 'PTT', market: 'halted' }, 'status/PTT');
    expect([book.of('PTT'), book.of('AOT')]).toEqual(['halted', 'auction']);
  });

  it('is unknown without a source', () => {
    expect(new MarketStates(undefined, () => 0).of('PTT')).toBe('unknown');
  });

  it('has no state that came by the link once a status may have been missed', () => {
    expect([marketTransitions.symbol.missed, marketTransitions.venue.missed]).toEqual(['lost', 'lost']);
  });

  it('is replaced only by its own source', () => {
    const replaced = Object.entries(marketTransitions).map(([source, words]) => [
      source,
      Object.entries(words).flatMap(([evidence, word]) => (word === 'replaced' ? [evidence] : [])),
    ]);
    expect(replaced).toEqual([
      ['symbol', ['symbolReported']],
      ['venue', ['venueReported']],
      ['calendar', ['turned']],
    ]);
  });
});

/** The same by hand: every word that was said, and in whose name. */
class NaiveBook {
  private readonly said: {
    readonly symbol: string | undefined;
    readonly market: MarketState;
    readonly topic: string;
  }[] = [];
  calendar: MarketState = 'closed';

  of(symbol: string): MarketState {
    const own = this.said.findLast((word) => word.symbol === symbol);
    const venue = this.said.findLast((word) => word.symbol === undefined);
    return own?.market ?? venue?.market ?? this.calendar;
  }

  say(symbol: string | undefined, market: MarketState, topic: string): void {
    this.said.push({ symbol, market, topic });
  }

  forget(topic: string, symbol: string): void {
    const venue = this.said.findLast((word) => word.symbol === undefined);
    const gone = (word: (typeof this.said)[number]): boolean =>
      word.symbol === symbol || (word.symbol === undefined && venue?.topic === topic);
    this.said.splice(0, Infinity, ...this.said.filter((word) => !gone(word)));
  }

  miss(): void {
    this.said.length = 0;
  }
}

it.each([1, 2, 3])('MarketStates agrees with a naive model over 5,000 random events, seed %i', (seed) => {
  let state = seed * 7_919;
  const chance = (count: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % count;
  };
  const naive = new NaiveBook();
  const book = new MarketStates({ at: () => ({ market: naive.calendar }) }, () => 0);
  const symbols = ['A', 'B', 'C'];
  for (let step = 0; step < 5_000; step += 1) {
    const symbol = symbols[chance(3)] ?? 'A';
    const market = states[chance(states.length)] ?? 'open';
    const topic = `t${String(chance(2))}`;
    switch (chance(8)) {
      case 0:
        naive.miss();
        book.reset();
        break;
      case 1:
        naive.forget(topic, symbol);
        book.forget(topic, symbol);
        break;
      case 2:
        naive.calendar = market;
        break;
      case 3:
        naive.say(undefined, market, topic);
        book.change({ market }, topic);
        break;
      default:
        naive.say(symbol, market, topic);
        book.change({ symbol, market }, topic);
    }
    expect(symbols.map((one) => book.of(one))).toEqual(symbols.map((one) => naive.of(one)));
  }
});

describe('the meaning of a market’s state', () => {
  it('is tradable only if the market is open', () => {
    expect(states.filter((state) => marketRules[state].tradable)).toEqual(['open']);
  });

  it('makes silence a possible fault where trade goes on, or where the state is unknown', () => {
    expect(states.filter((state) => marketRules[state].silenceCounts)).toEqual(['open', 'unknown']);
  });
});

it('every state of data is reachable from the first', () => {
  const reached = new Set(['awaiting']);
  for (const state of reached) {
    for (const next of Object.values(transitions[state as keyof typeof transitions])) reached.add(next);
  }
  expect([...reached].sort()).toEqual(Object.keys(transitions).sort());
});
