import type { SimulatedVenue } from '../../../src/testing/index.js';
import type { MosquittoBroker } from '../../support/mosquittoBroker.js';
import type { Sent } from '../judge/record.js';

/** Sends the images of all symbols in turn, and writes down each. */
export interface Publisher {
  /** Ends it; all that was sent. */
  stop(): Promise<readonly Sent[]>;
}

/** Times, rising, in ms since the Unix epoch, as they are on the feed's clock. */
export type ToFeedTime = (times: readonly number[]) => readonly number[];

/** The broker that a feed connects to in a row, with the venue that publishes there. */
export interface Far {
  /** `mqtt://…` */
  readonly url: string;
  /** The credentials of its connections. */
  readonly login: { readonly username?: string; readonly password?: string };
  readonly symbols: readonly string[];
  /** Sends the next image of a symbol; its number within its topic. */
  publish(symbol: string): number;
  /** Publishes from a process of its own instead. */
  readonly start?: (rate: number, toFeed: ToFeedTime) => Publisher;
  /** Stops this whole process for `ms` ms, if the far side has a process of its own; resolves when it continues. */
  readonly stopUs?: (ms: number) => Promise<void>;
  /** The venue, where it is the simulated one. */
  readonly venue?: SimulatedVenue;
  /** The broker, where it is a Mosquitto. */
  readonly mosquitto?: MosquittoBroker;
  stop(): Promise<void>;
}

/** Names of `count` symbols. */
export function symbolNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `S${String(index)}`);
}

/** Counts the images of each symbol from a first number on. */
export function numbering(first: number): (symbol: string) => number {
  const next = new Map<string, number>();
  return (symbol) => {
    const number = next.get(symbol) ?? first;
    next.set(symbol, number + 1);
    return number;
  };
}
