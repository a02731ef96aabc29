import type { Calendar } from '../../../src/model/venue.js';
import type { MarketState } from '../../../src/model/state.js';
import { textVenue } from '../../support/textVenue.js';
import { exponential } from '../../sessions/laws.js';
import { type Random, seeded } from '../../sessions/random.js';
import { QuietFeed, type QuietResult } from './quietFeed.js';
import { healthyDays, playDays } from './quietDays.js';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;

/** Symbols with messages a second of their own: from 5 a second to 2 a minute. */
const rates: readonly number[] = [
  5,
  5,
  2,
  2,
  1,
  1,
  1,
  1,
  0.5,
  0.5,
  0.2,
  0.2,
  0.2,
  0.2,
  0.1,
  0.1,
  0.05,
  0.05,
  1 / 30,
  1 / 30,
];
const symbols: readonly string[] = rates.map((_, index) => `S${String(index)}`);

/** Sends the quotes of all symbols from now until a time, at random times. */
function trade(quiet: QuietFeed, random: Random, until: number): void {
  for (const [index, symbol] of symbols.entries()) {
    quiet.repeat(
      () => (second * exponential(random)) / rates[index]!,
      until,
      () => {
        quiet.publish(`px/${symbol}`, '1');
      },
    );
  }
}

/** The first image of each symbol. */
function images(quiet: QuietFeed): void {
  for (const symbol of symbols) quiet.publish(`px/${symbol}`, '1');
}

/** A calendar of parts of the day, closed outside of them; times in ms from the beginning of the run. */
function calendarOf(
  parts: readonly { readonly market: MarketState; readonly from: number; readonly to: number }[],
): Calendar {
  return {
    at: (time) => {
      const part = parts.find(({ from, to }) => from <= time && time < to);
      if (part !== undefined) return { market: part.market, until: part.to };
      const next = Math.min(...parts.map(({ from }) => from).filter((from) => from > time));
      return { market: 'closed', until: next };
    },
  };
}

/** Runs that must raise nothing. */
const runs: Readonly<Record<string, () => QuietResult>> = {
  'a healthy hour': () => {
    const quiet = new QuietFeed(textVenue(), symbols, second);
    quiet.at(50, () => {
      quiet.publish('market', 'open');
      images(quiet);
      trade(quiet, seeded('healthy hour', 1), hour);
    });
    return quiet.end('a healthy hour', hour);
  },
  'a lunch break by the market’s status': () => {
    const quiet = new QuietFeed(textVenue(), symbols, second);
    const random = seeded('lunch', 1);
    const [close, auction, open, end] = [hour, 2 * hour, 2.5 * hour, 3.5 * hour] as const;
    quiet.at(50, () => {
      quiet.publish('market', 'open');
      images(quiet);
      trade(quiet, random, close);
    });
    for (const [time, state] of [
      [close, 'closed'],
      [auction, 'auction'],
      [open, 'open'],
    ] as const) {
      quiet.at(time + 100, () => {
        quiet.publish('market', state);
      });
    }
    quiet.at(open + 200, () => {
      trade(quiet, random, end);
    });
    return quiet.end('a lunch break by the market’s status', end);
  },
  'a lunch break by the calendar': () => {
    const [close, open, end] = [hour, 2.5 * hour, 3.5 * hour] as const;
    const calendar = calendarOf([
      { market: 'open', from: 0, to: close },
      { market: 'open', from: open, to: end + minute },
    ]);
    const quiet = new QuietFeed(textVenue({ topics: 'px/{symbol}', calendar }), symbols, second);
    const random = seeded('lunch', 2);
    quiet.at(50, () => {
      images(quiet);
      trade(quiet, random, close);
    });
    quiet.at(open + 200, () => {
      trade(quiet, random, end);
    });
    return quiet.end('a lunch break by the calendar', end);
  },
  'a night with a reconnect each hour': () => {
    const [close, open, end] = [hour, 15 * hour, 15.5 * hour] as const;
    const calendar = calendarOf([
      { market: 'open', from: 0, to: close },
      { market: 'open', from: open, to: end + minute },
    ]);
    const quiet = new QuietFeed(textVenue({ topics: 'px/{symbol}', calendar }), symbols, 10 * second);
    const random = seeded('night', 1);
    quiet.at(50, () => {
      images(quiet);
      trade(quiet, random, close);
    });
    // Between two readings: a person who restarts the connection needs no finding about it.
    for (let time = close + 1.5 * hour; time < open; time += hour) {
      quiet.at(time + 3_000, () => {
        quiet.feed.reconnect();
      });
    }
    quiet.at(open + 200, () => {
      images(quiet);
      trade(quiet, random, end);
    });
    return quiet.end('a night with a reconnect each hour', end);
  },
  'a night by the market’s status': () => {
    const [close, open, end] = [hour, 15 * hour, 15.5 * hour] as const;
    const quiet = new QuietFeed(textVenue(), symbols, 10 * second);
    const random = seeded('night', 2);
    quiet.at(50, () => {
      quiet.publish('market', 'open');
      images(quiet);
      trade(quiet, random, close);
    });
    quiet.at(close + 100, () => {
      quiet.publish('market', 'closed');
    });
    quiet.at(open + 100, () => {
      quiet.publish('market', 'open');
      trade(quiet, random, end);
    });
    return quiet.end('a night by the market’s status', end);
  },
  'a start an hour before the open': () => {
    const [open, end] = [hour, 2 * hour] as const;
    const calendar = calendarOf([{ market: 'open', from: open, to: end + minute }]);
    const quiet = new QuietFeed(textVenue({ topics: 'px/{symbol}', calendar }), symbols, second);
    quiet.at(open + 200, () => {
      trade(quiet, seeded('before the open', 1), end);
    });
    return quiet.end('a start an hour before the open', end);
  },
  'a holiday by the calendar': () => {
    const quiet = new QuietFeed(textVenue({ topics: 'px/{symbol}', calendar: calendarOf([]) }), symbols, 10 * second);
    return quiet.end('a holiday by the calendar', 24 * hour);
  },
};

/** Symbols of the labelled days, of all classes from five messages a second to one an hour. */
const labelled = 28;

/** The names of the runs. The labelled days take minutes. */
export function quietNames(quick: boolean): readonly string[] {
  return [...Object.keys(runs), ...(quick ? [] : Object.keys(healthyDays))];
}

/** Plays one of the runs. */
export function playQuiet(name: string): QuietResult {
  const days = healthyDays[name];
  if (days !== undefined) return playDays(name, labelled, days);
  const play = runs[name];
  if (play === undefined) throw new Error(`there is no quiet run ${name}`);
  return play();
}
