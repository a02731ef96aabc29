import type { SymbolState } from '../../feed/feedTypes.js';
import type { Cause } from '../cause.js';
import { spanText, type Window } from '../window.js';
import { counted } from '../words.js';

/** Symbols in a state whose market may be open: a closed market explains any silence. */
function symbolsIn({ now: { symbols } }: Window, state: SymbolState['state']): readonly string[] {
  return symbols.filter((one) => one.state === state && one.market !== 'closed').map(({ symbol }) => symbol);
}

/** How many topics of other kinds are in a state; 0 while every market is closed, since the counts don't tell markets apart. */
function othersIn({ now: { stats }, mayBeOpen }: Window, state: 'stale' | 'suspect'): number {
  return mayBeOpen ? stats.otherTopics[state] : 0;
}

/** The most symbols whose explanation is read for one finding. */
const explained = 200;

/** Stale symbols whose span you set; all of them if that holds for each one that is read. */
function fixedSpans(window: Window): readonly string[] {
  const stale = symbolsIn(window, 'stale');
  const read = stale.slice(0, explained);
  const fixed = read.filter((symbol) => window.now.explain(symbol)[0]?.silence?.fixed === true);
  return fixed.length === read.length ? stale : fixed;
}

/** How long, in ms, all symbols may be in doubt, or some when a market opens: each recovers with its next image. */
const doubtedFor = 10_000;

/** When the last of the symbols fell into doubt. */
function doubtedSince({ now: { explain } }: Window, names: readonly string[]): number {
  return Math.max(...names.slice(0, explained).map((symbol) => explain(symbol)[0]?.reason?.at ?? 0));
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
}

const roots = [
  ...['connection', 'RXP_RELAYS_LOST', 'RXP_RELAY_LOST', 'RXP_TAKEOVER', 'RXP_FLAPPING', 'RXP_FEED_SILENT'],
  'RXP_NO_TRUST',
];

const trustFixes = [
  'see {explain} for the reason of one of them',
  'give staleAfter a longer span if you set it, or leave it out to have it learned',
  'call reconnect() if the venue sends',
];

/** For markets of unknown state: a venue may report no closed market to a new connection. */
const closedFix =
  'give the venue a calendar if the market is closed now: its state is unknown, so this counts as a fault';

/** Symbols whose prices can't be trusted. */
export const symbolCauses: readonly Cause[] = [
  {
    code: 'RXP_NO_TRUST',
    chapter: 'symbol-stale',
    severity: 'critical',
    title: 'No symbol has a price that can be trusted',
    apart: 'The connection is live, and every symbol with an image is suspect or stale for ten seconds.',
    roots: roots.slice(0, -1),
    over: 0,
    detect: (window) => {
      const { state, symbols, at } = window.now;
      const judged = symbols.filter(({ market, age }) => market !== 'closed' && age !== undefined);
      const names = judged
        .filter((one) => one.state === 'suspect' || one.state === 'stale')
        .map(({ symbol }) => symbol);
      if (state.status !== 'live' || names.length === 0 || names.length < judged.length) return undefined;
      // Doubt of the night is no problem before the market opens.
      const since = Math.max(doubtedSince(window, names), window.openSince);
      return at - since < doubtedFor
        ? undefined
        : {
            symptom: `connected, and every symbol is suspect or stale, ${String(names.length)} in all: ${listed(names)}`,
            names,
            count: names.length,
            since,
            ...(judged.every(({ market }) => market === 'unknown') ? { fixes: [closedFix, ...trustFixes] } : {}),
          };
    },
    fixes: trustFixes,
    fault: 'a feed whose only symbols fall silent',
  },
  {
    code: 'RXP_STALE_SPAN',
    chapter: 'symbol-stale',
    severity: 'warning',
    title: 'The span that you set is shorter than the symbol’s pauses',
    apart: 'The symbol is stale by a staleAfter of yours, and not by what was learned of it.',
    roots,
    over: 0,
    detect: (window) => {
      const names = fixedSpans(window);
      if (names.length === 0) return undefined;
      const span = window.now.explain(names[0] ?? '')[0]?.silence?.thresholdMs ?? 0;
      return {
        symptom: `${counted(names.length, 'symbol')} stale, because your staleAfter is ${spanText(span)}: ${listed(names)}`,
        names,
        count: names.length,
      };
    },
    fixes: [
      'leave staleAfter out for these symbols: the feed learns how long each usually pauses',
      'give staleAfter a longer span for symbols that are known to pause for longer',
    ],
    fault: 'a staleAfter of one second for a symbol that pauses for longer',
  },
  {
    code: 'RXP_SYMBOLS_STALE',
    chapter: 'symbol-stale',
    severity: 'warning',
    title: 'Symbols are silent for longer than is normal for them',
    apart: 'Each was judged by the pauses that were learned of it. Other symbols send.',
    roots,
    over: 0,
    detect: (window) => {
      const fixed = new Set(fixedSpans(window));
      const names = symbolsIn(window, 'stale').filter((symbol) => !fixed.has(symbol));
      const others = othersIn(window, 'stale');
      if (names.length + others === 0) return undefined;
      return {
        symptom: `${counted(names.length, 'symbol')} stale${names.length === 0 ? '' : `: ${listed(names)}`}${others === 0 ? '' : `; of other kinds ${counted(others, 'topic')} stale`}`,
        names,
        count: names.length + others,
      };
    },
    fixes: [
      'see {explain}: its silence says when it is stale, and from how many gaps that was learned',
      'check with the venue whether the symbol is halted or suspended',
      'give staleAfter a span of your own for symbols that are known to pause for longer',
    ],
    alert: 'rx_quotes_topics{state="stale"} > 0',
    fault: 'a symbol that dies while the others send',
  },
  {
    code: 'RXP_SYMBOLS_SUSPECT',
    chapter: 'symbol-stale',
    severity: 'warning',
    title: 'Symbols may have missed an image',
    apart:
      'A gap was reported: the link was lost, the thread was blocked, or the machine slept. The next image ends the doubt.',
    roots,
    over: 0,
    detect: (window) => {
      const names = symbolsIn(window, 'suspect');
      const others = othersIn(window, 'suspect');
      const { openSince, now } = window;
      if (names.length + others === 0 || now.at - openSince < doubtedFor) return undefined;
      return {
        symptom: `${counted(names.length, 'symbol')} suspect${names.length === 0 ? '' : `: ${listed(names)}`}${others === 0 ? '' : `; of other kinds ${counted(others, 'topic')} suspect`}`,
        names,
        count: names.length + others,
      };
    },
    fixes: ['wait for each symbol’s next image', 'see {explain} for what was missed'],
    alert: 'rx_quotes_topics{state="suspect"} > 0',
    fault: 'a lost link of which one symbol has not recovered',
  },
];
