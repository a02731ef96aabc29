import type { Gap } from '../../model/gap.js';
import type { DataState, MarketState } from '../../model/state.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { StateReason, TopicExplanation } from './topicExplanation.js';

/** The last events in the life of a feed. */
export interface FeedJournal {
  /** The events, discriminated by `type`: at most 500, oldest first. */
  readonly entries: readonly ({
    /** Wall time in ms since the Unix epoch; for an entry of several changes, of the first one. */
    readonly at: number;
  } & (
    | /** The state of the connection changed, or another attempt to connect began. */ {
        readonly type: 'connection';
        /** As in `state$`, without the ledger of topics and without `since`, which is `at`. */
        readonly state: ConnectionState extends infer S
          ? S extends unknown
            ? Omit<S, 'ledger' | 'since'>
            : never
          : never;
      }
    /** A gap opened or closed. */
    | {
        readonly type: 'gap';
        readonly gap: Omit<Gap, 'topics'>;
        /** The number of topics. */
        readonly count: number;
        /** The names of the first ones, at most 8. */
        readonly topics: readonly string[];
      }
    /**
     * Topics entered a state by the same evidence, within a minute and with no gap or connection state in between.
     * Changes between `live` and `quiet` are not noted: they are no fault, and happen all day.
     */
    | {
        readonly type: 'topics';
        readonly state: DataState;
        readonly evidence: NonNullable<TopicExplanation['reason']>['evidence'];
        /** Epoch in force; left out before the first. */
        readonly epoch?: number;
        /** Wall time in ms of the last change. */
        readonly until: number;
        /** The number of changes of topics. */
        readonly count: number;
        /** The names of the first topics, at most 8. */
        readonly topics: readonly string[];
      }
    /** The market of topics entered a state, within a minute and with no gap or connection state in between. */
    | {
        readonly type: 'markets';
        readonly market: MarketState;
        /** Wall time in ms of the last change. */
        readonly until: number;
        /** The number of changes of topics. */
        readonly count: number;
        /** The names of the first topics, at most 8. */
        readonly topics: readonly string[];
      }
  ))[];
  /** The number of older entries that were removed. */
  readonly lost: number;
}

type JournalEntry = FeedJournal['entries'][number];
type TopicsEntry = Extract<JournalEntry, { readonly type: 'topics' }>;
type MarketsEntry = Extract<JournalEntry, { readonly type: 'markets' }>;

type Gathered =
  | { -readonly [K in keyof TopicsEntry]: TopicsEntry[K] }
  | { -readonly [K in keyof MarketsEntry]: MarketsEntry[K] };

const capacity = 500;
/** The most topics that an entry names; it counts all of them. */
const maxNames = 8;
/** How long an entry collects changes of one cause, in ms: after a lost link each topic recovers at its own time. */
const gatheredFor = 60_000;

/**
 * Records the last events in the life of a feed, as data. It records only changes of states, so it costs nothing per
 * message.
 */
export class Journal {
  private readonly now: () => number;
  private readonly entries: JournalEntry[] = [];
  private noted = 0;
  private lastState: ConnectionState | undefined;
  /** Entries that still collect changes, by cause. */
  private readonly gathering = new Map<string, Gathered>();

  /** @param now - wall time in ms */
  constructor(now: () => number) {
    this.now = now;
  }

  connection(state: ConnectionState): void {
    const before = this.lastState;
    this.lastState = state;
    if (before !== undefined && isSame(before, state)) return;
    const { since, ...rest } = state;
    // The ledger lists topics, so 500 entries with it would have no useful bound.
    const { ledger: _, ...kept } = rest as typeof rest & { readonly ledger?: unknown };
    this.add({ type: 'connection', at: since, state: kept });
  }

  gap({ topics, ...gap }: Gap): void {
    const at = gap.recoveredAt ?? gap.lostAt;
    this.add({ type: 'gap', at, gap, count: topics.length, topics: topics.slice(0, maxNames) });
  }

  /** Records that the state of a topic changed. */
  topic(
    name: string,
    from: DataState,
    state: DataState,
    evidence: StateReason['evidence'],
    epoch: number | undefined,
  ): void {
    if (state === 'quiet' || (from === 'quiet' && state === 'live')) return;
    const at = this.now();
    this.gather(`${evidence} ${state}`, name, () => ({
      ...{ type: 'topics', at, until: at, state, evidence, count: 0, topics: [] },
      ...(epoch === undefined ? {} : { epoch }),
    }));
  }

  /** Records that the market of a topic changed. */
  market(name: string, market: MarketState): void {
    const at = this.now();
    this.gather(market, name, () => ({ type: 'markets', at, until: at, market, count: 0, topics: [] }));
  }

  read(): FeedJournal {
    const { entries, noted } = this;
    const oldest = noted % capacity;
    const ordered = noted <= capacity ? entries : [...entries.slice(oldest), ...entries.slice(0, oldest)];
    return {
      entries: ordered.map((entry) => (entry.type === 'connection' ? entry : { ...entry, topics: [...entry.topics] })),
      lost: Math.max(0, noted - capacity),
    };
  }

  private gather(cause: string, name: string, begun: () => Gathered): void {
    const now = this.now();
    let entry = this.gathering.get(cause);
    if (entry === undefined || now - entry.at >= gatheredFor || now < entry.at) {
      entry = begun();
      this.put(entry);
      this.gathering.set(cause, entry);
    }
    entry.until = now;
    entry.count += 1;
    if (entry.topics.length < maxNames && !entry.topics.includes(name)) entry.topics = [...entry.topics, name];
  }

  private add(entry: JournalEntry): void {
    this.gathering.clear();
    this.put(entry);
  }

  private put(entry: JournalEntry): void {
    this.entries[this.noted % capacity] = entry;
    this.noted += 1;
  }
}

/** Whether two states are equal: the state may be emitted again unchanged, e.g. because a topic was granted. */
function isSame(one: ConnectionState, other: ConnectionState): boolean {
  if (one.status !== other.status || one.flap !== other.flap || one.epoch !== other.epoch) return false;
  if ('attempt' in one && 'attempt' in other && one.attempt !== other.attempt) return false;
  return !('why' in one && 'why' in other) || one.why === other.why;
}
