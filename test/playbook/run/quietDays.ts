import type { Calendar, Venue } from '../../../src/model/venue.js';
import { kinds } from '../../sessions/kinds.js';
import { laws } from '../../sessions/laws.js';
import { planOf } from '../../sessions/plan.js';
import { seeded } from '../../sessions/random.js';
import { changeAfter, dayLength, type Market, type Part, stateAt } from '../../sessions/timetable.js';
import { TradingDay } from '../../sessions/tradingDay.js';
import { universe } from '../../sessions/universe.js';
import { type TextEvent, textVenue } from '../../support/textVenue.js';
import { QuietFeed, type QuietResult } from './quietFeed.js';

/** Kinds of days on which nothing is wrong: no symbol, market, link, clock or process fails. Each list is played on one feed. */
export const healthyDays: Readonly<Record<string, readonly string[]>> = {
  'days of more and less trade': [
    ...['normal', 'half the trade', 'twice the trade', 'other rates than yesterday', 'surges and slow spells'],
  ],
  'days of other auctions': [
    ...['lunch with stray messages', 'busy pre-open', 'silent auctions', 'auctions that end by chance', 'late open'],
  ],
  'days of halts': [
    ...['halts of symbols', 'halt of a market', 'circuit breaker', 'circuit breaker twice', 'suspended symbols'],
  ],
  'days of other hours': [
    ...['no night session', 'holiday by status', 'holiday by calendar', 'half-day by status', 'half-day by calendar'],
  ],
};

/** Plays a normal day and then one of each kind, one after the other, through one feed. */
export function playDays(name: string, symbols: number, chosen: readonly string[]): QuietResult {
  const seed = 1;
  const all = universe(seed, laws, symbols);
  const days = ['normal', ...chosen].map((kind, number) => {
    const random = seeded(kind, seed, String(number));
    const plan = planOf(kinds.find((one) => one.name === kind)!, all, random);
    return { plan, random, begin: number * dayLength };
  });
  const marketOf = new Map(all.subjects.map(({ symbol, market }) => [symbol, market]));
  const parts = (time: number, market: Market): readonly Part[] =>
    days[Math.min(days.length - 1, Math.floor(time / dayLength))]!.plan.markets[market].calendar;
  const calendar: Calendar = {
    at: (time, symbol) => {
      const begin = Math.floor(time / dayLength) * dayLength;
      const own = parts(time, marketOf.get(symbol) ?? 'SET');
      return { market: stateAt(own, time - begin), until: begin + changeAfter(own, time - begin) };
    },
  };
  const venue: Venue<TextEvent> = {
    ...textVenue({
      topics: { quote: 'px/{symbol}', market: 'status/{symbol}' },
      decode: {
        quote: (_payload, _topic, symbol) => ({ symbol, price: 1 }),
        market: (payload, _topic, symbol) => ({
          ...{ symbol, price: 1 },
          market: new TextDecoder().decode(payload) as NonNullable<TextEvent['market']>,
        }),
      },
      market: ({ symbol, market }) => (market === undefined ? undefined : { symbol, market }),
      calendar,
    }),
    marketOf: (symbol) => marketOf.get(symbol) ?? 'SET',
  };
  const quiet = new QuietFeed(
    venue,
    all.subjects.map(({ symbol }) => symbol),
    10_000,
  );
  // As on a venue that sends an image on SUBSCRIBE: a symbol that never sent anything may be misspelt.
  quiet.at(50, () => {
    for (const { symbol } of all.subjects) quiet.publish(`px/${symbol}`, '1');
  });
  for (const [number, { plan, random, begin }] of days.entries()) {
    quiet.at(begin, () => {
      const day = new TradingDay(all, plan, seeded('messages', seed, String(number)));
      const next = (): void => {
        if (day.nextTime >= dayLength) return;
        quiet.at(begin + day.nextTime, () => {
          quiet.publish(`px/${all.subjects[day.nextSymbol]!.symbol}`, '1');
          day.advance();
          next();
        });
      };
      next();
      for (const [index, { symbol, market }] of all.subjects.entries()) {
        const { statusWithin } = plan.markets[market];
        if (statusWithin === 'never') continue;
        const own = day.symbols[index]!.parts;
        for (const change of new Set([0, ...own.flatMap(({ from, to }) => [from, to])])) {
          quiet.at(begin + change + random() * statusWithin, () => {
            quiet.publish(`status/${symbol}`, stateAt(own, change));
          });
        }
      }
    });
  }
  return quiet.end(name, days.length * dayLength);
}
