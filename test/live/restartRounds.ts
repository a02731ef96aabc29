import { expect } from 'vitest';
import type { DataState, Endpoint } from '../../src/index.js';
import { checkConservation } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { type Handles, handles, hasMoreThan } from './handles.js';
import { liveFeed } from './liveFeed.js';

/** A broker as these rounds need it. */
export interface RestartedBroker {
  readonly endpoint: Endpoint;
  publish(topic: string, payload: Uint8Array): Promise<void>;
  /** Ends every connection; resolves when new ones are taken. */
  cut(): Promise<void> | void;
}

const COUNT = 800;

/**
 * Cuts a feed of 800 symbols several times. Each time all symbols must be live again, and no resource may stay open.
 */
export async function expectRecoveries({ endpoint, publish, cut }: RestartedBroker, rounds: number): Promise<void> {
  const before = handles();
  const { feed, clock, states, skipUntil } = liveFeed(() => [endpoint]);
  const symbols = Array.from({ length: COUNT }, (_, index) => `S${String(index)}`);
  const last = new Map<string, { epoch: number; state: DataState; price: number }>();
  const all = (state: DataState, epoch: number, price: number): boolean =>
    symbols.every((symbol) => {
      const observed = last.get(symbol);
      return observed?.state === state && observed.epoch === epoch && observed.price === price;
    });
  let [newest, fallen, completed] = [0, 0, false];
  feed.quotes(symbols).subscribe({
    next: ({ symbol, epoch, state, price }) => {
      if (epoch < newest) fallen += 1;
      newest = epoch;
      last.set(symbol, { epoch, state, price });
    },
    complete: () => {
      completed = true;
    },
  });

  let second: Handles = new Map();
  let timers = 0;
  for (let round = 0; round <= rounds; round += 1) {
    if (round > 0) {
      await cut();
      await until(() => all('suspect', round - 1, round - 1), `all symbols are suspect after cut ${String(round)}`);
    }
    await skipUntil(() => feed.stats().epoch === round, `connection ${String(round)} is live`);
    await Promise.all(symbols.map((symbol) => publish(`px/${symbol}`, Buffer.from(String(round)))));
    await until(() => all('live', round, round), `all symbols are live in epoch ${String(round)}`);
    checkConservation(feed.stats());
    // Handles that are closing (the cut sockets, a timer just ended) may take some turns of the loop.
    if (round === 2) [second, timers] = [handles(), clock.pending];
    if (round > 2)
      await until(
        () => clock.pending <= timers && !hasMoreThan(second),
        `round ${String(round)} has no more handles than the second`,
      );
  }

  const lives = states.filter(({ status }) => status === 'live').map(({ epoch }) => epoch);
  expect([...new Set(lives)]).toEqual(Array.from({ length: rounds + 1 }, (_, epoch) => epoch));
  expect(fallen).toBe(0);
  checkConservation(feed.stats());
  expect(feed.stats()).toMatchObject({ received: COUNT * (rounds + 1), rejected: {}, unclaimed: 0, gaps: rounds });
  await feed.close();
  expect(completed).toBe(true);
  await until(() => clock.pending === 0 && !hasMoreThan(before), 'no handle is left');
}
