import type { DataState, MarketState } from '../../model/state.js';
import type { TopicKind } from '../../model/venue.js';
import type { TopicSubscription } from '../../mqtt/subscriptions/topicLedger.js';

/** The state of one topic of a symbol, with the reason. */
export interface TopicExplanation {
  /** The name of the topic. */
  readonly topic: string;
  /** The kind of its events. */
  readonly kind: TopicKind;
  /** The present state of its data. */
  readonly state: DataState;
  /** The present state of its market. */
  readonly market: MarketState;
  /** The reason of this state, in a sentence. */
  readonly why: string;
  /** The same as data; left out while nothing has happened to the topic. */
  readonly reason?: {
    /**
     * The event that caused the state.
     *
     * - `image`: a live image came
     * - `aged`: an image of unknown age came (retain flag, or first on subscribe)
     * - `missed`: something was surely or probably missed (link lost, stall, eviction)
     * - `quiet`: nothing came for longer than is usual for the topic, in an open market; no fault
     * - `silent`: nothing came for longer than is normal, in a market that is open or unknown
     * - `refused`, `granted`: the broker answered the subscription
     * - `relayed`: a relay gives this state, or no relay vouches for the last image
     */
    readonly evidence: 'image' | 'aged' | 'missed' | 'quiet' | 'silent' | 'refused' | 'granted' | 'relayed';
    /** Wall time, ms since the Unix epoch. */
    readonly at: number;
    /** The epoch in force; left out before the first. */
    readonly epoch?: number;
    /** Further text, e.g. why the link was lost. */
    readonly detail?: string;
  };
  /** Its subscription on the present connection; left out where there is none. */
  readonly subscription?: TopicSubscription;
  /** Wall time in ms since the Unix epoch at which its last image was read; left out before the first. */
  readonly receivedAt?: number;
  /** When its silence would be reported; left out where silence is not judged, or no image came yet. */
  readonly silence?: {
    /** Silence, in ms at the present speed of the market, after which the topic is stale; rough where few topics send. */
    readonly thresholdMs: number;
    /** Whether `thresholdMs` is longer than what is left of the session: the topic's death alone would not be noticed today. */
    readonly undetectable: boolean;
    /** The number of gaps between messages that were learned. */
    readonly samples: number;
    /** Whether your `staleAfter` sets the threshold; otherwise it is learned. */
    readonly fixed: boolean;
    /** The same in a sentence, with the silence after which the topic is quiet. */
    readonly text: string;
  };
  /** The outcomes of its last messages, at most 16, oldest first; equal ones in a row count as one. */
  readonly messages: readonly {
    /** Wall time of reading the last of them, ms since the Unix epoch. */
    readonly at: number;
    /** The number of messages in a row with this outcome and epoch. */
    readonly count: number;
    /** The epoch of the connection that read them; left out when the connection was not promoted yet. */
    readonly epoch?: number;
    /**
     * `live image`, `image of unknown age`, `relayed as suspect` (or another state), `superseded`, `overlap`, `evicted`, `unclaimed`, or with a reason `unreadable: threw`,
     * `dropped: key-evicted`. A message that was conflated, replaced by a newer one while it waited, leaves no note.
     */
    readonly outcome: string;
  }[];
}

/** The reason of a topic's state. */
export type StateReason = NonNullable<TopicExplanation['reason']>;

/** When the silence of a topic would be reported. */
export type SilenceExplanation = NonNullable<TopicExplanation['silence']>;

/** The outcome of one message, or of several in a row that had the same. */
export type MessageNote = TopicExplanation['messages'][number];
