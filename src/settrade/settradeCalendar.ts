import { knownOptions, oneOf, optionalFunction, outOfRange, wrongType } from '../../operators/support/argument.js';
import type { MarketState } from '../model/state.js';
import type { Calendar } from '../model/venue.js';
import { type DayPart, day, dayParts, publishedHours } from './marketHours.js';
import { type SettradeTimetable, settradeTimetable } from './settradeTimetable.js';
import { wallTime } from './wallTime.js';

/** The options of a calendar of SET and TFEX. */
export interface SettradeCalendarConfig {
  /**
   * Days without trading other than Saturdays and Sundays, `YYYY-MM-DD` in Bangkok. Default none: a holiday that is not
   * in the list counts as a trading day.
   */
  readonly holidays?: readonly string[];
  /** Hours that replace the published ones, each timetable as a whole and in the order of the day. */
  readonly hours?: Readonly<
    Partial<
      Record<
        'SET' | 'TFEX' | 'TFEX_NIGHT',
        readonly {
          readonly market: Exclude<MarketState, 'closed'>;
          /** Wall time in Bangkok, `HH:MM`; the market is so from this minute on. */
          readonly from: string;
          /** First minute after it, `HH:MM`; not later than `from`, it is of the next morning. */
          readonly to: string;
        }[]
      >
    >
  >;
  /**
   * Returns the timetable of a symbol. Default: by its form. S50Z26, USDH26, S50Z26H27 and S50Z26C900 are of TFEX;
   * gold, the dollar and silver have a night session; all other symbols are of SET.
   */
  readonly exchangeOf?: (symbol: string) => 'SET' | 'TFEX' | 'TFEX_NIGHT';
}

type Answer = ReturnType<Calendar['at']>;

const OWNER = 'settradeCalendar';
const timetables = ['SET', 'TFEX', 'TFEX_NIGHT'] as const;

/** How far ahead the calendar looks for a change, in days. */
const HORIZON = 14;

/** The years that have four digits, as holidays are written. */
const latest = Date.UTC(9999, 0, 1);

/** The number of a day since the Unix epoch. */
function dayNumber(option: string, value: unknown): number {
  const remedy = 'pass a date that exists, YYYY-MM-DD';
  if (typeof value !== 'string') throw wrongType(option, value, remedy);
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  // Some platforms read February 30 as March 2.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(value)) throw outOfRange(option, value, remedy);
  return time / day;
}

function daysOff(holidays: unknown): ReadonlySet<number> {
  const option = `${OWNER}.holidays`;
  if (!Array.isArray(holidays)) throw wrongType(option, holidays, 'pass an array of dates, YYYY-MM-DD');
  return new Set(holidays.map((one: unknown, index) => dayNumber(`${option}[${String(index)}]`, one)));
}

/**
 * The hours of SET and TFEX as a calendar, which gives the market's state until the feed reports it.
 *
 * It is cautious: the market is `auction`, never `open`, for as long as an auction may run. It knows no halts, and only
 * the holidays in `holidays`. A night session belongs to the day on which it begins: Friday's ends on Saturday, a
 * holiday has none. `until` is the next change, to the minute, or about 14 days ahead without a change before. When the
 * exchange changes its hours, pass your own `hours`.
 *
 * Sources of the hours: docs/settrade-protocol.md.
 *
 * @throws TypeError | RangeError with `code: 'RXQ_ARGUMENT'` for an unknown option, a date or hour that does not exist,
 * hours that overlap; from `at`, for a time outside the years 1970 to 9998, or for an `exchangeOf` that returns another
 * value.
 *
 * @example
 * ```ts
 * const calendar = settradeCalendar({ holidays: ['2026-12-07', '2026-12-10', '2026-12-31'] });
 * calendar.at(Date.parse('2026-12-04T16:35:00+07:00'), 'AOT'); // { market: 'auction', until: 16:40 }
 * ```
 */
export function settradeCalendar(config: SettradeCalendarConfig = {}): Calendar {
  knownOptions(OWNER, config, ['holidays', 'hours', 'exchangeOf']);
  const { holidays = [], hours = {}, exchangeOf = settradeTimetable } = config;
  optionalFunction(`${OWNER}.exchangeOf`, exchangeOf);
  knownOptions(`${OWNER}.hours`, hours, timetables);
  const off = daysOff(holidays);
  const zone = wallTime('Asia/Bangkok');
  const parts = (name: SettradeTimetable): readonly DayPart[] =>
    dayParts(`${OWNER}.hours.${name}`, hours[name] ?? publishedHours[name]);
  const days = { SET: parts('SET'), TFEX: parts('TFEX'), TFEX_NIGHT: parts('TFEX_NIGHT') };

  /** Day 0 was a Thursday. */
  const trades = (number: number): boolean => !off.has(number) && (number + 3) % 7 < 5;

  function* partsFrom(first: number, name: SettradeTimetable): Iterable<DayPart> {
    for (let number = first; number <= first + HORIZON; number += 1) {
      if (!trades(number)) continue;
      for (const { market, from, to } of days[name]) {
        yield { market, from: zone.instant(number * day + from), to: zone.instant(number * day + to) };
      }
    }
  }

  function lookUp(time: number, name: SettradeTimetable): Required<Answer> {
    const today = Math.floor(zone.wall(time) / day);
    // Yesterday's night session may still be open.
    let market: Answer['market'] = 'closed';
    let until = zone.instant((today + HORIZON) * day);
    for (const part of partsFrom(today - 1, name)) {
      if (part.to <= time) continue;
      const goesOn = market === part.market && part.from === until;
      if (part.from <= time || goesOn) ({ market, to: until } = part);
      else {
        if (market === 'closed') until = part.from;
        break;
      }
    }
    return { market, until };
  }

  const known = new Map<SettradeTimetable, { readonly since: number; readonly answer: Required<Answer> }>();
  return {
    at: (time, symbol) => {
      const name = oneOf(`${OWNER}.exchangeOf`, exchangeOf(symbol), timetables);
      const last = known.get(name);
      if (last !== undefined && last.since <= time && time < last.answer.until) return last.answer;
      if (!(time >= 0 && time < latest))
        throw outOfRange(`${OWNER}.at`, time, 'pass ms since 1970, up to the year 9998');
      const answer = lookUp(time, name);
      known.set(name, { since: time, answer });
      return answer;
    },
  };
}
