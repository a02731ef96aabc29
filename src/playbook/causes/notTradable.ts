import type { Cause } from '../cause.js';
import { counted } from '../words.js';

/** How long, in ms, a market may be unknown on a live connection: a venue sends its status within seconds. */
const unknownAfter = 60_000;

/** The most symbols whose last quote is read for one finding. */
const looked = 200;

function isOneSided(quote: object | undefined): boolean {
  if (quote === undefined || !('bid' in quote && 'ask' in quote)) return false;
  return !Number.isFinite(quote.bid) || !Number.isFinite(quote.ask) || 'implausible' in quote;
}

/** Reasons why `isTradable` lets nothing through although quotes come. */
export const notTradableCauses: readonly Cause[] = [
  {
    code: 'RXP_NO_MARKET',
    chapter: 'not-tradable',
    severity: 'warning',
    title: 'The state of no market is known',
    apart: 'Symbols are live, and the market of each is unknown: the venue has no calendar, and sends no status.',
    roots: ['connection', 'RXP_FEED_SILENT', 'RXP_RELAYS_LOST'],
    over: 0,
    detect: ({ now: { state, symbols, at } }) => {
      const live = symbols.filter((one) => one.state === 'live' || one.state === 'quiet');
      return state.status === 'live' &&
        at - state.since >= unknownAfter &&
        live.length > 0 &&
        symbols.every(({ market }) => market === 'unknown')
        ? {
            symptom: `the state of no market is known, so isTradable lets none of ${counted(live.length, 'live symbol')} through`,
            count: live.length,
          }
        : undefined;
    },
    fixes: [
      'give the venue a calendar, e.g. alwaysOpen, or the hours of its market',
      'give the venue the topic of its market’s status, and market() to read it',
    ],
    probe: 'market',
    fault: 'a venue without calendar and status',
  },
  {
    code: 'RXP_ONE_SIDED',
    chapter: 'not-tradable',
    severity: 'warning',
    title: 'Every book is one-sided or implausible',
    apart: 'Symbols are live in an open market, and none of their books has a bid below an ask.',
    over: 0,
    detect: ({ now: { symbols, last } }) => {
      const open = symbols.filter((one) => one.state === 'live' && one.market === 'open').slice(0, looked);
      return open.length > 0 && open.every(({ symbol }) => isOneSided(last(symbol)))
        ? {
            symptom: `every book of ${counted(open.length, 'live symbol')} in an open market has one side only or is implausible`,
            names: open.map(({ symbol }) => symbol),
            count: open.length,
          }
        : undefined;
    },
    fixes: [
      'use isTradable.bid to sell or isTradable.ask to buy, where one side is enough',
      'check whether the symbols are at their price limit',
    ],
    fault: 'books without asks',
  },
];
