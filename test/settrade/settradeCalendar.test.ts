import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketState } from '../../src/model/state.js';
import { type SettradeCalendarConfig, settradeCalendar } from '../../src/settrade/settradeCalendar.js';

const symbols = { SET: 'AOT', TFEX: 'S50Z26', TFEX_NIGHT: 'GFZ26' } as const;
type Timetable = keyof typeof symbols;

/** Wall time in Bangkok, as text, to ms: Bangkok has been 7 hours ahead since 1920. */
const bangkok = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+07:00`);
const shown = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time + 7 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** 2026: the constitution's day, a Thursday between trading days; New Year's Eve and Day, Thursday and Friday. */
const holidays = ['2026-12-10', '2026-12-31', '2027-01-01'];

/** The state at a minute as the rules say it, in words of dates and hours alone. */
function asTheRulesSay(time: number, timetable: Timetable): MarketState {
  const wall = new Date(Math.floor(time / 60_000) * 60_000 + 7 * 3_600_000);
  const hour = wall.toISOString().slice(11, 16);
  const trading = (daysBack: number): boolean => {
    const date = new Date(wall.getTime() - daysBack * 86_400_000);
    return ![0, 6].includes(date.getUTCDay()) && !holidays.includes(date.toISOString().slice(0, 10));
  };
  if (timetable === 'TFEX_NIGHT' && hour < '03:00' && trading(1)) return 'open';
  if (!trading(0)) return 'closed';
  if (timetable === 'SET') {
    if (hour >= '09:30' && hour < '10:00') return 'auction';
    if (hour >= '10:00' && hour < '12:30') return 'open';
    if (hour >= '13:30' && hour < '14:00') return 'auction';
    if (hour >= '14:00' && hour < '16:30') return 'open';
    return hour >= '16:30' && hour < '16:40' ? 'auction' : 'closed';
  }
  if (hour >= '09:15' && hour < '09:45') return 'auction';
  if (hour >= '09:45' && hour < '12:30') return 'open';
  if (hour >= '13:15' && hour < '13:45') return 'auction';
  if (hour >= '13:45' && hour < '16:55') return 'open';
  if (timetable === 'TFEX') return 'closed';
  if (hour >= '18:45' && hour < '19:00') return 'auction';
  return hour >= '19:00' ? 'open' : 'closed';
}

const begin = bangkok('2026-12-01 00:00');
const every = (['SET', 'TFEX', 'TFEX_NIGHT'] as const).map((timetable) => ({
  symbol: symbols[timetable],
  states: Array.from({ length: 40 * 24 * 60 }, (_, at) => asTheRulesSay(begin + at * 60_000, timetable)),
}));

describe('settradeCalendar', () => {
  it('agrees with the rules at every time, until the minute of the next change', () => {
    const calendar = settradeCalendar({ holidays });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 * 24 * 60 * 60_000 }),
        fc.constantFrom(...every),
        fc.boolean(),
        (ms, { symbol, states }, fresh) => {
          const index = Math.floor(ms / 60_000);
          const expected = states[index];
          const change = states.findIndex((state, later) => later > index && state !== expected);
          const answer = (fresh ? settradeCalendar({ holidays }) : calendar).at(begin + ms, symbol);
          expect(answer).toEqual({ market: expected, until: begin + change * 60_000 });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('agrees with the rules in every minute of 40 days, in order', () => {
    const calendar = settradeCalendar({ holidays });
    const wrong: string[] = [];
    for (const { symbol, states } of every) {
      for (const [at, state] of states.entries()) {
        const { market } = calendar.at(begin + at * 60_000, symbol);
        if (market !== state) wrong.push(`${symbol} ${String(shown(begin + at * 60_000))} ${market}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['AOT', '2026-12-04 09:29:59.999', 'closed', '2026-12-04 09:30'],
    ['AOT', '2026-12-04 09:30:00.000', 'auction', '2026-12-04 10:00'],
    ['AOT', '2026-12-04 09:59:59.999', 'auction', '2026-12-04 10:00'],
    ['AOT', '2026-12-04 10:00:00.000', 'open', '2026-12-04 12:30'],
    ['AOT', '2026-12-04 12:29:59.999', 'open', '2026-12-04 12:30'],
    ['AOT', '2026-12-04 12:30:00.000', 'closed', '2026-12-04 13:30'],
    ['AOT', '2026-12-04 16:30:00.000', 'auction', '2026-12-04 16:40'],
    ['S50Z26', '2026-12-04 09:44:59.999', 'auction', '2026-12-04 09:45'],
    ['S50Z26', '2026-12-04 16:54:59.999', 'open', '2026-12-04 16:55'],
    ['S50Z26', '2026-12-04 19:00:00.000', 'closed', '2026-12-07 09:15'],
  ])('%s at %s is %s until %s', (symbol, time, market, until) => {
    const answer = settradeCalendar().at(bangkok(time), symbol);
    expect([answer.market, shown(answer.until)]).toEqual([market, until]);
  });

  it.each([
    ['over a weekend', 'AOT', '2026-12-04 16:40', 'closed', '2026-12-07 09:30'],
    ['over a holiday', 'AOT', '2026-12-09 17:00', 'closed', '2026-12-11 09:30'],
    ['over the end of the year', 'AOT', '2026-12-30 17:00', 'closed', '2027-01-04 09:30'],
    ['over midnight', 'GFZ26', '2026-12-01 23:59', 'open', '2026-12-02 03:00'],
    ['of Friday into Saturday', 'GFZ26', '2026-12-05 02:59', 'open', '2026-12-05 03:00'],
    ['not of Saturday', 'GFZ26', '2026-12-05 19:00', 'closed', '2026-12-07 09:15'],
    ['not of Sunday into Monday', 'GFZ26', '2026-12-07 01:00', 'closed', '2026-12-07 09:15'],
    ['into a holiday', 'GFZ26', '2026-12-10 02:00', 'open', '2026-12-10 03:00'],
    ["not on a holiday's evening", 'GFZ26', '2026-12-10 20:00', 'closed', '2026-12-11 09:15'],
    ['not into the morning after a holiday', 'GFZ26', '2026-12-11 01:00', 'closed', '2026-12-11 09:15'],
    ['into the last day of the year', 'GFZ26', '2026-12-31 00:00', 'open', '2026-12-31 03:00'],
  ])('%s', (_, symbol, time, market, until) => {
    const answer = settradeCalendar({ holidays }).at(bangkok(time), symbol);
    expect([answer.market, shown(answer.until)]).toEqual([market, until]);
  });

  it('is right after the time was set back', () => {
    const calendar = settradeCalendar();
    expect(calendar.at(bangkok('2026-12-04 14:30'), 'AOT').market).toBe('open');
    expect(calendar.at(bangkok('2026-12-04 13:59:59.999'), 'AOT').market).toBe('auction');
    expect(calendar.at(bangkok('2026-12-04 11:00'), 'AOT').market).toBe('open');
  });

  it('computes a span once for all symbols of a timetable', () => {
    const calendar = settradeCalendar();
    const first = calendar.at(bangkok('2026-12-04 10:00'), 'AOT');
    expect(calendar.at(bangkok('2026-12-04 12:29:59.999'), 'PTT')).toBe(first);
    expect(calendar.at(bangkok('2026-12-04 12:30'), 'AOT')).not.toBe(first);
  });

  it.each([
    ['TFEX', ['S50Z26', 'USDH26', 'GFZ26', 'S50Z26H27', 'GOH27M27', 'AOTH27M27', 'S50Z26C900', 's50z26']],
    [
      'SET',
      ['AOT', 'S', 'AOT-W1', 'S & J', 'AAPL01', 'SONY80', 'NFLX80', 'UNH19', 'BRKB80X', 'S5001C2612A', 'Z26', ''],
    ],
  ])('recognizes the form of a symbol of %s', (exchange, all) => {
    // A quarter to ten: TFEX is open, and SET has its auction.
    const market = exchange === 'TFEX' ? 'open' : 'auction';
    const calendar = settradeCalendar();
    for (const symbol of all)
      expect([symbol, calendar.at(bangkok('2026-12-04 09:50'), symbol).market]).toEqual([symbol, market]);
  });

  it.each([
    ['open', ['GFZ26', 'GF10Z26', 'GOH27M27', 'GDZ26', 'USDH26']],
    ['closed', ['S50Z26', 'S50Z26H27', 'AOTH27', 'AOT']],
  ])('is %s at night for products with a night session, and not', (market, all) => {
    const calendar = settradeCalendar();
    for (const symbol of all)
      expect([symbol, calendar.at(bangkok('2026-12-04 23:00'), symbol).market]).toEqual([symbol, market]);
  });

  it('accepts the timetable of a symbol, and the hours, from its user', () => {
    const calendar = settradeCalendar({
      exchangeOf: (symbol) => (symbol === 'NIGHT' ? 'TFEX_NIGHT' : 'TFEX'),
      hours: { TFEX: [{ market: 'open', from: '08:00', to: '09:00' }] },
    });
    expect(calendar.at(bangkok('2026-12-04 08:30'), 'AOT').market).toBe('open');
    expect(calendar.at(bangkok('2026-12-04 10:00'), 'AOT').market).toBe('closed');
    expect(calendar.at(bangkok('2026-12-04 23:00'), 'NIGHT').market).toBe('open');
  });

  it('continues over adjacent hours, and finds changes within 14 days', () => {
    const hours = [
      { market: 'open', from: '06:00', to: '12:00' },
      { market: 'open', from: '12:00', to: '06:00' },
    ] as const;
    const always = settradeCalendar({ hours: { SET: hours } });
    expect(shown(always.at(bangkok('2026-12-01 07:00'), 'AOT').until)).toBe('2026-12-05 06:00');
    const never = settradeCalendar({ hours: { SET: [] } });
    const { market, until } = never.at(bangkok('2026-12-01 07:00'), 'AOT');
    expect([market, shown(until)]).toEqual(['closed', '2026-12-15 00:00']);
  });

  const open = { market: 'open', from: '10:00', to: '12:00' } as const;
  it.each<[string, unknown, string]>([
    [
      'settradeCalendar.holiday',
      { holiday: [] },
      'there is no such option; the options are holidays, hours, exchangeOf',
    ],
    ['settradeCalendar.holidays', { holidays: '2026-12-10' }, 'pass an array of dates, YYYY-MM-DD'],
    [
      'settradeCalendar.holidays[3]',
      { holidays: [...holidays, '2026-02-30'] },
      '"2026-02-30": pass a date that exists',
    ],
    ['settradeCalendar.holidays[0]', { holidays: ['2027-02-29'] }, 'pass a date that exists, YYYY-MM-DD'],
    ['settradeCalendar.holidays[0]', { holidays: ['2026-13-01'] }, 'pass a date that exists, YYYY-MM-DD'],
    ['settradeCalendar.holidays[0]', { holidays: ['10/12/2026'] }, 'pass a date that exists, YYYY-MM-DD'],
    ['settradeCalendar.holidays[1]', { holidays: ['2026-12-10', new Date(0)] }, 'pass a date that exists, YYYY-MM-DD'],
    ['settradeCalendar.exchangeOf', { exchangeOf: 'TFEX' }, 'pass a function'],
    ['settradeCalendar.hours.MAI', { hours: { MAI: [] } }, 'the options are SET, TFEX, TFEX_NIGHT'],
    ['settradeCalendar.hours.SET', { hours: { SET: open } }, 'pass an array of { market, from, to }'],
    [
      'settradeCalendar.hours.SET[0].till',
      { hours: { SET: [{ ...open, till: '' }] } },
      'the options are market, from, to',
    ],
    ['settradeCalendar.hours.SET[0].market', { hours: { SET: [{ ...open, market: 'closed' }] } }, 'pass one of open'],
    ['settradeCalendar.hours.SET[0].from', { hours: { SET: [{ ...open, from: '9:30' }] } }, 'HH:MM'],
    ['settradeCalendar.hours.SET[0].to', { hours: { SET: [{ ...open, to: '24:00' }] } }, 'HH:MM'],
    ['settradeCalendar.hours.SET[0].to', { hours: { SET: [{ ...open, to: 1630 }] } }, 'HH:MM'],
    ['settradeCalendar.hours.SET[1].from', { hours: { SET: [open, { ...open, from: '11:59' }] } }, 'none into another'],
    [
      'settradeCalendar.hours.SET',
      { hours: { SET: [open, { ...open, from: '23:00', to: '10:01' }] } },
      'before the first of the next morning',
    ],
  ])('refuses %s', (option, config, remedy) => {
    let thrown: unknown;
    try {
      settradeCalendar(config as SettradeCalendarConfig);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'RXQ_ARGUMENT', option });
    expect(String(thrown)).toContain(remedy);
  });

  it.each([NaN, Infinity, -1, Date.UTC(9999, 0, 1)])('refuses the time %s', (time) => {
    expect(() => settradeCalendar().at(time, 'AOT')).toThrow('pass ms since 1970');
  });

  it('refuses an unknown exchange', () => {
    const odd = settradeCalendar({ exchangeOf: () => 'mai' as never });
    expect(() => odd.at(0, 'AOT')).toThrow('settradeCalendar.exchangeOf is "mai": pass one of SET, TFEX, TFEX_NIGHT');
  });
});
