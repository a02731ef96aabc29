import type { Law } from './laws.js';
import { type Profile, profiles } from './pace.js';
import { pick, seeded } from './random.js';
import type { Market } from './timetable.js';

/** A class of symbols by their average rate of messages, while their market is open. */
interface RateClass {
  readonly name: string;
  /** Messages a second. */
  readonly rate: number;
  readonly count: number;
}

/** So many symbols has the feed that is judged; small ones are made to its likeness. */
export const usualSymbols = 800;

/** For 800 symbols: 217 messages a second on average, 120 in the calmest minute of a day. */
export const rateClasses: readonly RateClass[] = [
  { name: '5/s', rate: 5, count: 20 },
  { name: '1/s', rate: 1, count: 80 },
  { name: '12/min', rate: 1 / 5, count: 150 },
  { name: '2/min', rate: 1 / 30, count: 200 },
  { name: '20/h', rate: 20 / 3600, count: 150 },
  { name: '4/h', rate: 4 / 3600, count: 120 },
  { name: '1/h', rate: 1 / 3600, count: 80 },
];

export interface Subject {
  readonly symbol: string;
  readonly topic: string;
  readonly market: Market;
  readonly rateClass: number;
  /** Messages a second on average. */
  readonly rate: number;
  /** Index into the laws of the universe. */
  readonly law: number;
  readonly profile: Profile;
}

/** Symbols of one law, class and profile are of one sort. */
export interface Sort {
  readonly law: number;
  readonly rateClass: number;
  readonly profile: Profile;
}

export const sortsPerLaw: number = rateClasses.length * profiles.length;

export function sortOf({ law, rateClass, profile }: Sort): number {
  return law * sortsPerLaw + rateClass * profiles.length + profiles.indexOf(profile);
}

export function sortAt(number: number): Sort {
  return {
    law: Math.floor(number / sortsPerLaw),
    rateClass: Math.floor((number % sortsPerLaw) / profiles.length),
    profile: profiles[number % profiles.length]!,
  };
}

/** The facts that stay over the days: symbols, their laws and their habits. */
export interface Universe {
  readonly laws: readonly Law[];
  readonly subjects: readonly Subject[];
}

/** One symbol in five has a profile of its own. */
const ownProfile = 0.2;

/** One symbol in eight is a derivative, one in 27 trades at night: each class has some. */
function marketOf(index: number): Market {
  if (index % 27 === 5) return 'TFEX_NIGHT';
  return index % 11 === 3 ? 'TFEX' : 'SET';
}

/** `laws` are dealt out in turn; with one, the whole feed follows it. With fewer `symbols` each class has its part, and one at least. */
export function universe(seed: number, laws: readonly Law[], symbols: number = usualSymbols): Universe {
  const random = seeded('universe', seed);
  const subjects: Subject[] = [];
  for (const [rateClass, { rate, count }] of rateClasses.entries()) {
    for (let within = 0; within < Math.ceil((count * symbols) / usualSymbols); within += 1) {
      const index = subjects.length;
      const market = marketOf(index);
      subjects.push({
        symbol: `${market}${String(index)}`,
        topic: `quote/${market}${String(index)}`,
        market,
        rateClass,
        // Within a fifth of its class, and never beyond the fastest and the slowest.
        rate: Math.min(5, Math.max(1 / 3600, rate * Math.exp(0.4 * random() - 0.2))),
        law: (index + Math.floor(index / laws.length)) % laws.length,
        profile: random() < ownProfile ? profiles[1 + pick(random, profiles.length - 1)]! : 'common',
      });
    }
  }
  return { laws, subjects };
}
