import type { QuoteFeed, QuoteFeedConfig } from '../../../src/index.js';
import type { JsonQuote, MqttVenueConfig } from '../../../src/index.js';

/** Where a feed connects to, as data: it is sent to the process of the feed. */
export interface Place {
  readonly url: string;
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority to trust. */
  readonly ca?: string;
}

/** The far side of one feed, in the process of the runner. */
export interface Far {
  readonly place: Place;
  /** The symbols for the doctor, and further options of its command line. */
  readonly doctor: readonly string[];
  /** Begins the fault, where it is one of the far side. */
  fault?(): void | Promise<void>;
  /** Applies the remedy, where it is one of the far side. */
  cure?(): void | Promise<void>;
  /** Where to connect after the remedy, if that is another place. */
  readonly cured?: Place;
  stop(): void | Promise<void>;
}

/** The near side: a process with a feed, which has the fault or is its control. */
export interface Subject {
  readonly isFaulty: boolean;
  /** Where to connect at present. */
  place(): Place;
  /** Makes the feed that is watched and served; its quotes are JSON on `px/{symbol}/book` in an open market. */
  open(
    config?: Omit<Partial<QuoteFeedConfig<JsonQuote>>, 'venue'>,
    venue?: Partial<MqttVenueConfig<JsonQuote>>,
  ): QuoteFeed<JsonQuote>;
  /** Watches and serves a feed of another venue. */
  watch(feed: QuoteFeed<{ readonly symbol: string }>): void;
  /** Does something when the fault begins; never in the control. */
  onFault(work: () => void): void;
  /** Does something when the remedy is applied; never in the control. */
  onCure(work: () => void): void;
}

/** One fault on real sockets, with the remedy that the playbook names for it. All times in ms. */
export interface RealRow {
  readonly code: `RXP_${string}`;
  /** Whether it is one of those of a quick run. */
  readonly quick?: boolean;
  /** Other codes that may stand with it, since one fault may have two effects. */
  readonly implied?: readonly string[];
  /** How long the feed is live before the fault begins; left out, the fault is there from the start. */
  readonly settle?: number;
  /** The finding must stand within this time. */
  readonly within: number;
  /** The finding must clear within this time after the remedy; left out where its span is longer than a row may take. */
  readonly clears?: number;
  /** How long it must stay away then, where the fault comes and goes. */
  readonly watched?: number;
  /** The remedy that is applied: its index among the cause's own. */
  readonly fix: number;
  /** Whether the fault takes a core, so that only one such fault is played at a time. */
  readonly isHeavy?: boolean;
  /** Options of Node for the process of the feed. */
  readonly node?: readonly string[];
  /** The code by which the doctor shows it, if that is another one. */
  readonly doctorCode?: string;
  /** Why the doctor can't see it, although its cause has a probe. */
  readonly unseen?: string;
  readonly far: (isFaulty: boolean) => Promise<Far>;
  readonly near: (subject: Subject) => void;
}
