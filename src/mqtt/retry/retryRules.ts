import type { FailureKind } from '../../model/errors.js';

/** How the link goes on after a failure of one kind. */
export interface RetryRule {
  /** The number of failures of this kind in a row after which the link retries slowly and its state is `rejected`. */
  readonly slowAfter: number;
  /** The next attempt asks for new credentials: at once after the first failure of a run, then at the slow pace. */
  readonly renew: boolean;
}

/** The retry rule of each kind of failure, as data. No rule ever gives up. */
export const retryRules: Readonly<Record<FailureKind, RetryRule>> = {
  network: { slowAfter: Infinity, renew: false },
  timeout: { slowAfter: Infinity, renew: false },
  venue: { slowAfter: Infinity, renew: false },
  // A person has to mend these, so a retry every few seconds would not help.
  auth: { slowAfter: 2, renew: true },
  policy: { slowAfter: 2, renew: false },
  tls: { slowAfter: 3, renew: false },
  flap: { slowAfter: 3, renew: false },
  protocol: { slowAfter: 3, renew: false },
};

/** Delay of a slow retry in ms. */
export const SLOW_RETRY = 60_000;

/** The longest `Retry-After` that is honoured, in ms: a wrong header must not keep a feed away for a day. */
export const MAX_RETRY_AFTER = 300_000;

/** At most this many attempts and connects, and this many renewals of credentials, in any `WINDOW` ms. */
export const MAX_CONNECTS = 8;
export const MAX_RENEWALS = 3;
export const WINDOW = 60_000;

/**
 * Added to the window of the limits, in ms. A broker counts connections when they arrive, and the first may arrive this much later
 * than planned: code is loaded and names are looked up first.
 */
export const ON_THE_WAY = 500;

/** The longest time for credentials, and for socket and CONNACK, in ms. */
export const CREDENTIALS_TIMEOUT = 10_000;
export const CONNECT_TIMEOUT = 10_000;

/**
 * Times in ms after which a SUBACK is overdue: since the last SUBACK or, before promotion, the last byte; and since its
 * SUBSCRIBE in any case.
 */
export const SUBACK_TIMEOUT = 5_000;
export const SUBACK_LIMIT = 60_000;

/** The most SUBSCRIBEs that are in flight on a connection: brokers punish bursts. */
export const SUBSCRIBES_IN_FLIGHT = 4;

/**
 * A broker may limit how many SUBSCRIBEs come in a second. After two losses that accuse topics, each with `BURST` SUBSCRIBEs in
 * the second before it, SUBSCRIBEs are at least `PACED` ms apart, for `PACED_FOR` ms after the first of the two.
 */
export const BURST = 8;
export const PACED = 125;
export const PACED_FOR = 300_000;

/**
 * The most overdue SUBACKs of a connection that still count when they come. The bound is for topics that are never answered.
 */
export const MAX_OVERDUE = 1_024;

/**
 * The time in ms after which a refused or unanswered topic is asked for again, alone. Chance takes or adds up to a quarter,
 * so that many topics are not asked for in one burst.
 */
export const REFUSED_RETRY = 60_000;

/**
 * The number of connections that end while a topic alone is asked for, until it counts as refused; and the time in ms until
 * it is asked for again.
 */
export const CLOSINGS = 2;
export const CLOSED_RETRY = 600_000;

/** The least time in ms between two losses of a live connection by suspected topics. */
export const LIVE_LOSS_SPACING = 60_000;

/** About the most topics that become suspected while a broker answers nothing at all. */
export const SILENT_SUSPECTS = 40;

/** The longest wait in ms after a loss that accuses topics: the next connection asks for others, and may be live at once. */
export const FOUND_RETRY = 2_000;

/**
 * The number of connections after such a loss that ask for the other suspects before they are live: most suspects are
 * innocent.
 */
export const PROBES = 3;

/**
 * A topic that a notice refused is granted again each time it is asked for: the grant counts when no new notice has come
 * for so many ms, as long as an answer may take.
 */
export const GRANT_DOUBT = 5_000;

/**
 * Topics in one SUBSCRIBE. Managed brokers close the connection above a limit of theirs (AWS IoT Core: 8 subscriptions
 * per request, by its published quotas); all take as many packets as it needs.
 */
export const TOPICS_PER_PACKET = 8;

/** The peer is unresponsive when a ping has no answer for this many ms and nothing else comes. */
export const PING_OVERDUE = 1_500;

/** When a timer is later than this, in ms, the machine slept; below it, the thread was blocked. */
export const SLEEP = 5_000;

/** After a sleep the connection is given up when nothing comes for this many ms after a ping. */
export const WAKE_TIMEOUT = 5_000;

/** The longest time in ms that a closing connection has before its socket is destroyed. */
export const CLOSE_TIMEOUT = 2_000;

/**
 * Where a first image is expected, a granted topic without a message is `no-data` after this many ms. The image follows the SUBACK at
 * once, so it has as much time as a SUBACK.
 */
export const FIRST_IMAGE_TIMEOUT = 5_000;

/**
 * Without `onSubscribe: 'snapshot'`, a venue counts as one that sends an image on SUBSCRIBE when this part of a connection's
 * granted topics had one in time. Fewer than ten topics prove nothing: one topic without data is already more than a tenth.
 */
export const IMAGES_PROMPT = 0.9;

/**
 * Connections flap when so many in a row are lost within so many ms of their CONNACK. When another client takes over the
 * connections, each lives until that client reconnects: with all clients that were looked at, a second or two at first.
 */
export const FLAP_LIFE = 10_000;
export const FLAP_COUNT = 3;

/** No client reconnects sooner than this, in ms: the broker itself dropped a connection that lived for less. */
export const FLAP_AT_ONCE = 500;

/**
 * One attempt with another client id is made after so many verdicts in a row. After the first would be too early: the other
 * client with the same client id should log the flap, too, before this one gives way.
 */
export const FLAP_PROBE_AFTER = 2;
