import type { FailureKind } from '../../model/errors.js';

/** How the link goes on after a failure of one kind. */
export interface RetryRule {
  /** After how many failures of this kind in a row the link stops hurrying and says `rejected`. */
  readonly slowAfter: number;
  /** The next attempt asks for new credentials: at once after the first failure of a run, then at the slow pace. */
  readonly renew: boolean;
}

/** The retry rule of each kind of failure, as data. No rule ever gives up. */
export const retryRules: Readonly<Record<FailureKind, RetryRule>> = {
  network: { slowAfter: Infinity, renew: false },
  timeout: { slowAfter: Infinity, renew: false },
  venue: { slowAfter: Infinity, renew: false },
  // What a person has to mend is not asked for again every few seconds.
  auth: { slowAfter: 2, renew: true },
  policy: { slowAfter: 2, renew: false },
  tls: { slowAfter: 3, renew: false },
  flap: { slowAfter: 3, renew: false },
  protocol: { slowAfter: 3, renew: false },
};

/** Delay of a slow retry in ms. */
export const SLOW_RETRY = 60_000;

/** The longest `Retry-After` that is honoured, in ms: a feed is never told to stay away for the day. */
export const MAX_RETRY_AFTER = 300_000;

/** At most this many attempts and connects, and this many renewals of credentials, in any `WINDOW` ms. */
export const MAX_CONNECTS = 8;
export const MAX_RENEWALS = 3;
export const WINDOW = 60_000;

/**
 * How much longer, in ms, the first connection may be on its way than the last: code is loaded and names are looked up. A broker
 * counts connections when they arrive.
 */
export const ON_THE_WAY = 500;

/** How long a step of connecting may take, in ms: credentials; socket and CONNACK. */
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

/** The time in ms between two live connections that suspected topics may end. */
export const LIVE_LOSS_SPACING = 60_000;

/** The most topics, about, that a broker makes suspected when it answers nothing at all. */
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

/** A ping that is not answered for so many ms, while nothing else comes, makes the peer unresponsive. */
export const PING_OVERDUE = 1_500;

/** A timer that is later than this, in ms, was not blocked: the machine slept. */
export const SLEEP = 5_000;

/** After a sleep the peer is given up when nothing comes for so many ms after a ping. */
export const WAKE_TIMEOUT = 5_000;

/** A closing connection may take this many ms to say goodbye before its socket is destroyed. */
export const CLOSE_TIMEOUT = 2_000;

/**
 * After this many ms a granted topic without a message is mute, where a first image is to be expected. It comes on the heels
 * of the SUBACK, so it is given as long as that.
 */
export const FIRST_IMAGE_TIMEOUT = 5_000;

/**
 * Where a venue does not say that it sends an image on SUBSCRIBE, it is seen to when this share of a connection's granted
 * topics had one in time. Of fewer than ten topics one that is mute is more than the rest: so few prove nothing.
 */
export const IMAGES_PROMPT = 0.9;

/**
 * Connections flap when so many in a row are lost within so many ms of their CONNACK. A client that another one drives out
 * lives as long as the other waits before it comes back: at first a second or two with every client we know.
 */
export const FLAP_LIFE = 10_000;
export const FLAP_COUNT = 3;

/** Nobody comes back sooner: a connection that lives for less than so many ms was dropped by the broker itself. */
export const FLAP_AT_ONCE = 500;

/**
 * After so many verdicts in a row one attempt is made with another client id. Not after the first: whoever fights over a client
 * id with a feed is to notice it, too, before one of them gives way.
 */
export const FLAP_PROBE_AFTER = 2;
