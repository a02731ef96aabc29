import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import type { Book } from '../../src/index.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import type { VenueCounts } from '../../src/testing/venue/simulatedVenue.js';

/** The report of the venue's process about itself. */
export interface VenueReading {
  readonly counts: VenueCounts;
  /** Processor time since its start, in ms. */
  readonly cpu: number;
  readonly images: readonly Book[];
}

/** A simulated venue in a process of its own: it must not share the feed's thread. */
export interface VenueProcess {
  readonly url: string;
  readonly symbols: readonly string[];
  /**
   * Sets the rate; resolves with the counts so far. It has images only at a rate of 0, because they change otherwise.
   */
  setRate(rate: number): Promise<VenueReading>;
  stop(): void;
}

/** Bytes that may wait for the feed before any message is dropped: a second and more of messages at 200,000 a second. */
const sendBuffer = 128 * 1024 * 1024;

const isStarted = (message: unknown): message is Pick<VenueProcess, 'url' | 'symbols'> =>
  typeof message === 'object' && message !== null && 'url' in message;
const isVenueReading = (message: unknown): message is VenueReading =>
  typeof message === 'object' && message !== null && 'counts' in message;

function next<T>(child: ChildProcess, is: (message: unknown) => message is T): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('the venue ended'));
    });
    child.once('message', (message) => {
      if (is(message)) resolve(message);
      else reject(new Error('the venue said something else'));
    });
  });
}

/** Runs the venue in the child process. */
export async function serveVenue(symbols: number): Promise<void> {
  const venue = await startSimulatedVenue({ symbols, rate: 0, sendBuffer });
  process.on('message', (rate: number) => {
    venue.rate = rate;
    const { user, system } = process.cpuUsage();
    const images = rate === 0 ? venue.symbols.map((symbol) => venue.lastImage(symbol)) : [];
    process.send?.({ counts: venue.counts, cpu: (user + system) / 1_000, images } satisfies VenueReading);
  });
  process.once('disconnect', () => void venue.stop());
  process.send?.({ url: venue.tcpUrl, symbols: venue.symbols });
}

/** Starts `program` again as the venue's process. */
export async function startVenueProcess(program: string): Promise<VenueProcess> {
  // NaN, a missing level of a book, is null in JSON.
  const child = fork(program, { serialization: 'advanced' });
  child.setMaxListeners(0);
  const { url, symbols } = await next(child, isStarted);
  return {
    url,
    symbols,
    setRate: (rate) => {
      child.send(rate);
      return next(child, isVenueReading);
    },
    stop: () => {
      child.disconnect();
    },
  };
}
