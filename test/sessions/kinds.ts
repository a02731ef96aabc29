import { type Kind, type Outage, type Plan, withAllMarkets, withMarkets } from './plan.js';
import { type Random, pick, sample } from './random.js';
import { type Market, type Part, at, hours, minute, replaced, second } from './timetable.js';
import { type Universe, rateClasses } from './universe.js';

/** Times at which SET and TFEX are both open, so that one of them is never the whole feed. */
const bothOpen = [
  { from: at(10), to: at(12, 30) },
  { from: at(14), to: at(16, 30) },
] as const;

/** Night products are the whole feed then. */
const night = [{ from: at(19), to: at(27) }] as const;

const everyone = ({ subjects }: Universe): readonly number[] => subjects.map((_, index) => index);

const of = ({ subjects }: Universe, ...markets: readonly Market[]): readonly number[] =>
  subjects.flatMap(({ market }, index) => (markets.includes(market) ? [index] : []));

/** A part of each class, drawn anew, and `least` at least, but of few no more than a third. */
function share({ subjects }: Universe, random: Random, part: number, least = 0): readonly number[] {
  return rateClasses.flatMap((_, rateClass) => {
    const members = subjects.flatMap((subject, index) => (subject.rateClass === rateClass ? [index] : []));
    const most = members.length < 2 * least ? Math.ceil(members.length / 3) : members.length;
    return sample(random, members, Math.min(most, Math.max(least, Math.ceil(members.length * part))));
  });
}

/** `count` spans of `length`, spread over the windows by chance, each with as much time after it at least. */
function spans(
  random: Random,
  windows: readonly { readonly from: number; readonly to: number }[],
  count: number,
  length: number,
): readonly { readonly from: number; readonly to: number }[] {
  const perWindow = Math.ceil(count / windows.length);
  return windows.flatMap(({ from, to }) => {
    const slot = (to - from) / perWindow;
    return Array.from({ length: perWindow }, (_, number) => {
      const start = from + number * slot + random() * (slot - 2 * length);
      return { from: start, to: start + length };
    });
  });
}

function outages(
  scope: Outage['scope'],
  random: Random,
  windows: readonly { readonly from: number; readonly to: number }[],
  count: number,
  length: number,
  symbols: () => readonly number[],
): readonly Outage[] {
  return spans(random, windows, count, length).map((span) => ({ scope, symbols: symbols(), ...span }));
}

/** Any time at which a symbol's market is open. */
function openTime(random: Random, market: Market, before = 1): number {
  const open = hours[market].filter(({ state }) => state === 'open');
  const length = open.reduce((sum, { from, to }) => sum + to - from, 0);
  let into = random() * length * before;
  for (const { from, to } of open) {
    if (into < to - from) return from + into;
    into -= to - from;
  }
  return open[0]!.from;
}

/** A part of each class dies for the day, each symbol at a time of its own in the first part of its day. */
function scattered(name: string, part: number, before: number): Kind {
  return {
    name,
    plan: (universe, random) => ({
      deaths: share(universe, random, part, 10).map((symbol) => ({
        symbol,
        from: openTime(random, universe.subjects[symbol]!.market, before),
      })),
      judgesPools: false,
    }),
  };
}

/** So many symbols with at least two messages a minute die, each by itself. */
function few(name: string, count: number): Kind {
  return {
    name,
    plan: (universe, random) => {
      const heard = everyone(universe).filter((index) => universe.subjects[index]!.rateClass <= 3);
      return {
        deaths: sample(random, heard, count).map((symbol) => ({
          symbol,
          from: openTime(random, universe.subjects[symbol]!.market),
        })),
      };
    },
  };
}

const noAfternoon = (parts: readonly Part[]): readonly Part[] => replaced(parts, at(12, 30), at(27), []);
const halted = (from: number, to: number): Part => ({ state: 'halted', from, to });
const auction = (from: number, to: number): Part => ({ state: 'auction', from, to });

