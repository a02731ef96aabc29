import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../src/model/venue.js';
import { textVenue } from '../support/textVenue.js';
import type { Fault } from './faults.js';
import { codesAt, runFault } from './runFault.js';

const open = 400_000;

/** A market that opens after 400 s. */
const calendar: Calendar = {
  at: (time) => (time < open ? { market: 'closed', until: open } : { market: 'open' }),
};

/** The codes at times after the open, in ms. */
function codesAfterOpen(fault: Partial<Fault>, ...times: readonly number[]): readonly (readonly string[])[] {
  const config = { venue: textVenue({ topics: 'px/{symbol}', calendar }) };
  const run = runFault({ config, market: 'none', at: open + Math.max(...times), clearBy: 0, ...fault });
  return times.map((time) => codesAt(run, open + time));
}

describe('a feed that was connected before its market opened', () => {
  it('reports that nothing comes only when the market is open for a minute', () => {
    expect(codesAfterOpen({ sends: () => false }, 0, 59_000, 60_000)).toEqual([[], [], ['RXP_NO_EVENTS']]);
  });

  it('reports a symbol that never sent anything only when the market is open for five minutes', () => {
    const sends = (symbol: string, time: number): boolean => symbol === 'AOT' && time >= open;
    expect(codesAfterOpen({ sends }, 5_000, 299_000, 300_000)).toEqual([[], [], ['RXP_SYMBOLS_AWAITING']]);
  });

  it('reports the doubt of a reconnect in the night only when the market is open for ten seconds', () => {
    const reconnected = (sends: NonNullable<Fault['sends']>): Partial<Fault> => ({
      sends,
      provoke: ({ feed, at }) => {
        at(open / 2, () => {
          feed.reconnect();
        });
      },
    });
    const before = (_: string, time: number): boolean => time < open / 4;
    expect(codesAfterOpen(reconnected(before), 0, 9_000, 10_000)).toEqual([[], [], ['RXP_NO_TRUST']]);
    const oneBefore = (symbol: string, time: number): boolean => time < open / 4 || (symbol === 'AOT' && time > open);
    expect(codesAfterOpen(reconnected(oneBefore), 0, 9_000, 10_000)).toEqual([[], [], ['RXP_SYMBOLS_SUSPECT']]);
  });
});
