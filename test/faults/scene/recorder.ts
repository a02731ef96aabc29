import { type DataState, type FeedStats, type Tagged } from '../../../src/index.js';
import { isConserved } from '../../../src/feed/diagnostics/stats.js';
import type { Said, Sent } from '../judge/record.js';
import type { Numbered } from './numberedVenue.js';

/** A consumer that writes down all it receives. */
export interface Recorder {
  readonly said: readonly Said[];
  readonly read: readonly Sent[];
  /** The present state of each symbol, and the image in force. */
  readonly last: ReadonlyMap<string, { readonly state: DataState; readonly number: number; readonly epoch: number }>;
  /** Whether the counts added up at every check. */
  readonly conserved: boolean;
  onRead(quote: Numbered): void;
  onQuote(quote: Tagged<Numbered>): void;
  /** Checks the counts. */
  look(stats: FeedStats): void;
}

/** Starts a record. `now` in ms of the feed's clock. */
export function recorder(now: () => number): Recorder {
  const said: Said[] = [];
  const read: Sent[] = [];
  const last = new Map<string, { state: DataState; number: number; epoch: number }>();
  let holds = true;
  return {
    ...{ said, read, last },
    get conserved() {
      return holds;
    },
    onRead: ({ symbol, number }) => {
      read.push({ topic: symbol, number, at: now() });
    },
    onQuote: ({ symbol, number, state, epoch }) => {
      last.set(symbol, { state, number, epoch });
      said.push({ topic: symbol, number, state, at: now() });
    },
    look: (stats) => {
      if (!isConserved(stats)) holds = false;
    },
  };
}
