import type { FailureKind } from '../../model/errors.js';

/** How the link continues after a failure of one kind. */
export interface RetryRule {
  /** The number of failures of this kind in a row after which the link retries slowly and its state is `rejected`. */
  readonly slowAfter: number;
  /** Whether the next attempt gets new credentials: at once after the first failure of a run, then at the slow pace. */
  readonly renew: boolean;
}

/** The retry rule of each kind of failure, as data. No rule ever gives up. */
export const retryRules: Readonly<Record<FailureKind, RetryRule>> = {
  network: { slowAfter: Infinity, renew: false },
  timeout: { slowAfter: Infinity, renew: false },
  venue: { slowAfter: Infinity, renew: false },
  // A person has to fix these, so a retry every few seconds would not help.
  auth: { slowAfter: 2, renew: true },
  policy: { slowAfter: 2, renew: false },
  tls: { slowAfter: 3, renew: false },
  flap: { slowAfter: 3, renew: false },
  protocol: { slowAfter: 3, renew: false },
  reconnect: { slowAfter: Infinity, renew: false },
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
 * Added to the window of the limits, in ms. A broker counts connections when they arrive. The first may arrive this
 * much later than planned, because code is loaded and names are resolved first.
 */
export const ON_THE_WAY = 500;

/** The longest time in ms to get credentials, and from opening the socket to CONNACK. */
export const CREDENTIALS_TIMEOUT = 10_000;
export const CONNECT_TIMEOUT = 10_000;

/**
 * A SUBACK is overdue after these times in ms: the first since the last SUBACK or, before promotion, since the last
 * byte; the second since its SUBSCRIBE.
 */
export const SUBACK_TIMEOUT = 5_000;
export const SUBACK_LIMIT = 60_000;

/** The most SUBSCRIBEs that are in flight on a connection: some brokers close a connection after a burst. */
export const SUBSCRIBES_IN_FLIGHT = 4;

/**
 * A broker may limit how many SUBSCRIBEs come in a second. After two losses that make topics suspected, each with
 * `BURST` SUBSCRIBEs in the second before it, SUBSCRIBEs are at least `PACED` ms apart, for `PACED_FOR` ms after the
 * first of the two.
 */
export const BURST = 8;
export const PACED = 125;
export const PACED_FOR = 300_000;

/**
 * The most overdue SUBACKs of a connection that still count when they come. Without it, topics that are never answered
 * would fill memory.
 */
export const MAX_OVERDUE = 1_024;

/**
 * The time in ms after which a refused or unanswered topic gets another SUBSCRIBE, alone. Jitter of up to a quarter
 * prevents a burst for many topics.
 */
export const REFUSED_RETRY = 60_000;

/**
 * A topic counts as refused after this number of connections ended during a SUBSCRIBE for it alone; and the time in ms
 * until the next SUBSCRIBE for it.
 */
export const CLOSINGS = 2;
export const CLOSED_RETRY = 600_000;

/** The least time in ms between two losses of a live connection by suspected topics. */
export const LIVE_LOSS_SPACING = 60_000;

/** About the most topics that become suspected while a broker answers nothing at all. */
export const SILENT_SUSPECTS = 40;

/**
 * The longest wait in ms after a loss that makes topics suspected: the next connection first subscribes to other
 * topics, and may be live at once.
 */
export const FOUND_RETRY = 2_000;

/**
 * The number of connections after such a loss that subscribe to the other suspects before they are live, since the
 * broker takes most suspects.
 */
export const PROBES = 3;

/**
 * The broker grants a topic that a notice refused again at each SUBSCRIBE. Such a grant counts after this many ms
 * without a new notice, the time that an answer may take.
 */
export const GRANT_DOUBT = 5_000;

/**
 * The most topics in one SUBSCRIBE. Managed brokers close the connection above a limit of their own (AWS IoT Core: 8
 * subscriptions per request, by its published quotas); they all accept several packets.
 */
export const TOPICS_PER_PACKET = 8;

/** The peer is unresponsive when a ping has no answer for this many ms and no other byte comes. */
export const PING_OVERDUE = 1_500;

/**
 * A timer that is later than this, in ms, means that the machine slept; a shorter delay means that the thread was
 * blocked.
 */
export const SLEEP = 5_000;

/** After a sleep the connection is closed if no byte comes for this many ms after a ping. */
export const WAKE_TIMEOUT = 5_000;

/** The longest time in ms that a closing connection has before its socket is destroyed. */
export const CLOSE_TIMEOUT = 2_000;

/**
 * If a first image is expected, a granted topic without a message is `no-data` after this many ms. The image follows
 * the SUBACK at once, so it gets as much time as a SUBACK.
 */
export const FIRST_IMAGE_TIMEOUT = 5_000;

/**
 * Without `onSubscribe: 'snapshot'`, a venue counts as one that sends an image on SUBSCRIBE when this part of a connection's
 * granted topics had one in time. Fewer than ten topics prove nothing: one topic without data is already more than a tenth.
 */
export const IMAGES_PROMPT = 0.9;

/**
 * Connections flap when `FLAP_COUNT` in a row are lost within `FLAP_LIFE` ms of their CONNACK. When another client
 * takes over the connections, each lives until that client reconnects: one or two seconds at first, for all clients
 * that were examined.
 */
export const FLAP_LIFE = 10_000;
export const FLAP_COUNT = 3;

/** No client reconnects sooner than this, in ms: the broker itself dropped a connection that lived for less. */
export const FLAP_AT_ONCE = 500;

/**
 * The number of verdicts in a row after which one attempt uses another client id. It is more than one, so that the
 * other client with the same client id also logs the flapping before this one gives way.
 */
export const FLAP_PROBE_AFTER = 2;
