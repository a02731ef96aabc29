import {
  CONNECT_TIMEOUT,
  CREDENTIALS_TIMEOUT,
  FIRST_IMAGE_TIMEOUT,
  PING_OVERDUE,
  SUBACK_TIMEOUT,
} from '../../src/mqtt/retry/retryRules.js';
import { DEFAULT_KEEP_ALIVE } from '../../src/mqtt/transport/transportConfig.js';

/** A fault, and by when a feed has reported it. `docs/connection.md` shows the same table. */
export interface Deadline {
  readonly fault: string;
  /** The most ms of the feed's clock from the fault to its report. */
  readonly within: number;
  /** The code of the failure in `state$`, or the other report. */
  readonly reports: string;
}

/** A fault that shows in an answer is reported as soon as the answer is read. A second is left to the machine. */
export const AT_ONCE = 1_000;

/** The classes of faults. */
export type FaultClass =
  | ('refused' | 'cut' | 'tls' | 'upgrade' | 'connack' | 'garbage' | 'refusedTopic')
  | ('topicWithoutData' | 'flap')
  | ('name' | 'unanswered' | 'credentials' | 'suback' | 'unresponsive' | 'halfOpen' | 'stall' | 'sleep' | 'wake');

/** How soon each class of fault is reported. */
export const deadlines: Readonly<Record<FaultClass, Deadline>> = {
  refused: { fault: 'nobody listens on the port', within: AT_ONCE, reports: 'RXQ_NETWORK' },
  cut: { fault: 'the connection is reset or closed', within: AT_ONCE, reports: 'RXQ_NETWORK' },
  tls: { fault: 'certificate untrusted, expired or for another name', within: AT_ONCE, reports: 'RXQ_TLS' },
  upgrade: {
    fault: 'the upgrade is answered with another HTTP status than 101',
    within: AT_ONCE,
    reports: 'by status',
  },
  connack: { fault: 'CONNECT is answered with another code than 0', within: AT_ONCE, reports: 'by code' },
  garbage: { fault: 'what is read is no MQTT 3.1.1', within: AT_ONCE, reports: 'RXQ_PROTOCOL' },
  refusedTopic: { fault: 'a topic is refused', within: AT_ONCE, reports: '`ledger.refused`' },
  topicWithoutData: {
    fault: 'a topic is granted and sends no image, where one is to be expected',
    within: FIRST_IMAGE_TIMEOUT,
    reports: '`ledger.noData`',
  },
  name: { fault: 'the host name does not resolve', within: CONNECT_TIMEOUT, reports: 'RXQ_NETWORK' },
  unanswered: {
    fault: 'no answer to TCP, TLS, upgrade or CONNECT',
    within: CONNECT_TIMEOUT,
    reports: 'RXQ_TIMEOUT',
  },
  credentials: { fault: 'the endpoint provider does not answer', within: CREDENTIALS_TIMEOUT, reports: 'RXQ_TIMEOUT' },
  suback: {
    fault: 'no answer to SUBSCRIBE on a new connection, nor a sign of one',
    within: SUBACK_TIMEOUT,
    reports: 'RXQ_TIMEOUT',
  },
  flap: {
    fault: 'connections are accepted and lost within 10 s of CONNACK: from the third loss in a row',
    within: AT_ONCE,
    reports: '`RXQ_FLAP`, `flap` in every state',
  },
  unresponsive: {
    fault: 'the peer answers no ping and sends nothing',
    // The ping goes out a keep-alive after the last byte.
    within: 1_000 * DEFAULT_KEEP_ALIVE + PING_OVERDUE,
    reports: '`silent`',
  },
  halfOpen: {
    fault: 'the peer is gone without a word',
    // MQTT.js pings at the second beat of half the keep-alive, and gives up at the third.
    within: 1.5 * DEFAULT_KEEP_ALIVE * 1_000,
    reports: 'RXQ_TIMEOUT',
  },
  stall: { fault: 'the thread was blocked, from when it runs again', within: AT_ONCE, reports: 'gap of cause `stall`' },
  sleep: {
    fault: 'the machine slept and monotonic time stood still, from when it runs again',
    within: AT_ONCE,
    reports: 'gap of cause `wake`',
  },
  wake: {
    fault: 'the process was stopped, from when it runs again',
    within: (1_000 * DEFAULT_KEEP_ALIVE) / 2,
    reports: 'gap of cause `wake`',
  },
};
