import type { PlaybookEntry } from './entry.js';

/** How the feed continues without the result of each callback. */
const without: Readonly<Record<string, string>> = {
  'calendar.at': 'calendar.at: the market counts as unknown meanwhile, and no quote is tradable by its answer',
  market: 'market: the market of such an event counts as unknown until the next status that can be read',
  marketOf: 'marketOf: symbols of an unnamed market are judged together',
  staleAfter: 'staleAfter: silence is judged by what was learned',
  decode: 'decode: a market whose event has an unknown state counts as unknown',
};

/** Functions of the user that throw, or return an invalid value. */
export const callbackEntry: PlaybookEntry = {
  code: 'RXP_CALLBACK_THROWS',
  section: 'health',
  severity: 'warning',
  roots: [],
  symptom: ({ stats: { callbackErrors, lastCallbackErrors } }) => {
    const failed = Object.entries(callbackErrors);
    if (failed.length === 0) return undefined;
    // The error's message may hold a secret; its name does not.
    const each = failed.map(
      ([name, count]) => `${name} ${String(count)} times (${lastCallbackErrors[name] ?? 'Error'})`,
    );
    return `functions of yours throw, or return an invalid value: ${each.join(', ')}; since the feed was made`;
  },
  fixes: ({ stats: { callbackErrors } }) => [
    ...('logger' in callbackErrors && Object.keys(callbackErrors).length === 1
      ? []
      : [
          'give the feed a logger, and look there: each error of a callback is logged when it is new, with its message',
        ]),
    ...('logger' in callbackErrors ? ['repair the logger: its lines are lost, and no other output shows this'] : []),
    ...Object.keys(callbackErrors).flatMap((name) => without[name] ?? []),
  ],
};
