import type { ConnectionFailure } from '../../model/errors.js';
import type { Cause } from '../cause.js';
import { spanText, type Window } from '../window.js';
import { counted } from '../words.js';

/** The span in which reconnects are counted, in ms. */
const span = 600_000;
/** Fewer losses than this in the span are no finding: a link over a public network may be lost now and then. */
const fewest = 3;
/** Lives of connections count as equal when they differ by at most this part, or by `equalMs`. */
const equalPart = 0.05;
const equalMs = 500;
/** Shorter lives than this, in ms, are no token's and no idle timeout. */
const shortest = 10_000;

/** A connection that was live and ended in the span. */
interface Loss {
  readonly at: number;
  /** How long it was live, in ms. */
  readonly life: number;
  readonly reason: ConnectionFailure | undefined;
  /** From its end to the next live connection, in ms; up to now if there is none yet. */
  readonly gap: number;
}

function losses(window: Window): readonly Loss[] {
  const states = window.now.journal.entries.filter((entry) => entry.type === 'connection');
  const lost: Loss[] = [];
  let liveAt: number | undefined;
  for (const [index, { at, state }] of states.entries()) {
    if (state.status === 'live' || state.status === 'silent') liveAt ??= at;
    else if (liveAt !== undefined) {
      if (state.status !== 'idle' && state.status !== 'closed' && at > window.now.at - span) {
        const next = states
          .slice(index)
          .find((later) => later.state.status === 'live' || later.state.status === 'silent');
        const reason = 'reason' in state ? state.reason : undefined;
        lost.push({ at, life: at - liveAt, reason, gap: (next?.at ?? window.now.at) - at });
      }
      liveAt = undefined;
    }
  }
  return lost;
}

const byPeer = (window: Window): readonly Loss[] => losses(window).filter(({ reason }) => reason?.kind !== 'reconnect');

const asked = (window: Window, by: ConnectionFailure['askedBy']): readonly Loss[] =>
  losses(window).filter(({ reason }) => reason?.askedBy === by);

/** How many there are, and the time of the last one. */
function figures(lost: readonly Loss[]): { readonly count: number; readonly last: number } {
  return { count: lost.length, last: Math.max(...lost.map(({ at }) => at)) };
}

function isEven(lost: readonly Loss[]): boolean {
  const lives = lost.map(({ life }) => life);
  const [least, most] = [Math.min(...lives), Math.max(...lives)];
  return lives.length >= fewest && least >= shortest && most - least <= Math.max(equalMs, equalPart * most);
}

/** The reasons of losses with their numbers, the most frequent first. */
function reasons(lost: readonly Loss[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of lost) {
    const name =
      reason === undefined
        ? 'no reason'
        : `${reason.code}${reason.subcause === undefined ? '' : ` ${reason.subcause}`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${counted(count, 'time')}`)
    .join(', ');
}

function described(lost: readonly Loss[]): string {
  const lives = lost.map(({ life }) => life);
  const gap = lost.reduce((sum, one) => sum + one.gap, 0);
  return `they lived ${spanText(Math.min(...lives))} to ${spanText(Math.max(...lives))}; ${spanText(gap)} without a connection in all; ${reasons(lost)}`;
}

/** Connections that are lost again and again. */
export const reconnectCauses: readonly Cause[] = [
  {
    code: 'RXP_EQUAL_LIVES',
    chapter: 'reconnects',
    severity: 'warning',
    title: 'Connections end at the same age each time',
    apart:
      'At least three connections in ten minutes lived equally long: a token’s life, or an idle timeout of something in between.',
    roots: ['RXP_TAKEOVER', 'RXP_FLAPPING'],
    over: span,
    detect: (window) => {
      const lost = byPeer(window);
      if (!isEven(lost)) return undefined;
      const auth = lost.some(({ reason }) => reason?.kind === 'auth')
        ? '; credentials were refused in between, so a token ends'
        : '';
      return {
        symptom: `${counted(lost.length, 'connection')} in the last 10 min were lost at the same age: ${described(lost)}${auth}`,
        ...figures(lost),
      };
    },
    fixes: [
      'compare the age with the life of the token: a venue may cut the connection when the token ends',
      'compare the age with idle timeouts of the broker, proxies and load balancers, and set keepAlive below them',
    ],
    fault: 'a venue that cuts each connection after the same time',
  },
  {
    code: 'RXP_RECONNECTS',
    chapter: 'reconnects',
    severity: 'warning',
    title: 'The network or the broker loses connections often',
    apart: 'At least three losses in ten minutes at different ages. The reasons are in the symptom.',
    roots: ['RXP_TAKEOVER', 'RXP_FLAPPING', 'RXP_EQUAL_LIVES'],
    over: span,
    detect: (window) => {
      const lost = byPeer(window);
      if (lost.length < fewest) return undefined;
      return {
        symptom: `${counted(lost.length, 'connection')} were lost in the last 10 min: ${described(lost)}`,
        ...figures(lost),
      };
    },
    fixes: [
      'check the network for packet loss: ping the host 100 times',
      'use a wired connection or another route',
      'look for kicks and limits in the broker’s log, or ask the venue',
    ],
    alert: 'increase(rx_quotes_reconnects_total{cause!="application"}[10m]) >= 3',
    fault: 'a proxy that cuts the connection at different ages',
  },
  {
    code: 'RXP_APP_RECONNECTS',
    chapter: 'reconnects',
    severity: 'warning',
    title: 'The application reconnects again and again',
    apart: 'Your code called reconnect() at least three times in ten minutes. Nothing failed.',
    over: span,
    detect: (window) => {
      const lost = asked(window, 'application');
      if (lost.length < fewest) return undefined;
      return {
        symptom: `your code replaced the connection ${counted(lost.length, 'time')} in the last 10 min with reconnect()`,
        ...figures(lost),
      };
    },
    fixes: [
      'call reconnect() only when a person asks for it: the feed replaces a connection that is lost or silent by itself',
    ],
    alert: 'increase(rx_quotes_reconnects_total{cause="application"}[10m]) >= 3',
    fault: 'an application that calls reconnect() again and again',
  },
  {
    code: 'RXP_SLEEPS',
    chapter: 'reconnects',
    severity: 'warning',
    title: 'The machine sleeps',
    apart: 'Wall time jumped against monotonic time, at least twice in ten minutes.',
    over: span,
    detect: (window) => {
      const slept = window
        .entries(span)
        .filter((entry) => entry.type === 'gap' && entry.gap.cause === 'wake' && entry.gap.phase === 'open');
      const last = slept.at(-1);
      return last === undefined || slept.length < 2
        ? undefined
        : {
            symptom: `the machine slept ${counted(slept.length, 'time')} in the last 10 min`,
            count: slept.length,
            last: last.at,
          };
    },
    fixes: [
      'keep the machine awake, e.g. with systemd-inhibit or caffeinate',
      'check whether a hypervisor suspends it',
    ],
    fault: 'a clock that jumps',
  },
];
