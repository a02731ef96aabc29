import type { Cause } from '../cause.js';
import { spanText, type Window } from '../window.js';
import { counted } from '../words.js';

/** How long, in ms, a connection may bring no message before this is a finding: as long as a symbol without a learned threshold. */
const noEventsAfter = 60_000;

/** How long, in ms, a symbol may send nothing at all while others do: an illiquid symbol may be silent for minutes. */
const awaitingAfter = 300_000;

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function shown(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${reason} ${String(count)}`)
    .join(', ');
}

/** For how long the connection is live, in ms; 0 without one. */
function liveFor({ now: { state, at } }: Window): number {
  return state.status === 'live' ? at - state.since : 0;
}

/** `critical` if no symbol has a price to trade on, so that the fault of some topics is all that there is to say. */
function severityOf({ now: { stats } }: Window): 'warning' | 'critical' {
  return stats.topics.live + stats.topics.quiet === 0 ? 'critical' : 'warning';
}

/** Whether the broker refuses each quote topic: that of a market may be granted. */
function areAllRefused({ now: { stats } }: Window): boolean {
  const { refused, ...others } = stats.topics;
  return refused > 0 && sum(others) === 0;
}

/** For how long a market may be open, in ms: silence before the open is no sign of anything. */
function openFor({ openSince, now: { at } }: Window): number {
  return at - openSince;
}

/** Whether topics are granted for so long that something should have come, and no symbol has an image. */
function isEmpty(window: Window): boolean {
  const { state, stats } = window.now;
  const { awaiting: granted, live, quiet, suspect, stale } = stats.topics;
  return (
    state.status === 'live' &&
    granted > 0 &&
    live + quiet + suspect + stale === 0 &&
    liveFor(window) >= noEventsAfter &&
    openFor(window) >= noEventsAfter &&
    window.mayBeOpen
  );
}

/** Whether anything came on this connection, e.g. the status of a market. */
function hasReceived(window: Window): boolean {
  return window.over(liveFor(window)).count(({ received }) => received) > 0;
}

/** Symbols that are wanted for a span, in ms, in a market that may be open all through it, and have no image while others do. */
function awaiting(window: Window, span: number, isMeant: (symbol: string) => boolean): readonly string[] {
  const { symbols, state, stats } = window.now;
  if (state.status !== 'live' || symbols.every(({ age }) => age === undefined)) return [];
  // A market that has just opened brings first images for minutes.
  if (openFor(window) < span) return [];
  const names = symbols
    .filter(({ state: data, market }) => data === 'awaiting' && market !== 'closed' && market !== 'halted')
    .map(({ symbol }) => symbol)
    .filter(isMeant);
  // The samples have numbers alone: where symbols were added in the span, the waiting ones may be these.
  const hasWaited = window.held(
    span,
    ({ topics }) => topics.awaiting >= names.length && sum(topics) >= sum(stats.topics),
  );
  return hasWaited ? names : [];
}

/** Whether at least half of the symbols have an image: before, a market may just not have begun. */
function mostSend({ now: { symbols } }: Window): boolean {
  return 2 * symbols.filter(({ age }) => age !== undefined).length >= symbols.length;
}

/** Causes of missing messages on a connection that is live. */
export const noEventsCauses: readonly Cause[] = [
  {
    code: 'RXP_NOTHING_WANTED',
    chapter: 'no-events',
    severity: 'warning',
    title: 'There are subscribers, and they want no symbol',
    apart: 'The feed is idle although it has subscribers: their lists of symbols are empty, or have not come yet.',
    over: 0,
    detect: ({ now: { state, stats } }) =>
      state.status === 'idle' && stats.subscribers > 0
        ? {
            symptom: `the feed does not connect, because no symbol is wanted by its ${counted(stats.subscribers, 'subscriber')}`,
            count: stats.subscribers,
            since: state.since,
          }
        : undefined,
    fixes: ['pass at least one symbol to quotes()', 'check that the Observable of symbols has emitted a list'],
    fault: 'a subscription to an empty list',
  },
  {
    code: 'RXP_TOPICS_REFUSED',
    chapter: 'no-events',
    severity: 'warning',
    title: 'The broker refuses topics',
    apart: 'The SUBACK has the code 128, or a notice of the venue names the topic.',
    roots: ['connection'],
    over: 0,
    detect: (window) => {
      const { state } = window.now;
      return state.status === 'live' && state.ledger.refused.length > 0
        ? {
            symptom: `the broker refuses ${String(state.ledger.refused.length)} of ${counted(state.ledger.wanted, 'topic')}: ${state.ledger.refused.slice(0, 5).join(', ')}`,
            names: state.ledger.refused,
            count: state.ledger.refused.length,
            severity: areAllRefused(window) ? 'critical' : 'warning',
          }
        : undefined;
    },
    fixes: [
      'check the spelling of these symbols',
      'check that the account may read them',
      'look at {explain} for what the broker wrote',
    ],
    probe: 'suback',
    fault: 'a broker that answers SUBACK 128 for one topic',
  },
  {
    code: 'RXP_REJECTS',
    chapter: 'no-events',
    severity: 'warning',
    title: 'Messages can’t be read',
    apart: 'The decoder throws. The reasons are those of stats().rejected. It is critical when no symbol has a price.',
    over: 60_000,
    detect: (window) => {
      const change = window.over(60_000);
      const rejected = change.counts(({ rejected: counts }) => counts);
      const [total, received] = [sum(rejected), change.count((stats) => stats.received)];
      if (total === 0) return undefined;
      return {
        symptom: `messages that can’t be read ${change.words}: ${shown(rejected)}; of ${String(received)}`,
        names: Object.keys(rejected),
        count: total,
        severity: severityOf(window),
      };
    },
    fixes: [
      'look at a rejected payload with onReject',
      'check that {decoder} matches the venue’s present schema',
      'check that {topic} has quotes and no other messages',
    ],
    probe: 'decode',
    alert: 'increase(rx_quotes_rejected_total[1m]) > 0',
    fault: 'a payload that the decoder refuses',
  },
  {
    code: 'RXP_TOPICS_SILENT',
    chapter: 'no-events',
    severity: 'warning',
    title: 'Topics are granted and send no image',
    apart: 'The venue is known to send an image on SUBSCRIBE, and none came within 5 s.',
    roots: ['connection'],
    over: 0,
    detect: (window) => {
      const { state } = window.now;
      return state.status === 'live' && state.ledger.noData.length > 0
        ? {
            symptom: `${String(state.ledger.noData.length)} of ${String(state.ledger.granted)} granted topics send no image: ${state.ledger.noData.slice(0, 5).join(', ')}`,
            names: state.ledger.noData,
            count: state.ledger.noData.length,
            severity: severityOf(window),
          }
        : undefined;
    },
    fixes: [
      'check the spelling of these symbols: some brokers grant any topic',
      'check that the account may read them: some brokers grant what they never deliver',
    ],
    probe: 'first-message',
    fault: 'a symbol that does not exist, on a venue that sends images',
  },
  {
    code: 'RXP_SYMBOL_SPELLING',
    chapter: 'no-events',
    severity: 'warning',
    title: 'Symbols in small letters get nothing',
    apart:
      'Symbols with small letters have no image after a minute, and symbols in capitals do. MQTT topics are case-sensitive.',
    roots: ['connection', 'RXP_TOPICS_SILENT'],
    over: 0,
    detect: (window) => {
      const others = window.now.symbols.filter(({ age }) => age !== undefined);
      if (others.some(({ symbol }) => symbol !== symbol.toUpperCase())) return undefined;
      const names = awaiting(window, noEventsAfter, (symbol) => symbol !== symbol.toUpperCase());
      return names.length === 0
        ? undefined
        : {
            symptom: `${names.slice(0, 5).join(', ')} got nothing in ${spanText(noEventsAfter)} and more; did you mean ${names
              .slice(0, 5)
              .map((name) => name.toUpperCase())
              .join(', ')}?`,
            names,
          };
    },
    fixes: ['write the symbols in capitals, as the venue does: topics are case-sensitive'],
    probe: 'first-message',
    fault: 'a symbol in small letters on a broker that grants every topic',
  },
  {
    code: 'RXP_SYMBOLS_AWAITING',
    chapter: 'no-events',
    severity: 'warning',
    title: 'Symbols never sent anything',
    apart:
      'The topics are granted for five minutes, other symbols send, and these never did. An illiquid symbol looks the same.',
    roots: ['connection', 'RXP_RELAYS_LOST', 'RXP_TOPICS_SILENT', 'RXP_SYMBOL_SPELLING'],
    over: 0,
    detect: (window) => {
      const names = mostSend(window) ? awaiting(window, awaitingAfter, () => true) : [];
      return names.length === 0
        ? undefined
        : {
            symptom: `nothing came from ${counted(names.length, 'symbol')} in ${spanText(awaitingAfter)} and more while others send: ${names.slice(0, 5).join(', ')}`,
            names,
            count: names.length,
          };
    },
    fixes: [
      'check the spelling of these symbols: some brokers grant any topic',
      'check that the account may read them',
      'check with the venue whether they trade today: an illiquid symbol may send nothing for hours',
    ],
    probe: 'first-message',
    fault: 'a symbol that does not exist, on a broker that grants every topic',
  },
  {
    code: 'RXP_NO_QUOTES',
    chapter: 'no-events',
    severity: 'critical',
    title: 'The venue sends, and no quote comes',
    apart: 'Other messages come on this connection, e.g. a market’s status, and no symbol has an image after a minute.',
    roots: ['connection', 'RXP_RELAYS_LOST', 'RXP_TOPICS_SILENT', 'RXP_REJECTS'],
    over: 0,
    detect: (window) =>
      isEmpty(window) && hasReceived(window)
        ? {
            symptom: `connected for ${spanText(liveFor(window))}: other messages come, and no quote of any symbol`,
            since: window.now.state.since,
          }
        : undefined,
    fixes: [
      'check that {topic} has the form that the venue publishes quotes on',
      'check the account’s rights: some brokers grant what they never deliver',
      'check the spelling of the symbols',
    ],
    probe: 'first-message',
    fault: 'a broker that sends a market’s status and no quotes',
  },
  {
    code: 'RXP_NO_EVENTS',
    chapter: 'no-events',
    severity: 'critical',
    title: 'Nothing comes at all',
    apart:
      'No message of any topic came on this connection for a minute. A wrong form of the topics, missing rights and a venue that sends nothing look the same from here.',
    roots: ['connection', 'RXP_RELAYS_LOST', 'RXP_TOPICS_SILENT', 'RXP_REJECTS'],
    over: 0,
    detect: (window) => {
      const { state } = window.now;
      // Samples are not kept for as long as a connection lives.
      const silentFor = Math.min(liveFor(window), window.over(liveFor(window)).ms);
      return isEmpty(window) && !hasReceived(window) && state.status === 'live'
        ? {
            symptom: `connected, ${counted(state.ledger.granted, 'topic')} granted, and nothing came in ${spanText(silentFor)}`,
            since: state.since,
          }
        : undefined;
    },
    fixes: [
      'check that the market is open, and give the venue a calendar',
      'check that {topic} has the form that the venue publishes, in its spelling',
      'check the account’s rights: some brokers grant what they never deliver',
    ],
    probe: 'first-message',
    alert:
      'rx_quotes_connected == 1 and increase(rx_quotes_received_total[1m]) == 0 and sum by (feed) (rx_quotes_topics{state="awaiting"}) > 0',
    fault: 'a broker that grants every topic and publishes on others',
  },
];
