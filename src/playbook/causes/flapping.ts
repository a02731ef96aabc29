import type { Cause } from '../cause.js';
import { connectionFixes } from './connection.js';

/** Connections that are accepted and soon lost: they explain every other failure of the connection. */
export const flappingCauses: readonly Cause[] = [
  {
    code: 'RXP_TAKEOVER',
    chapter: 'reconnects',
    severity: 'critical',
    title: 'Another client takes the connection over',
    apart:
      'Connections were lost within seconds, and a connection with another client id outlived them. So another client has the client id.',
    over: 0,
    detect: ({ now: { state } }) =>
      state.flap?.certain === true
        ? {
            symptom: `connections are lost again and again: ${state.flap.message} (${state.flap.code})`,
            severity: state.status === 'live' ? 'warning' : 'critical',
          }
        : undefined,
    fixes: ['give every client a client id of its own, or leave out {clientId}', 'stop the other client'],
    probe: 'connack',
    fault: 'two feeds with one client id',
  },
  {
    code: 'RXP_FLAPPING',
    chapter: 'reconnects',
    severity: 'critical',
    title: 'Connections are accepted and lost within seconds',
    apart: 'At least three connections in a row were lost within seconds of CONNACK, and no other client is proven.',
    over: 0,
    detect: ({ now: { state } }) =>
      state.flap === undefined || state.flap.certain === true
        ? undefined
        : { symptom: `connections are lost again and again: ${state.flap.message} (${state.flap.code})` },
    fixes: connectionFixes({ kind: 'flap' }),
    probe: 'connack',
    fault: 'a broker that drops each connection after a second',
  },
];
