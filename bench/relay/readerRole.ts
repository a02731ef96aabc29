import { isTradable, quoteFeed } from '../../src/index.js';
import { relayVenue } from '../../src/relay/index.js';
import { processorTime, serveChild } from './childProcess.js';

/** The job of a process with readers. */
export interface ReaderJob {
  readonly role: 'readers';
  readonly broker: string;
  readonly symbols: readonly string[];
  /** How many readers, the number of the first one, and how many symbols each follows. */
  readonly clients: number;
  readonly first: number;
  readonly each: number;
}

/** A reading of a process with readers. */
export interface ReaderReading {
  readonly cpu: number;
  readonly received: number;
  readonly lost: number;
  /** Readers all of whose symbols are tradable. */
  readonly ready: number;
  /** The delays in ms from relay to reader since the last reading, each of them. */
  readonly delays: readonly number[];
}

/** Time in ms between the connects of two readers. */
const spread = 5;

/** Follows quotes with many feeds in one process; each has a connection of its own. */
export async function serveReaders({ broker, symbols, clients, first, each }: ReaderJob): Promise<void> {
  let delays: number[] = [];
  const readers: { readonly feed: ReturnType<typeof quoteFeed>; readonly tradable: Set<string> }[] = [];
  for (let client = 0; client < clients; client += 1) {
    const feed = quoteFeed({ venue: relayVenue({ url: broker }) });
    const tradable = new Set<string>();
    const own = Array.from({ length: each }, (_, index) => symbols[((first + client) * 7 + index) % symbols.length]!);
    feed.quotes(own).subscribe((quote) => {
      const { symbol, change, upstream, receivedAt, replayed } = quote;
      if (isTradable(quote)) tradable.add(symbol);
      else tradable.delete(symbol);
      if (change !== 'image' || upstream === undefined || replayed !== undefined) return;
      delays.push(receivedAt - upstream.receivedAt - upstream.age);
    });
    readers.push({ feed, tradable });
    await new Promise((resolve) => setTimeout(resolve, spread));
  }
  serveChild((): ReaderReading => {
    const stats = readers.map(({ feed }) => feed.stats());
    const taken = delays;
    delays = [];
    return {
      cpu: processorTime(),
      received: stats.reduce((sum, { received }) => sum + received, 0),
      lost: stats.reduce((sum, { relays }) => sum + (relays?.lost ?? 0), 0),
      ready: readers.filter(({ tradable }) => tradable.size === each).length,
      delays: taken,
    };
  });
}