/** Trading stops for half an hour and begins again with an auction of ten minutes. */
function breaker(parts: readonly Part[], from: number): readonly Part[] {
  const [resume, end] = [from + 30 * minute, from + 40 * minute];
  return replaced(parts, from, end, [halted(from, resume), auction(resume, end)]);
}

/** A time on a whole cell. */
const whole = (random: Random, from: number, to: number): number =>
  from + pick(random, (to - from) / (10 * second)) * 10 * second;

/** An auction that ends at a time of chance within its last minutes. */
function randomOpen(parts: readonly Part[], random: Random): readonly Part[] {
  return parts
    .map((part, index) => {
      const next = parts[index + 1];
      if (part.state === 'auction' && next?.state === 'open') {
        const to = whole(random, part.to - 5 * minute, part.to);
        return { ...part, to };
      }
      return part;
    })
    .map((part, index, all) => (part.state === 'open' && index > 0 ? { ...part, from: all[index - 1]!.to } : part));
}

/** The kinds of days. A field that they leave out is as on a normal day; all have a lunch, and a night of some products. */
export const kinds: readonly Kind[] = [
  { name: 'normal', plan: () => ({}) },
  { name: 'half the trade', plan: () => ({ volume: 0.5 }) },
  { name: 'twice the trade', plan: () => ({ volume: 2 }) },
  { name: 'other rates than yesterday', plan: () => ({ volumeSpread: 0.5 }) },
  {
    name: 'surges and slow spells',
    plan: (_, random) => ({
      // Each slot of 20 minutes has a surge of all symbols, and then a slow spell.
      surges: Array.from({ length: 54 }, (__, slot) => {
        const from = at(9) + slot * 20 * minute;
        const middle = whole(random, from + minute, from + 8 * minute);
        return [
          { from, to: middle, factor: 1 + 3 * random() },
          { from: middle, to: whole(random, middle + minute, from + 20 * minute), factor: 0.25 + 0.5 * random() },
        ];
      }).flat(),
    }),
  },
  { name: 'lunch with stray messages', plan: () => ({ elsewhere: { auction: 0.3, closed: 0.01 } }) },
  { name: 'busy pre-open', plan: () => ({ elsewhere: { auction: 3, closed: 0 } }) },
  { name: 'silent auctions', plan: () => ({ elsewhere: { auction: 0, closed: 0 } }) },
  {
    name: 'auctions that end by chance',
    plan: (_, random) => withAllMarkets((market) => ({ parts: randomOpen(hours[market], random) })),
  },
  {
    name: 'halts of symbols',
    plan: (universe, random) => ({
      halts: sample(random, everyone(universe), 80).map((symbol) => {
        const from = whole(random, at(10), at(11, 30));
        return { symbol, from, to: whole(random, from + 5 * minute, from + 60 * minute) };
      }),
    }),
  },
  {
    name: 'halt of a market',
    plan: (_, random) => {
      const from = whole(random, at(10, 30), at(11, 30));
      const stopped = (parts: readonly Part[]): readonly Part[] =>
        replaced(parts, from, from + 20 * minute, [halted(from, from + 20 * minute)]);
      return withMarkets({ TFEX: { parts: stopped(hours.TFEX) }, TFEX_NIGHT: { parts: stopped(hours.TFEX_NIGHT) } });
    },
  },
  {
    name: 'circuit breaker',
    plan: (_, random) => {
      const from = whole(random, at(10, 10), at(11, 40));
      return withAllMarkets((market) => ({ parts: breaker(hours[market], from) }));
    },
  },
  {
    name: 'circuit breaker twice',
    plan: (_, random) => {
      const [first, then] = [whole(random, at(10, 10), at(11, 40)), whole(random, at(14, 10), at(15, 40))];
      return withMarkets({ SET: { parts: breaker(breaker(hours.SET, first), then) } });
    },
  },
  {
    name: 'suspended symbols',
    plan: (universe, random) => ({
      halts: sample(random, everyone(universe), 40).map((symbol) => ({ symbol, from: at(9), to: at(27) })),
    }),
  },
  {
    name: 'no night session',
    plan: () => withMarkets({ TFEX_NIGHT: { parts: hours.TFEX } }),
  },
  { name: 'holiday by status', plan: () => withAllMarkets(() => ({ parts: [] })) },
  {
    name: 'holiday by calendar',
    plan: () => withAllMarkets(() => ({ parts: [], calendar: [], statusWithin: 'never' })),
  },
  { name: 'half-day by status', plan: () => withAllMarkets((market) => ({ parts: noAfternoon(hours[market]) })) },
  {
    name: 'half-day by calendar',
    plan: () =>
      withAllMarkets((market) => {
        const parts = noAfternoon(hours[market]);
        return { parts, calendar: parts, statusWithin: 'never' };
      }),
  },
  {
    name: 'late open',
    plan: () =>
      withMarkets({ SET: { parts: replaced(hours.SET, at(9, 30), at(10, 30), [auction(at(9, 30), at(10, 30))]) } }),
  },
  {
    name: 'late open of all',
    plan: () =>
      withAllMarkets((market) => ({
        parts: replaced(hours[market], at(9), at(11), [auction(at(9, 30), at(11))]),
      })),
  },
  { name: 'status 20 s late', plan: () => withAllMarkets(() => ({ statusWithin: 20 * second })) },
  { name: 'no status, a calendar', plan: () => withAllMarkets(() => ({ statusWithin: 'never' })) },
  few('one dead', 1),
  few('ten dead', 10),
  scattered('deaths, scattered', 0.25, 0.9),
  scattered('deaths, in the morning', 0.25, 0.3),
  scattered('deaths, over the day', 0.25, 0.6),
  {
    name: 'a tenth dead',
    plan: (universe, random) => ({
      outages: outages('partial', random, bothOpen, 10, 5 * minute, () => share(universe, random, 0.1)),
    }),
  },
  {
    name: 'a quarter dead',
    plan: (universe, random) => ({
      outages: outages('partial', random, bothOpen, 10, 5 * minute, () => share(universe, random, 0.25)),
    }),
  },
  {
    name: 'SET dead',
    plan: (universe, random) => ({
      outages: outages('market', random, bothOpen, 16, minute, () => of(universe, 'SET')),
    }),
  },
  {
    name: 'TFEX dead',
    plan: (universe, random) => ({
      outages: outages('market', random, bothOpen, 16, minute, () => of(universe, 'TFEX')),
    }),
  },
  {
    name: 'all dead',
    plan: (universe, random) => ({
      outages: outages('feed', random, bothOpen, 16, minute, () => everyone(universe)),
    }),
  },
  {
    name: 'all dead at night',
    plan: (universe, random) => ({
      outages: outages('feed', random, night, 8, 10 * minute, () => everyone(universe)),
    }),
  },
  {
    name: 'link flaps',
    plan: (_, random) => ({
      flaps: Array.from({ length: 24 }, (__, number) => {
        const from = at(9) + (number + random()) * 20 * minute;
        return { from, to: from + (1 + 29 * random()) * second };
      }),
    }),
  },
  {
    name: 'clock steps',
    plan: () => ({
      clockSteps: [
        { from: at(9), to: at(12), by: 90 * second },
        { from: at(12), to: at(18), by: -90 * second },
      ],
    }),
  },
  {
    name: 'sleep',
    plan: (_, random) => {
      const asleep = (from: number, to: number, count: number, length: number): Plan['sleeps'] =>
        spans(random, [{ from, to }], count, length).map((span) => ({ ...span, buffered: 5 * second }));
      return {
        sleeps: [
          ...asleep(at(10), at(10, 40), 10, 10 * second),
          ...asleep(at(10, 40), at(11, 40), 6, 2 * minute),
          ...asleep(at(11, 40), at(12, 30), 1, 25 * minute),
          ...asleep(at(14), at(14, 30), 10, 30 * second),
        ],
      };
    },
  },
];
