import type { Cause } from '../cause.js';
import { counted } from '../words.js';

/** The span in which messages that did not arrive are counted, in ms. */
const span = 300_000;

/** Faults of a relay, and on the way from it. */
export const relayCauses: readonly Cause[] = [
  {
    code: 'RXP_RELAYS_LOST',
    chapter: 'no-events',
    severity: 'critical',
    title: 'No relay gives live quotes',
    apart:
      'The broker answers, and `state$` is `silent` with `why: relay`. Its `detail` tells a relay that ended from one whose feed is lost.',
    over: 0,
    detect: ({ now: { state } }) =>
      state.status === 'silent' && state.why === 'relay'
        ? { symptom: `no relay gives live quotes: ${state.detail}`, since: state.since }
        : undefined,
    fixes: [
      'if the relay ended or sends no status: start it again, and read its log; check that `prefix` is the same in relay and reader',
      'if the feed of the relay is lost: run rx-quotes status or doctor on the machine of the relay, since the fault is there',
      'check that this reader’s account may subscribe to the topics of the relay’s status, e.g. rx-quotes/relay/+',
    ],
    alert: 'rx_quotes_connected == 0',
    fault: 'a relay that ends',
  },
  {
    code: 'RXP_RELAY_LOST',
    chapter: 'symbol-stale',
    severity: 'warning',
    title: 'One of several relays gives no live quotes',
    apart: '`stats().relays.states` has a relay that is not `live`; the symbols of the others go on.',
    roots: ['RXP_RELAYS_LOST'],
    over: 0,
    detect: ({ now: { stats } }) => {
      const lost = (stats.relays?.states ?? []).filter(({ state }) => state !== 'live');
      return stats.connected && lost.length > 0
        ? {
            symptom: `${counted(lost.length, 'relay')} of ${String(stats.relays?.states.length)} gives no live quotes`,
            names: lost.map(({ relay, state, reason }) => `${relay} (${reason ?? state})`),
            count: lost.length,
          }
        : undefined;
    },
    fixes: ['start the relay again, or run rx-quotes status on its machine if only its feed is lost'],
    alert: 'sum by (feed) (rx_quotes_relays{state!="live"}) > 0',
    fault: 'one of two relays that ends',
  },
  {
    code: 'RXP_RELAY_LOSS',
    chapter: 'dropped',
    severity: 'warning',
    title: 'Messages of a relay did not arrive',
    apart:
      'The counters in the messages of the relay jump: the broker dropped messages for this reader, or lost some of the relay’s.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const lost = change.count(({ relays }) => relays?.lost ?? 0);
      return lost === 0
        ? undefined
        : { symptom: `messages of the relay that did not arrive: ${String(lost)} ${change.words}`, count: lost };
    },
    fixes: [
      'subscribe to fewer symbols, or lower the relay’s rate: this reader or its line is too slow',
      'raise the broker’s limit for slow clients, e.g. max_queued_messages and max_queued_bytes of Mosquitto',
    ],
    alert: 'increase(rx_quotes_relay_lost_total[5m]) > 0',
    fault: 'a broker that drops messages between relay and reader',
  },
];
